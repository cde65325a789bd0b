"""The second half: messages are handed to their sources, each at least once, however often a process dies.

A message is first claimed (its attempts counted, `due_at` moved forward as a lease), then handled outside a transaction,
since sources may ask other systems, then marked. A crash anywhere leaves it waiting: it is due again when the lease ends.

The wait grows with each failure as in the outbox: from 12 seconds to half a day. After 12 attempts, or when the source
gives up, the message is dead and waits for staff.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import DomainError
from apps.events.errors import GiveUp
from apps.events.services.delivery import MAX_ATTEMPTS, choose_delay
from apps.inbox.errors import MalformedMessage
from apps.inbox.models import InboxMessage
from apps.inbox.selectors import due_messages, waiting_messages
from apps.inbox.sources import Source, get_source
from apps.inbox.states import InboxState
from apps.platform import services as platform
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import current_store_or_none
from apps.tenancy.errors import StorePaused

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
PAUSED_FOR: Final = timedelta(minutes=10)
_PORTION: Final = 20


def handle_due(*, limit: int = 500) -> int:
    """Handle what is due in the active home; several workers share it. The number of handled messages.

    At the end it notes when the next one is due, so that none waits for the slow sweep of all stores.
    """
    handled = tried = 0
    while tried < limit and (found := list(due_messages()[:_PORTION])):
        paused = _PausedSources()
        for message in found:
            tried += 1
            handled += _claim_and_handle(message, paused)
    _note_next_wake_up()
    return handled


def handle_message(*, message_id: UUID) -> InboxMessage:
    """Handle one message now. Repeatable: a handled, dead or claimed message is left alone."""
    message = due_messages().filter(pk=message_id).first()
    if message is not None:
        _claim_and_handle(message)
        _note_next_wake_up()
    return InboxMessage.objects.get(pk=message_id)


def wake_source(source: str) -> int:
    """What waited while the source was paused is due now. The number of messages."""
    return waiting_messages().filter(source=source).update(due_at=now())


def wake_waiting(*, source: str, before: datetime) -> int:
    """What came before then and waits for its next try is due now; what a worker holds is left to it. The number of
    messages."""
    rows = waiting_messages().filter(source=source, received_at__lt=before)
    return rows.filter(Q(attempts=0) | ~Q(last_error="")).update(due_at=now())


class _PausedSources:
    """Each source is asked once for a portion of messages."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}

    def has(self, source: Source) -> bool:
        if source.code not in self._known:
            self._known[source.code] = source.is_paused()
        return self._known[source.code]


def _claim_and_handle(message: InboxMessage, paused: _PausedSources | None = None) -> bool:
    source = get_source(message.source)
    if source is not None and (paused or _PausedSources()).has(source):
        _same_try(message).update(due_at=now() + PAUSED_FOR)
        return False
    claimed = _same_try(message).update(attempts=F("attempts") + 1, due_at=now() + LEASE)
    if not claimed:
        return False  # another worker has it
    message.attempts += 1
    return _handle(message, source.handle if source is not None else _unknown)


def _same_try(message: InboxMessage) -> QuerySet[InboxMessage]:
    """The row, as long as no other worker has claimed it since it was read."""
    return waiting_messages().filter(
        pk=message.pk, attempts=message.attempts, due_at=message.due_at
    )


def _handle(message: InboxMessage, handle: Callable[[InboxMessage], str]) -> bool:
    ours = waiting_messages().filter(pk=message.pk, attempts=message.attempts)
    try:
        if message.attempts > MAX_ATTEMPTS:  # these attempts ended with their process
            raise GiveUp(gettext("The process died at every attempt to handle this."))
        effect = handle(message)
    except (StorePaused, StoreUnreachable):
        raise  # the whole store waits, and the task is tried again
    except Exception as error:  # whatever a source raises is written down and tried again
        _record_failure(message, error)
        return False
    return bool(
        ours.update(
            state=InboxState.DONE, handled_at=now(), last_error="", effect=str(effect or "")[:300]
        )
    )


def _record_failure(message: InboxMessage, error: Exception) -> None:
    is_over = isinstance(error, GiveUp | MalformedMessage) or message.attempts >= MAX_ATTEMPTS
    is_foreseen = isinstance(error, GiveUp | DomainError)
    logger.log(
        logging.WARNING if is_foreseen else logging.ERROR,
        "Message %s of %s failed at attempt %s%s",
        message.pk,
        message.source,
        message.attempts,
        " and is given up" if is_over else "",
        exc_info=None if is_foreseen else error,
    )
    words = str(error) if is_foreseen else f"{type(error).__name__}: {error}"
    waiting_messages().filter(pk=message.pk, attempts=message.attempts).update(
        state=InboxState.DEAD if is_over else InboxState.WAITING,
        due_at=now() + choose_delay(message.attempts),
        last_error=words.replace("\x00", "")[:4000],
    )


def _unknown(message: InboxMessage) -> str:
    """During a release another process may know the source already."""
    raise LookupError(f"No source is called {message.source!r}.")


def _note_next_wake_up() -> None:
    store = current_store_or_none()
    if store is None:
        return
    due_at = waiting_messages().aggregate(due_at=Min("due_at"))["due_at"]
    if due_at is not None:
        platform.note_wake_up(store_id=store.id, due_at=max(due_at, now() + LOOK_AGAIN_AFTER))
