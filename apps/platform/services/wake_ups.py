""" "Store X has work due at T": noted in the master before the store's transaction begins, swept afterwards.

Polling a thousand databases every minute would cost too much; the slow sweep over all of them is the safety net.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from django.db.models.functions import Now

from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import now
from apps.platform import selectors
from apps.platform.errors import StoreNotFound
from apps.platform.models import WakeUp
from apps.platform.states import AT_REST
from apps.platform.sweeps import run_sweeps
from apps.tenancy.context import ActiveStore, outside_store
from apps.tenancy.inserting import insert_values
from apps.tenancy.transactions import atomic_on_platform, in_platform_transaction

# The wake-ups of a sweep that died become due again after this time.
PATIENCE: Final = timedelta(seconds=60)
PORTION: Final = 500
GRAIN: Final = timedelta(seconds=10)
_committed = BoundedMemory[tuple[UUID, datetime], bool](lambda: 10_000)


def note_wake_up(*, store_id: UUID, due_at: datetime) -> None:
    """Append a note. Call it before the store's transaction begins, or a crash in between forgets the work."""
    insert_values(WakeUp, [{"store_id": store_id, "due_at": due_at}])


def ensure_wake_up(*, store_id: UUID, after: timedelta) -> None:
    """A note that is due after that time, or up to `GRAIN` later. Of many calls in a row one writes: the process remembers
    its committed notes, and a note that is not due yet is still there.

    Call it as `note_wake_up`, before the store's transaction.
    """
    due_at = _next_grain(now() + after)
    if (store_id, due_at) in _committed:
        return
    note_wake_up(store_id=store_id, due_at=due_at)
    if not in_platform_transaction():
        _committed.put((store_id, due_at), True)


def forget_noted() -> None:
    """Reset to the state of a new process."""
    _committed.clear()


def _next_grain(moment: datetime) -> datetime:
    seconds = GRAIN.total_seconds()
    return datetime.fromtimestamp(ceil(moment.timestamp() / seconds) * seconds, tz=UTC)


def wake_stores() -> int:
    """Run the sweeps of every store with a note that is due, and delete the notes that were read.

    The notes of a store where a sweep failed, or in which this process died, come due again in a minute.
    """
    claimed = _claim_due()
    woken = 0
    for store_id, notes in _by_store(claimed).items():
        store = _get_open_store(store_id)
        if store is None or run_sweeps(store):
            WakeUp.objects.filter(id__in=notes).delete()
            woken += 1
    return woken


def wake_all_stores() -> int:
    """Run the sweeps of every store: the fallback for lost wake-ups. Slow by design."""
    with outside_store():
        return sum(1 for store in selectors.list_active_stores() if run_sweeps(store))


def _claim_due() -> list[tuple[UUID, UUID]]:
    """Read due wake-ups and postpone them by a minute, so that a second sweeper skips them."""
    with atomic_on_platform():
        due = list(
            WakeUp.objects.select_for_update(skip_locked=True)
            .filter(due_at__lte=Now())
            .order_by("due_at")
            .values_list("id", "store_id")[:PORTION]
        )
        WakeUp.objects.filter(id__in=[note for note, _ in due]).update(due_at=Now() + PATIENCE)
    return due


def _by_store(claimed: Iterable[tuple[UUID, UUID]]) -> dict[UUID, list[UUID]]:
    stores: dict[UUID, list[UUID]] = {}
    for note, store_id in claimed:
        stores.setdefault(store_id, []).append(note)
    return stores


def _get_open_store(store_id: UUID) -> ActiveStore | None:
    """The store; None when it is deleted, archived or has no tables yet."""
    try:
        store = selectors.get_store(store_id)
    except StoreNotFound:
        return None
    return None if store.status in AT_REST else store.active_store
