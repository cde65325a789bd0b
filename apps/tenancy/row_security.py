"""Row level security: PostgreSQL itself shows a person's rows to that person, to staff and to our own processes only.

Migrations enable row security on a table with one of the functions below; on other databases these do nothing. The policies
read three settings of the connection, which the backend sets from the context (`backend/scope.py`). If the settings are
missing, also on a pooled connection, the policies raise an error. Rows are hidden only from a known actor; a missing
setting never means "no rows". Names are unqualified, so the template's recorded SQL creates the policies in any schema.

The owner of the tables is bound by them as well (`FORCE`). A superuser, or a login with BYPASSRLS, is not:
`find_bypass` reports it. Foreign keys and unique constraints see all rows, whatever the actor.
"""

from typing import Any, Final

from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.state import ProjectState

from apps.tenancy.context import current_store
from apps.tenancy.routers import DEFAULT

# As sub-selects they are evaluated once per statement instead of once per row, and indexes stay usable.
SEES_ALL: Final = "(SELECT current_setting('polystore.sees_all')::boolean)"
PERSON: Final = "(SELECT nullif(current_setting('polystore.person'), '')::uuid)"
SHOWN_ORDER: Final = "(SELECT nullif(current_setting('polystore.order_token'), ''))"

POLICY: Final = "rows_of_the_actor"
INSERT_ONLY_POLICY: Final = "insert_only"


class RowGuard(RunSQL):
    """`RunSQL` in stores on PostgreSQL only: the model's ORM scope is the only guard elsewhere."""

    def __init__(self, sql: Any, reverse_sql: Any) -> None:
        super().__init__(sql, reverse_sql, hints={"home": "store"})

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [], {"sql": self.sql, "reverse_sql": self.reverse_sql}

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


def guard_rows(table: str, *, owned: str) -> RowGuard:
    """Rows for which the SQL condition `owned` holds are the actor's, to read and to write; all are staff's."""
    return _guard(table, f"{SEES_ALL} OR {owned}")


def guard_rows_of(table: str, *, parent: str, key: str) -> RowGuard:
    """A row is visible if the row of `parent` to which its column `key` refers is visible."""
    seen = f"EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {table}.{key})"  # noqa: S608  names from migrations
    return _guard(table, f"{SEES_ALL} OR {seen}")


def hide_rows(table: str, *, insert_only: bool = False) -> RowGuard:
    """Rows that only staff and the platform's own processes see. With `insert_only`, visitors' requests add rows and
    never see them."""
    return _guard(table, SEES_ALL, insert_only=insert_only)


def _guard(table: str, condition: str, *, insert_only: bool = False) -> RowGuard:
    made = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {POLICY} ON {table} USING ({condition})",
    ]
    undone = [
        f"DROP POLICY {POLICY} ON {table}",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    ]
    if insert_only:
        made.append(f"CREATE POLICY {INSERT_ONLY_POLICY} ON {table} FOR INSERT WITH CHECK (true)")
        undone.insert(0, f"DROP POLICY {INSERT_ONLY_POLICY} ON {table}")
    return RowGuard(made, undone)


def list_guarded() -> frozenset[str]:
    """The tables of the active store with a policy that also binds their owner. PostgreSQL only."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT t.relname FROM pg_catalog.pg_class AS t "
            "JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace "
            "WHERE n.nspname = %s AND t.relrowsecurity AND t.relforcerowsecurity "
            "AND EXISTS (SELECT 1 FROM pg_catalog.pg_policy WHERE polrelid = t.oid AND polname = %s)",
            [current_store().schema, POLICY],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def find_bypass() -> str:
    """Why the active store's login is not bound by policies, as a sentence; "" when it is. Any database."""
    connection = connections[DEFAULT]
    if connection.vendor != "postgresql":
        return "This database has no row level security; rows of customers are separated by the platform's queries alone."
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user"
        )
        name, is_super, bypasses = cursor.fetchone()
    if is_super or bypasses:
        right = "is a superuser" if is_super else "has BYPASSRLS"
        return f"The login {name} {right}: row level security does not bind it. Give the store a login without that right."
    return ""
