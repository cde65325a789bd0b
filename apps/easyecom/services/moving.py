"""Shared functions of the services: the state of an order at EasyEcom, changed under the row's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.states import require_transition
from apps.common.typed_text import Said, cleans_text
from apps.easyecom.models import PushedOrder
from apps.easyecom.states import PUSH_TRANSITIONS, PushState
from apps.events import services as events
from apps.events.services.delivery import MAX_ATTEMPTS, choose_delay

_LONGEST: Final = timedelta(hours=1)


@contextmanager
def changing(push_id: UUID) -> Iterator[PushedOrder]:
    """The row under its lock, in a transaction that may emit; saved at the end. The row's lock comes after the order's."""
    with events.transaction_with_wake_up():
        row = PushedOrder.objects.select_for_update().get(pk=push_id)
        yield row
        row.save()


def move(row: PushedOrder, target: PushState, **values: Any) -> None:
    """Assign the state and values; the same state again is well. The caller has the lock, and saves. Raises
    `TransitionNotAllowed`."""
    if row.state != target:
        require_transition(
            PUSH_TRANSITIONS,
            subject=gettext("The order at EasyEcom"),
            current=PushState(row.state),
            target=target,
        )
        row.state, row.attempts, row.due_at = target, 0, now()
    row.last_error = ""
    for name, value in values.items():
        setattr(row, name, value)


def is_same_claim(locked: PushedOrder, row: PushedOrder) -> bool:
    """Whether the row is still as this worker has claimed it: the end of a lease is like no other."""
    return (locked.state, locked.due_at) == (row.state, row.due_at)


@cleans_text
def say_later(
    row: PushedOrder, *, error: Annotated[str, Said(300)], at: datetime | None = None
) -> None:
    """It is tried again: the more often it failed, the later, at the most in an hour."""
    row.last_error = error
    delay = min(choose_delay(min(row.attempts, MAX_ATTEMPTS)), _LONGEST)
    row.due_at = at or now() + delay


@cleans_text
def refuse(row: PushedOrder, target: PushState, *, error: Annotated[str, Said(300)]) -> None:
    """A person has to decide."""
    move(row, target)
    row.last_error = error
