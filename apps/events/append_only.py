"""Tables that are only ever added to: guarded in the model and by triggers in the database itself.

The model guard stops our own code. The trigger stops raw SQL too, on PostgreSQL and on MariaDB/MySQL.
Names in the SQL are unqualified and the function is made once per schema (by the first migration of `events`), so
recorded statements can be replayed into any other schema. `TRUNCATE` and `DROP SCHEMA` are not touched: emptying or
dropping a whole store is a decision of the platform, not a change of history.
"""

from typing import Any, ClassVar, Final, NamedTuple, TypeVar

import structlog
from django.db import DatabaseError, models, router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.state import ProjectState

from apps.events.errors import HistoryIsFinal

log = structlog.get_logger(__name__)

Row = TypeVar("Row", bound=models.Model)

# MySQL: not allowed to make triggers while binary logging is on, or at all.
TRIGGERS_REFUSED: Final = frozenset((1142, 1227, 1419))
CHECK_FAILED: Final = 4025  # Django raises `IntegrityError` for it, as for PostgreSQL's trigger


class Definitions(NamedTuple):
    """The statements that create something, and those that drop it."""

    forwards: list[Any]
    backwards: list[Any]


FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of this table are history: they are added, never changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END
$body$
"""


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """A queryset that reads and adds."""

    def update(self, **kwargs: Any) -> int:
        raise HistoryIsFinal(f"{self.model.__name__} rows are never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise HistoryIsFinal(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise HistoryIsFinal(f"{self.model.__name__} rows are never deleted.")


class AppendOnly(models.Model):
    """Mixin for a model whose rows are facts: put it before the home's base class."""

    is_append_only: ClassVar = True  # asked by `apps.placements.row_policy_check`

    class Meta:
        abstract = True

    @classmethod
    def guard_statements(cls, dialect: str) -> list[str]:
        """What makes the triggers, as `manage.py extract_schema` prints it."""
        table = cls._meta.db_table
        if dialect == "mysql":
            return mysql_triggers(table)
        return [FUNCTION, *postgresql_triggers(table)]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsFinal(f"{type(self).__name__} rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise HistoryIsFinal(f"{type(self).__name__} rows are never deleted.")


class PerVendor(RunSQL):
    """`RunSQL` with a text per kind of database; nothing where there is none, and the model guard has to do."""

    def __init__(
        self, *, postgresql: Definitions, mysql: Definitions | None = None, elidable: bool = False
    ) -> None:
        super().__init__(
            sql=postgresql.forwards, reverse_sql=postgresql.backwards, elidable=elidable
        )
        self.by_vendor = {"postgresql": postgresql, "mysql": mysql}

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        definitions = self._definitions(app_label, schema_editor)
        for statement in definitions.forwards if definitions else []:
            _run(schema_editor, statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        definitions = self._definitions(app_label, schema_editor)
        for statement in definitions.backwards if definitions else []:
            _run(schema_editor, statement)

    def _definitions(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor
    ) -> Definitions | None:
        """None in a home that has no tables of this app."""
        connection = schema_editor.connection
        if not router.allow_migrate(connection.alias, app_label, **self.hints):
            return None
        return self.by_vendor.get(connection.vendor)


def _run(schema_editor: BaseDatabaseSchemaEditor, statement: str) -> None:
    """A server with binary logging may keep triggers for its administrator. The store works without them, and its
    page in the platform's admin lists them as lacking."""
    try:
        schema_editor.execute(statement, params=None)
    except DatabaseError as error:
        number = error.args[0] if error.args else None
        if schema_editor.connection.vendor != "mysql" or number not in TRIGGERS_REFUSED:
            raise
        log.warning("The database does not let us make triggers.", error=number)


def make_refuse_change() -> PerVendor:
    """The trigger function, once per schema. Every migration that uses `make_append_only` depends on its migration."""
    return PerVendor(postgresql=Definitions([FUNCTION], ["DROP FUNCTION refuse_change()"]))


def make_append_only(table: str) -> PerVendor:
    """Refuse UPDATE and DELETE of the rows of `table`."""
    return PerVendor(
        postgresql=Definitions(
            postgresql_triggers(table), [f"DROP TRIGGER {table}_append_only ON {table}"]
        ),
        mysql=Definitions(
            mysql_triggers(table),
            [f"DROP TRIGGER {table}_append_only_{event}" for event in ("update", "delete")],
        ),
    )


def postgresql_triggers(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ]


def mysql_triggers(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_append_only_{event.lower()} BEFORE {event} ON {table} "
        f"FOR EACH ROW SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = {CHECK_FAILED}, "
        "MESSAGE_TEXT = 'the rows of this table are history: they are added, never changed or deleted'"
        for event in ("UPDATE", "DELETE")
    ]
