"""One piece of work on a store at a time: backup, restore, move, branch and deletion keep out of each other's way.

The lock is the master database's own, so it goes with the process that held it. A move is followed by another worker
when its own has died, and can be cancelled while it runs; who of them goes on is settled by its lease, so moves share
the lock with each other only.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connections

from apps.operations.selectors import get_open_move
from apps.platform.errors import JobBusy, StoreAtWork, StoreOccupied
from apps.platform.models import Store, StoreDeletion
from apps.tenancy.routers import PLATFORM

# First half of the advisory locks' keys: the work itself, and behind it one for each name of it, held beside it.
WORK: Final = 7_146_310
# The nouns are for what waits for its end.
OPERATION_NOUNS: Final = {
    "backed up": "backup",
    "restored": "restore",
    "moved": "move",
    "copied into a sandbox": "copying into a sandbox",
    "changed by its sandbox": "publication",
    "deleted": "deletion",
}
NAMES: Final = tuple(OPERATION_NOUNS)


@contextmanager
def exclusive_store_operation(
    store_id: UUID, doing: str, *, shared: bool = False
) -> Iterator[None]:
    """No other process works on this store meanwhile. `doing` is one of `NAMES`, for the sentence others get.

    Raises `StoreAtWork` at once, naming what is going on. The same thread may enter again.
    """
    key, name = _number(store_id), WORK + 1 + NAMES.index(doing)
    suffix = "_shared" if shared else ""
    if not _ask(f"SELECT pg_catalog.pg_try_advisory_lock{suffix}(%s, %s)", WORK, key):
        now = _doing_now(key)
        raise StoreAtWork(
            f"This store is being {now} right now. Try again after it.",
            work=OPERATION_NOUNS.get(now, "work"),
        )
    _ask("SELECT pg_catalog.pg_advisory_lock_shared(%s, %s)", name, key)
    try:
        yield
    finally:
        with suppress(DatabaseError):  # a connection that broke has let go of its locks
            _ask("SELECT pg_catalog.pg_advisory_unlock_shared(%s, %s)", name, key)
            _ask(f"SELECT pg_catalog.pg_advisory_unlock{suffix}(%s, %s)", WORK, key)


@contextmanager
def exclusive_job(job_id: UUID) -> Iterator[None]:
    """No other worker has this job meanwhile. Raises `JobBusy`."""
    key = job_id.int % (1 << 63)
    if not _ask("SELECT pg_catalog.pg_try_advisory_lock(%s)", key):
        raise JobBusy()
    try:
        yield
    finally:
        with suppress(DatabaseError):
            _ask("SELECT pg_catalog.pg_advisory_unlock(%s)", key)


def require_unpaused(store: Store) -> None:
    """Raise `StoreOccupied` for a store that stands behind its fence, or may: with a move that is not over, also one
    whose worker has died, or is scheduled for deletion."""
    if get_open_move(store) is not None:
        raise StoreAtWork(
            f"{store.name} is being moved. Let the move end (move_store --resume), or take it back (--undo), first.",
            work=OPERATION_NOUNS["moved"],
        )
    require_not_deleted(store)


def require_not_deleted(store: Store) -> None:
    """Raise `StoreOccupied` for a store that is scheduled for deletion."""
    if StoreDeletion.objects.filter(store_id=store.pk).exists():
        raise StoreOccupied(
            f"{store.name} is scheduled for deletion. Cancel that first: delete_store {store.slug} --cancel."
        )


def require_idle(store_id: UUID) -> None:
    """Raise `StoreOccupied` while other work on the store runs: for work that another process will do."""
    with exclusive_store_operation(store_id, NAMES[0]):
        return


def is_idle(store_id: UUID) -> bool:
    """Whether no work on the store runs right now."""
    try:
        require_idle(store_id)
    except StoreOccupied:
        return False
    return True


def _doing_now(key: int) -> str:
    found = _ask(
        "SELECT max(classid::bigint) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND objsubid = 2 "
        "AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) "
        "AND classid::bigint BETWEEN %s AND %s AND objid::bigint = %s",
        WORK + 1,
        WORK + len(NAMES),
        key % (1 << 32),
    )
    return NAMES[found - WORK - 1] if found else "worked on"


def _number(store_id: UUID) -> int:
    """The second half of a key is a signed number of 32 bits. The end of the id: its beginning is a time."""
    return store_id.int % (1 << 31)


def _ask(statement: str, *values: Any) -> Any:
    with connections[PLATFORM].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
