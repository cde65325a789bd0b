"""Tables that are only ever added to: guarded in the model and, on PostgreSQL, in the database itself.

The model guard stops our own code on every database. The trigger stops raw SQL and `QuerySet.raw` on PostgreSQL too.
Names in the SQL are unqualified and the function is made once per schema (by the first migration of `events`), so
recorded statements can be replayed into any other schema. `TRUNCATE` and `DROP SCHEMA` are not touched: emptying or
dropping a whole store is a decision of the platform, not a change of history.
"""

from typing import Any, TypeVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.state import ProjectState

from apps.events.errors import HistoryIsFinal

Row = TypeVar("Row", bound=models.Model)

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

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsFinal(f"{type(self).__name__} rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise HistoryIsFinal(f"{type(self).__name__} rows are never deleted.")


class PostgreSQLOnly(RunSQL):
    """`RunSQL` that does nothing on other databases, where the model guard has to do."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def make_refuse_change() -> PostgreSQLOnly:
    """The trigger function, once per schema. Every migration that uses `make_append_only` depends on its migration."""
    return PostgreSQLOnly(sql=[FUNCTION], reverse_sql=["DROP FUNCTION refuse_change()"])


def make_append_only(table: str) -> PostgreSQLOnly:
    """Refuse UPDATE and DELETE of the rows of `table`."""
    return PostgreSQLOnly(
        sql=[
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ],
        reverse_sql=[f"DROP TRIGGER {table}_append_only ON {table}"],
    )
