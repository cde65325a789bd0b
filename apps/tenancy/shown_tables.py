"""Every write to what pages show makes a new page version: of services, the admin, a migration, raw SQL.

A model says `shown_on_pages = True`; nothing else has to remember it. SQL is seen at the connection, documents at their
collection. What goes around both (a restore, a moved database) calls `note_all_changed`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, partial
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from apps.tenancy.context import current_store_or_none
from apps.tenancy.page_versions import announce_change, note_change, shown_tables

_READS: Final = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "SHOW")
_changes_nothing: ContextVar[bool] = ContextVar("changes_nothing_shown", default=False)
_TARGET: Final = re.compile(
    r"\b(?:INTO|UPDATE|FROM|TRUNCATE(?:\s+TABLE)?|COPY)\s+(?:ONLY\s+)?(?:[\"`]?\w+[\"`]?\.)?[\"`]?(\w+)",
    re.IGNORECASE,
)


def watch_shown_tables(connection: BaseDatabaseWrapper) -> None:
    """Called once for every connection that can be a store's."""
    connection.execute_wrappers.append(_note_writes)


def written_tables(sql: object) -> frozenset[str]:
    """The shown tables that a statement may write; too many rather than too few."""
    text = sql if isinstance(sql, str) else str(sql)
    is_read = text.startswith(_READS) and ";" not in text  # a write may stand behind it
    return frozenset() if is_read else _tables_in(text)


@lru_cache(maxsize=1000)
def _tables_in(text: str) -> frozenset[str]:
    shown = shown_tables()
    return frozenset(name for name in _TARGET.findall(text) if name in shown)


@contextmanager
def changing_nothing_shown() -> Iterator[None]:
    """For writes of shown tables after which every page and every cached answer says what it said before."""
    token = _changes_nothing.set(True)
    try:
        yield
    finally:
        _changes_nothing.reset(token)


def _note_writes(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    tables = frozenset[str]() if _changes_nothing.get() else written_tables(sql)
    if not tables:
        return execute(sql, params, many, context)
    for table in tables:
        announce_change(table)
    result = execute(sql, params, many, context)
    note_writes(tables, after_commit=partial(_after_commit, context["connection"]))
    return result


def note_writes(
    tables: frozenset[str], *, after_commit: Callable[[Callable[[], None]], None]
) -> None:
    """After a write of these tables in the active store."""
    store = current_store_or_none()
    if store is None:
        return
    for area in {shown_tables()[table] for table in tables}:
        after_commit(partial(note_change, store.id, area))


def _after_commit(connection: BaseDatabaseWrapper, call: "partial[None]") -> None:
    """Once for many writes in a row: an import writes thousands in a transaction."""
    waiting = connection.run_on_commit[-1] if connection.run_on_commit else None
    if waiting is not None and waiting[0] == set(connection.savepoint_ids):
        same = waiting[1]
        if isinstance(same, partial) and (same.func, same.args) == (call.func, call.args):
            return
    connection.on_commit(call)
