"""The default placement: a schema of the platform's own PostgreSQL."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder

from apps.common.errors import InvalidInput
from apps.platform.errors import PlacementUnreachable
from apps.platform.models import DatabaseType
from apps.platform.names import require_schema_name
from apps.platform.tenancy import template
from apps.platform.tenancy.context import use_store
from apps.platform.tenancy.placements.base import Placement
from apps.platform.tenancy.routers import DEFAULT


class SharedSchema(Placement):
    """One schema per store. Whatever runs inside `use_store()` lands in it by the search path."""

    database_type: ClassVar[str] = DatabaseType.SHARED

    @classmethod
    def require_config(cls, config: Mapping[str, Any]) -> None:
        if config:
            raise InvalidInput(fields={"config": ["The shared cluster takes no configuration."]})

    @property
    def schema(self) -> str:
        return require_schema_name(self.store.schema_name)

    def test(self) -> None:
        try:
            with use_store(self.active_store), connections[DEFAULT].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            raise PlacementUnreachable(self.unreachable_sentence()) from error

    def unreachable_sentence(self) -> str:
        return "The platform's database does not answer."

    def list_tables(self) -> frozenset[str]:
        with use_store(self.active_store):
            return frozenset(template.list_tables(self.schema))

    def required_schema(self) -> frozenset[str]:
        return _tables_of(template.ensure_template())

    def create(self) -> int:
        with template.provisioning_lock():
            recording = template.get_template()
            return template.replay(self.active_store, recording, schema=self.schema)

    def migrate(self) -> bool:
        """Django's own migrate, and only where a migration is missing."""
        with use_store(self.active_store):
            rows = MigrationRecorder(connections[DEFAULT]).migration_qs.values_list("app", "name")
            applied = set(rows)
        if template.list_migrations() <= applied:
            return False
        template.migrate_schema(self.active_store)
        return True

    def drop(self) -> None:
        with use_store(self.active_store):
            connection = connections[DEFAULT]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(self.schema)} CASCADE"
                )


@cache
def _tables_of(version: str) -> frozenset[str]:
    """The tables of the template schema; `version` only keys the cache."""
    with use_store(template.TEMPLATE_STORE):
        return frozenset(template.list_tables(template.TEMPLATE_STORE.schema))
