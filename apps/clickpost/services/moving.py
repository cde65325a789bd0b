"""Shared by the services of bookings: the lock of a row, and its moves."""

from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext

from apps.clickpost.models import Booking
from apps.clickpost.states import BOOKING_TRANSITIONS, BookingState
from apps.common.clock import now
from apps.common.states import require_transition
from apps.common.typed_text import Said, cleans_text


def lock_booking(booking_id: UUID) -> Booking:
    return Booking.objects.select_for_update().get(pk=booking_id)


def move_booking(row: Booking, target: BookingState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, the caller saves."""
    require_transition(
        BOOKING_TRANSITIONS,
        subject=gettext("The booking"),
        current=BookingState(row.state),
        target=target,
    )
    row.state = target


@cleans_text
def settle(
    row: Booking, *, error: Annotated[str, Said(500)] = "", is_due: bool = False, **values: Any
) -> None:
    """Save the locked row. `is_due`: the worker goes on with it at once; otherwise nothing is to be done."""
    for name, value in values.items():
        setattr(row, name, value)
    row.error, row.attempts = error, 0
    row.due_at = now() if is_due else None
    row.updated_at = now()
    row.save()
