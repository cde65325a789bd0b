"""Locks between processes that the database server keeps: one table of what they are for, so that no two uses collide.

The server releases a lock when the connection ends, so a dead process holds none. On PostgreSQL a lock is a pair of
numbers, its space and a number within it; on MariaDB and MySQL it is a name.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections


class LockSpace(IntEnum):
    """Spaces of PostgreSQL's advisory locks, and the database that is asked. The numbers are arbitrary and stay."""

    PLATFORM = 7_146_300  # master database; a number of `PlatformLock`
    STORE_OPERATION = (
        7_146_310  # master database; a store: one backup, restore, move, ... at a time
    )
    STORE_OPERATION_NAME = 7_146_311  # master database; a store and, in the spaces after this one, the operation's name
    SEARCH_COPY = 7_146_330  # master database; a store: one process copies its search index
    PLAN_LIMIT = 7_146_335  # master database; a store: one creator of what its plan limits
    STORE_MIGRATION = 7_146_340  # the store's database; one process changes its tables


class PlatformLock(IntEnum):
    """Numbers within `LockSpace.PLATFORM`."""

    TEMPLATE = 1  # shared by those who open stores, exclusive to the one who builds the template
    MASTER_MIGRATION = 2  # servers that start together migrate one after the other
    RESTORE = 3  # one restore of the whole platform
    FIGURES = 4  # one process computes the figures of the business
    API_LOG = 5  # one process makes a partition of the API log


def number_of(key: UUID) -> int:
    """The second half of a key from a row's id: its last 31 bits, because its first bits are a time."""
    return key.int % (1 << 31)


def try_lock(using: str, space: int, number: int, *, shared: bool = False) -> bool:
    """Take a lock of the session. False at once when another process holds it; the same session may take it again."""
    return bool(_ask(using, f"pg_try_advisory_lock{_shared(shared)}", space, number))


def lock(using: str, space: int, number: int, *, shared: bool = False) -> None:
    """Take a lock of the session and wait for it."""
    _ask(using, f"pg_advisory_lock{_shared(shared)}", space, number)


def unlock(using: str, space: int, number: int, *, shared: bool = False) -> None:
    """Release a lock of the session. A broken connection has released it already."""
    with suppress(DatabaseError):
        _ask(using, f"pg_advisory_unlock{_shared(shared)}", space, number)


@contextmanager
def locked(using: str, space: int, number: int) -> Iterator[None]:
    """Hold a lock of the session for a block, after waiting for it."""
    lock(using, space, number)
    try:
        yield
    finally:
        unlock(using, space, number)


def lock_in_transaction(using: str, space: int, number: int, *, shared: bool = False) -> None:
    """Take a lock that ends with the transaction; wait for it."""
    _ask(using, f"pg_advisory_xact_lock{_shared(shared)}", space, number)


def try_lock_in_transaction(using: str, space: int, number: int) -> bool:
    """Take a lock that ends with the transaction. False immediately if another process holds it."""
    return bool(_ask(using, "pg_try_advisory_xact_lock", space, number))


def try_named_lock(using: str, name: str, *, wait_seconds: int = 0) -> bool:
    """The same on MariaDB and MySQL. Lock names are global on the server, so the name must contain the database's
    name."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, %s)", [name, wait_seconds])
        return bool(cursor.fetchone()[0] == 1)


def release_named_lock(using: str, name: str) -> None:
    """A broken connection has released it already."""
    with suppress(DatabaseError), connections[using].cursor() as cursor:
        cursor.execute("SELECT RELEASE_LOCK(%s)", [name])


def find_holder(using: str, spaces: range, number: int) -> int | None:
    """The highest of these spaces in which this number is locked."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT max(classid::bigint) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND objsubid = 2 "
            "AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) "
            "AND classid::bigint BETWEEN %s AND %s AND objid::bigint = %s",
            [spaces.start, spaces.stop - 1, number],
        )
        found: int | None = cursor.fetchone()[0]
        return found


def _shared(shared: bool) -> str:
    return "_shared" if shared else ""


def _ask(using: str, function: str, space: int, number: int) -> Any:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT pg_catalog.{function}(%s, %s)", [int(space), int(number)])
        return cursor.fetchone()[0]
