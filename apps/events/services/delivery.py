"""The relay: every message reaches its consumer at least once, however often a process dies.

A message is first claimed (its attempts counted, `due_at` moved forward as a lease), then delivered in a transaction of
its own that also marks it. A crash anywhere leaves it waiting: it is due again when the lease is over. While it is
being delivered its row is locked, so a slow delivery is not started twice.

The wait grows with each failure: 12 s, 31 s, 78 s, 3 min, 8 min, 20 min, 51 min, 2 h, 5 h, 12 h, 12 h (each up to half
longer, at random); after 12 attempts, or when the consumer raises `GiveUp`, the message is dead and waits for people.
"""

import logging
import traceback
from datetime import timedelta
from uuid import UUID

from django.db.models import Min

from apps.common.backing_off import choose_wait
from apps.common.clock import now
from apps.events.consumers import Message, get_consumer
from apps.events.errors import GiveUp
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.platform import services as platform
from apps.tenancy.context import current_store_or_none
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.transactions import atomic_at_home

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
LEASE = timedelta(seconds=20)
LOOK_AGAIN_AFTER = timedelta(seconds=15)

_FIRST_DELAY, _GROWTH, _LONGEST_DELAY = 5.0, 2.5, 12 * 3600.0


def relay_outbox(*, limit: int = 1000) -> int:
    """Deliver what is due in the active home and say how many were. Any number of relays may run at once.

    At the end it writes a wake-up for waiting messages (retries, messages of another relay), so that none waits for the
    slow sweep of all stores.
    """
    delivered = 0
    for _ in range(limit):
        claimed = _claim()
        if claimed is None:
            break
        delivered += _deliver(*claimed)
    _note_next_wake_up()
    return delivered


def choose_delay(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts, with up to half of it more at random."""
    return choose_wait(attempts, first=_FIRST_DELAY, growth=_GROWTH, longest=_LONGEST_DELAY)


@repeated_on_deadlock
def _claim() -> tuple[UUID, int] | None:
    """Take the next due message, count the attempt, and hide it from other relays for the lease.

    Messages are claimed one at a time: a batch behind a slow consumer would outlive its lease, and each new claim would
    count as a failure.
    """
    with atomic_at_home():
        row = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(state=MessageState.PENDING, due_at__lte=now())
            .order_by("due_at", "id")
            .first()
        )
        if row is None:
            return None
        row.attempts += 1
        row.due_at = now() + LEASE
        row.save(update_fields=["attempts", "due_at"])
    return row.pk, row.attempts


def _deliver(pk: UUID, attempt: int) -> bool:
    """Run the consumer and mark the message in one transaction. False when it failed or another process has claimed it."""
    try:
        with atomic_at_home():
            # Waits for the lock: another relay's claim may hold the row for a moment.
            row = (
                OutboxMessage.objects.select_for_update()
                .filter(pk=pk, state=MessageState.PENDING, attempts=attempt)
                .first()
            )
            if row is None:
                return False
            _hand_over(row)
            row.state, row.delivered_at, row.last_error = MessageState.DELIVERED, now(), ""
            row.save(update_fields=["state", "delivered_at", "last_error"])
    except Exception as error:  # whatever a consumer raises is written down and tried again
        _record_failure(pk, attempt, error)
        return False
    return True


def _hand_over(row: OutboxMessage) -> None:
    if (
        row.attempts > MAX_ATTEMPTS
    ):  # a failed attempt ends earlier: these attempts ended with their process
        raise GiveUp("The process died at every attempt to deliver this.")
    handler = get_consumer(row.consumer)
    if handler is None:  # during a release another process may know it already
        raise LookupError(f"No consumer is called {row.consumer!r}.")
    handler(Message(row.message_id, row.topic, row.key, row.payload, row.attempts, row.created_at))


def _record_failure(pk: UUID, attempt: int, error: Exception) -> None:
    is_over = isinstance(error, GiveUp) or attempt >= MAX_ATTEMPTS
    logger.log(
        logging.ERROR if is_over else logging.WARNING,
        "Message %s failed at attempt %s%s",
        pk,
        attempt,
        " and is given up" if is_over else "",
        exc_info=error,
    )
    OutboxMessage.objects.filter(pk=pk, state=MessageState.PENDING, attempts=attempt).update(
        state=MessageState.DEAD if is_over else MessageState.PENDING,
        due_at=now() + choose_delay(attempt),
        last_error="".join(traceback.format_exception(error))[-4000:],
    )


def _note_next_wake_up() -> None:
    store = current_store_or_none()
    if store is None:
        return
    waiting = OutboxMessage.objects.filter(state=MessageState.PENDING)
    due_at = waiting.aggregate(due_at=Min("due_at"))["due_at"]
    if due_at is not None:
        platform.note_wake_up(store_id=store.id, due_at=max(due_at, now() + LOOK_AGAIN_AFTER))
