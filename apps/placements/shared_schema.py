"""The default placement: a schema of the platform's own PostgreSQL."""

import time
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.db import DatabaseError, connections, transaction
from django.utils.connection import ConnectionDoesNotExist
from django.utils.translation import gettext, gettext_lazy

from apps.common.errors import Conflict, InvalidInput
from apps.placements import schema_occupancy
from apps.placements.base import Occupancy, Placement
from apps.placements.release import template
from apps.placements.release.replaying import MigrationMethod, bring_schema_up_to_date
from apps.placements.report import Report
from apps.platform.models import DatabaseType, StoreTemplate
from apps.platform.names import require_schema_name
from apps.tenancy import row_security
from apps.tenancy.aliases import MAIN, cluster_alias
from apps.tenancy.citus import list_schema_statements
from apps.tenancy.context import ActiveStore, NoActiveStore, outside_store, use_store
from apps.tenancy.routers import DEFAULT

UNREACHABLE: Final = gettext_lazy("The platform's database does not answer.")


class SharedSchema(Placement):
    """One schema per store. Code inside `use_store()` uses it by the search path."""

    database_type: ClassVar[str] = DatabaseType.SHARED

    @classmethod
    def clean_config(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        if config:
            raise InvalidInput(
                fields={"config": [gettext("The shared cluster takes no configuration.")]}
            )
        return {}

    @classmethod
    def database_settings(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        raise Conflict(gettext("A store on the shared cluster has no database of its own."))

    @classmethod
    def preflight(cls, config: Mapping[str, Any], *, store: ActiveStore | None = None) -> Report:
        """Checks only that the platform's own cluster answers."""
        report, alias = Report(), store.alias if store is not None else cluster_alias(MAIN)
        start = time.perf_counter()
        try:
            with outside_store(), connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, ConnectionDoesNotExist, NoActiveStore):
            report.refuse("connection", UNREACHABLE, gettext("Ask your operator to look at it."))
            return report
        report.latency_ms = round((time.perf_counter() - start) * 1000, 1)
        report.ok("connection", gettext("The shared cluster answers."))
        return report

    @property
    def schema(self) -> str:
        return require_schema_name(self.active_store.schema)

    def occupancy(self) -> Occupancy:
        is_platforms = self.database_type == DatabaseType.SHARED
        return schema_occupancy.occupancy_of_schema(self.active_store, adopt_unmarked=is_platforms)

    def list_tables(self) -> frozenset[str]:
        with use_store(self.active_store):
            return frozenset(template.list_tables(self.schema))

    def required_schema(self) -> frozenset[str]:
        return template.required_tables(template.ensure_template())

    def create(self) -> int:
        with template.provisioning_lock():
            recording = template.get_template()
            return replay(
                self.active_store, recording, schema=self.schema, mark=self.mark_statement
            )

    @property
    def mark_statement(self) -> str:
        return schema_occupancy.mark_statement(self.schema, self.active_store.id)

    def migrate(self) -> bool:
        """By the template's recorded steps, or by Django's own migrate if they are not enough."""
        if bring_schema_up_to_date(self.active_store) is MigrationMethod.CURRENT:
            return False
        with use_store(self.active_store), connections[DEFAULT].cursor() as cursor:
            cursor.execute(self.mark_statement)
        return True

    def drop(self) -> None:
        with use_store(self.active_store):
            connection = connections[DEFAULT]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(self.schema)} CASCADE"
                )

    def missing_guards(self) -> list[str]:
        """Also tables without their policies."""
        with use_store(self.active_store):
            missing = sorted(_guarded_tables() - row_security.list_guarded())
        gone = gettext("No row level security on: %(missing)s. Migrate the store.") % {
            "missing": ", ".join(missing)
        }
        return [*super().missing_guards(), *([gone] if missing else [])]


def replay(store: ActiveStore, recording: StoreTemplate, *, schema: str, mark: str = "") -> int:
    """Create the whole schema in one transaction and two round trips. Returns the number of its tables.

    `CREATE SCHEMA` is a statement of its own (see `citus.py`). Atomic: a crash leaves no schema. `mark` is one more
    statement, which marks the schema for its store.
    """
    with use_store(store), transaction.atomic():
        connection = connections[DEFAULT]
        with connection.cursor() as cursor:
            for statement in list_schema_statements(store, connection.ops.quote_name(schema)):
                cursor.execute(statement)
            cursor.execute(recording.statements + mark)
            return recording.table_count


def _guarded_tables() -> frozenset[str]:
    """The tables with row security in the template; empty while there is no template."""
    with use_store(template.TEMPLATE_STORE):
        return row_security.list_guarded()
