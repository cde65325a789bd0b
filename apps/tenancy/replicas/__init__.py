"""Reads of a visitor's page may come from a replica of the store's database; everything else is the primary's.

A replica is asked only inside `reading_from_replicas()`, which the middleware opens for requests that change nothing.
After its first use of the primary (a write, a transaction, a lock, raw SQL) such a request stays there, so it reads its
own writes. Tasks and commands never read from a replica. An unreachable or outdated replica is skipped.

`settings.REPLICAS` maps the alias of a primary to the aliases of its replicas, whose settings say `REPLICA_OF`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections

from apps.tenancy.context import current_store_or_none
from apps.tenancy.replicas.freshness import is_fresh, note_failure

_reading: ContextVar[bool] = ContextVar("reading_from_replicas", default=False)


@contextmanager
def reading_from_replicas() -> Iterator[None]:
    """Reads in this block may be some seconds old, until its first use of the primary."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def reading_from_primary() -> Iterator[None]:
    """What is read inside will be kept for others, so it may not be old."""
    token = _reading.set(False)
    try:
        yield
    finally:
        _reading.reset(token)


def find_replica() -> str | None:
    """The alias to read from at this moment, or None for the primary. Opens the connection: a dead one shows here."""
    store = current_store_or_none()
    if store is None or not _reading.get() or _is_open(store.alias):
        return None
    replicas = settings.REPLICAS.get(store.alias, ())
    first = os.getpid() % len(replicas) if replicas else 0  # processes share them out
    for alias in (*replicas[first:], *replicas[:first]):
        if is_fresh(alias, store.alias) and _opens(alias):
            return str(alias)
    return None


def _is_open(alias: str) -> bool:
    connection: Any = connections.physical(alias)  # type: ignore[attr-defined]
    return connection is not None and connection.connection is not None


def _opens(alias: str) -> bool:
    try:
        connections[alias].ensure_connection()
    except DatabaseError as error:
        note_failure(alias, error)
        return False
    return True
