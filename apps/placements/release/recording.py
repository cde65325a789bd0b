"""Records the SQL of migrations on PostgreSQL, and detects migrations that do more than that SQL.

Every change of a table and every `RunSQL` passes the schema editor with its values filled in. Other statements (of
code, of the ORM) are detected as well: such a migration must run in each store, because its SQL is not complete.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import sqlparse

from apps.tenancy.applied import MIGRATIONS_TABLE, Node

ROWS: Final = frozenset(["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "MERGE"])
# Statements of the connection itself, not part of a migration.
UPKEEP: Final = frozenset(
    ["SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SHOW", "EXPLAIN", ""]
)
# Between two migrations that touch rows: Django commits there, and an ALTER refuses while checks are pending.
CHECK_NOW: Final = "SET CONSTRAINTS ALL IMMEDIATE;\nSET CONSTRAINTS ALL DEFERRED"

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@dataclass
class Recording:
    """`statements` in the order sent; `strays` were sent past the schema editor."""

    forbidden: str
    statements: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    migrations: list[Node] = field(default_factory=list)
    has_rows: bool = False
    is_over: bool = False

    @property
    def definitions(self) -> list[str]:
        """Without statements about rows: those are copied from the finished template."""
        return [text for text in self.statements if first_word(text) not in ROWS]

    def add(self, sql: str) -> None:
        """Raises `ValueError` for a statement that names the schema it was recorded in."""
        for text in _apart(sql.strip().rstrip(";").rstrip()):
            if first_word(text) in UPKEEP:
                continue
            if self.forbidden in text:
                raise ValueError(f"A migration names the schema it runs in: {text[:80]}")
            self.has_rows = self.has_rows or first_word(text) in ROWS
            self.statements.append(text.replace(" INDEX CONCURRENTLY ", " INDEX "))

    def stop(self) -> None:
        """Later statements are not part of the migrations."""
        self.is_over = True

    def finish(self, node: Node) -> None:
        """Called after each migration."""
        self.migrations.append(node)
        if self.has_rows:
            self.statements.append(CHECK_NOW)
            self.has_rows = False


def first_word(text: str) -> str:
    """The statement's verb in capitals, "" for nothing."""
    return (text.split(None, 1) or [""])[0].upper().rstrip(";")


def _apart(text: str) -> list[str]:
    """One `RunSQL` may hold several statements. They are split if they mix DDL and changes of rows, but never inside a
    function's body."""
    if ";" not in text or "$" in text:
        return [text]
    parts = [part.strip().rstrip(";").rstrip() for part in sqlparse.split(text)]
    kinds = {first_word(part) in ROWS for part in parts}
    return parts if len(kinds) > 1 else [text]


@contextmanager
def recording(connection: Any, *, forbidden: str) -> Iterator[Recording]:
    """Record what the schema editors of this connection send in this block."""
    made = Recording(forbidden=forbidden)
    base: Any = connection.SchemaEditorClass
    inside = [False]

    class Recorder(base):  # type: ignore[misc, valid-type]  # the backend's own editor
        def execute(self, sql: Any, params: Any = ()) -> None:
            text = str(sql)
            if params is not None:
                text = self.connection.ops.compose_sql(text, params)
            inside[0] = True
            try:
                super().execute(text, None)
            finally:
                inside[0] = False
            made.add(text)

    def watch(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not inside[0] and not made.is_over:
            _note_stray(made, str(sql))
        return execute(sql, params, many, context)

    connection.SchemaEditorClass = Recorder
    try:
        with connection.execute_wrapper(watch):
            yield made
    finally:
        del connection.SchemaEditorClass


def _note_stray(made: Recording, sql: str) -> None:
    """SELECT is harmless, and Django writes its table of migrations without the editor."""
    text = sql.strip()
    word = first_word(text)
    is_bookkeeping = text.startswith((f'INSERT INTO "{MIGRATIONS_TABLE}"', "SET search_path"))
    if word in UPKEEP or word == "SELECT" or is_bookkeeping or text.startswith("Composed("):
        return
    made.strays.append(text[:200])
    if word not in ROWS:
        made.add(text)
