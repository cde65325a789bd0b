"""The tables that an archive is loaded into: created by the archive's migrations, then migrated to the code's
version."""

from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from apps.archive import schema
from apps.archive.snapshot import use_store_as_system
from apps.placements.kinds import placement_of
from apps.placements.release import template
from apps.placements.release.reference import insert_reference
from apps.platform.models import Store
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.routers import DEFAULT


def make_place(store: Store, migrations: Iterable[str]) -> None:
    """Create the store's tables as of these migrations. Repeatable: an incomplete place is completed. Raises
    `ArchiveNotFitting` for unknown migrations."""
    wanted = set(migrations)
    schema.require_known(wanted)
    placement = placement_of(store)
    if schema.list_known() <= wanted:
        if MIGRATIONS_TABLE not in placement.list_tables():
            placement.create()
        placement.migrate()
        return
    _make_older(store, wanted)


def bring_up_to_date(store: Store) -> bool:
    """Migrate the loaded tables to the code's version. False when they were current."""
    return placement_of(store).migrate()


def drop_place(store: Store) -> None:
    """Delete the store's tables."""
    placement_of(store).drop()


def _make_older(store: Store, migrations: set[str]) -> None:
    """Run Django's executor up to these migrations. Content types and permissions get the ids of every store, those
    of the code's models as well: the migrations that follow find them there."""
    reference = template.ensure_reference()
    with use_store_as_system(store):
        connection = connections[DEFAULT]
        if connection.vendor == "postgresql":
            name = connection.ops.quote_name(store.schema_name)
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
        executor = MigrationExecutor(connection)
        state: Any = executor._create_project_state(with_applied_migrations=True)  # type: ignore[attr-defined]
        targets: Any = schema.targets_of(migrations)
        executor.migrate(targets, state=state)
        insert_reference(reference, schema.models_at(migrations))
