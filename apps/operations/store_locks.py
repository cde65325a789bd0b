"""Locks so that backup, restore, move, sandbox and deletion of one store exclude each other.

The lock belongs to a connection to the master database, so it ends with the process. Moves share the lock with each
other: another worker may resume a move or undo it, and the move's lease decides which process works on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from apps.operations.selectors import get_open_move
from apps.platform.errors import StoreAtWork, StoreOccupied
from apps.platform.models import Store, StoreDeletion
from apps.tenancy.locks import LockSpace, find_holder, lock, number_of, try_lock, unlock
from apps.tenancy.routers import PLATFORM

# Each operation's noun, for machines.
OPERATION_NOUNS: Final = {
    "backed up": "backup",
    "restored": "restore",
    "moved": "move",
    "copied into a sandbox": "copying into a sandbox",
    "changed by its sandbox": "publication",
    "deleted": "deletion",
}
NAMES: Final = tuple(OPERATION_NOUNS)
_ANY_WORK: Final = "work"
# For people, whole sentences by noun: a language may inflect the noun.
_REFUSALS: Final = {
    "backup": gettext_noop("This store is being backed up right now."),
    "restore": gettext_noop("This store is being restored right now."),
    "move": gettext_noop("This store is being moved right now."),
    "copying into a sandbox": gettext_noop("This store is being copied into a sandbox right now."),
    "publication": gettext_noop("This store is being changed by its sandbox right now."),
    "deletion": gettext_noop("This store is being deleted right now."),
    _ANY_WORK: gettext_noop("This store is being worked on right now."),
}
_WAITS: Final = {
    "backup": gettext_noop("Waits for the store's backup to end"),
    "restore": gettext_noop("Waits for the store's restore to end"),
    "move": gettext_noop("Waits for the store's move to end"),
    "copying into a sandbox": gettext_noop("Waits for the store's copying into a sandbox to end"),
    "publication": gettext_noop("Waits for the store's publication to end"),
    "deletion": gettext_noop("Waits for the store's deletion to end"),
    _ANY_WORK: gettext_noop("Waits for the store's work to end"),
}


@contextmanager
def exclusive_store_operation(
    store_id: UUID, doing: str, *, shared: bool = False
) -> Iterator[None]:
    """Exclude work of other processes on this store. `doing` is one of `NAMES`, for the message to others.

    Raises `StoreAtWork` at once, naming the running work. Reentrant in one thread.
    """
    number, name = number_of(store_id), LockSpace.STORE_OPERATION_NAME + NAMES.index(doing)
    if not try_lock(PLATFORM, LockSpace.STORE_OPERATION, number, shared=shared):
        noun = _running_work(number)
        raise StoreAtWork(
            " ".join([gettext(_REFUSALS[noun]), gettext("Try again when it has finished.")]),
            work=noun,
        )
    lock(PLATFORM, name, number, shared=True)
    try:
        yield
    finally:
        unlock(PLATFORM, name, number, shared=True)
        unlock(PLATFORM, LockSpace.STORE_OPERATION, number, shared=shared)


def require_unpaused(store: Store) -> None:
    """Raise `StoreOccupied` for a store under a write pause, or that may be: with a move that is not over, also one
    whose worker has died, or is scheduled for deletion."""
    if get_open_move(store) is not None:
        raise StoreAtWork(
            gettext(
                "%(name)s is being moved. Finish the move (move_store --resume) or undo it (--undo) "
                "first."
            )
            % {"name": store.name},
            work=OPERATION_NOUNS["moved"],
        )
    require_not_deleted(store)


def require_not_deleted(store: Store) -> None:
    """Raise `StoreOccupied` for a store that is scheduled for deletion."""
    if StoreDeletion.objects.filter(store_id=store.pk).exists():
        raise StoreOccupied(
            gettext(
                "%(name)s is scheduled for deletion. Cancel that first: delete_store %(slug)s "
                "--cancel."
            )
            % {"name": store.name, "slug": store.slug}
        )


def require_idle(store_id: UUID) -> None:
    """Raise `StoreOccupied` while other work on the store runs: for work that another process will do."""
    with exclusive_store_operation(store_id, NAMES[0]):
        return


def waiting_message(error: StoreAtWork) -> str:
    """The message of a job that waits for the work that refused it."""
    return _WAITS[error.details["work"]]


def _running_work(number: int) -> str:
    first = int(LockSpace.STORE_OPERATION_NAME)
    found = find_holder(PLATFORM, range(first, first + len(NAMES)), number)
    return OPERATION_NOUNS[NAMES[found - first]] if found else _ANY_WORK
