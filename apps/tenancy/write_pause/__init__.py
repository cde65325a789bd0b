"""The write pause: triggers in the store's own database that refuse every write, from any connection.

It is made of triggers, so it lasts when the process that raised it dies, it also stops processes that still hold an
old connection, and a store that is not paused pays nothing for it. `docs/decisions/` says what else was weighed.

A refused write raises `StorePaused` (see `translating`), whatever the database called it.
"""

import random
import time
from collections.abc import Callable
from typing import Any, Final

from django.db import DatabaseError, connections
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict
from apps.tenancy.context import ActiveStore, use_store
from apps.tenancy.routers import DEFAULT
from apps.tenancy.write_pause import mysql, postgresql

__all__ = ["PauseNotPossible", "is_paused", "list_open_tables", "pause_writes", "resume_writes"]

# How long running transactions are waited for. Between attempts other sessions continue.
PATIENCE_SECONDS: Final = 60.0


class PauseNotPossible(Conflict):
    """A transaction in the store's database did not end in time; nothing is paused."""

    code = "pause_not_possible"
    title = _(
        "The store is too busy to be paused: a transaction in its database does not end. Try again."
    )


def pause_writes(store: ActiveStore, *, patience: float = PATIENCE_SECONDS) -> None:
    """Wait for running writers and refuse later ones; reads continue. Repeatable.

    When it returns, every row written before is readable and no later row exists. Raises
    `PauseNotPossible` after `patience` seconds; no write is refused then. Never inside a transaction.
    """
    try:
        _retried(
            store, lambda connection: _triggers_of(connection).add_triggers(connection), patience
        )
    except PauseNotPossible:
        resume_writes(store, patience=patience)
        raise


def resume_writes(store: ActiveStore, *, patience: float = PATIENCE_SECONDS) -> None:
    """Allow writes again. Repeatable; does nothing where nothing is paused."""
    _retried(store, lambda connection: _triggers_of(connection).drop_triggers(connection), patience)


def is_paused(store: ActiveStore) -> bool:
    """Whether every table of the store refuses writes. False for an interrupted pause, or with no tables."""
    with use_store(store):
        connection = connections[DEFAULT]
        return _triggers_of(connection).is_complete(connection)


def list_open_tables(store: ActiveStore) -> list[str]:
    """The writable tables. Empty during a write pause and in a schema without tables."""
    with use_store(store):
        connection = connections[DEFAULT]
        return list(_triggers_of(connection).list_open(connection))


def _triggers_of(connection: Any) -> Any:
    return mysql if connection.vendor == "mysql" else postgresql


def _retried(store: ActiveStore, change: Callable[[Any], None], patience: float) -> None:
    """Short waits for locks, many times: a long one would make all other sessions queue behind it."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with use_store(store):
                change(connections[DEFAULT])
            return
        except DatabaseError as error:
            with use_store(store):
                if not _triggers_of(connections[DEFAULT]).is_about_locks(error):
                    raise
        if time.monotonic() > deadline:
            raise PauseNotPossible()
        time.sleep(random.uniform(0.05, 0.3))  # noqa: S311  not a secret, only a little patience
