"""The migrations that a database has: its own list says so, never the registry."""

from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

MIGRATIONS_TABLE: Final = "django_migrations"

# App and name of a migration.
Node = tuple[str, str]


def read_applied(alias: str = DEFAULT_DB_ALIAS) -> set[Node]:
    """The applied migrations; an empty set where `django_migrations` does not exist."""
    connection = connections[alias]
    recorder = MigrationRecorder(connection)
    if connection.vendor == "postgresql":
        # `has_table` reads the catalog of the whole cluster, with the tables of all stores
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.to_regclass(%s) IS NOT NULL", [MIGRATIONS_TABLE])
            is_there = cursor.fetchone()[0]
    else:
        is_there = recorder.has_table()
    rows = recorder.migration_qs.using(alias).values_list("app", "name")
    return set(rows) if is_there else set()
