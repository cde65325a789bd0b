"""What carriers say about waybills that we booked."""

from typing import Annotated

from django.db import transaction

from apps.clickpost.models import Booking
from apps.clickpost.services.moving import move_booking, settle
from apps.clickpost.states import BookingState
from apps.common.typed_text import Code, cleans_text


@cleans_text
def note_carrier_cancelled(*, waybill: Annotated[str, Code(80)]) -> None:
    """The carrier says that a waybill is cancelled: nothing more is to be cancelled there. Repeatable."""
    open_states = (BookingState.SHIPPED, BookingState.CANCELLING, BookingState.STRAY)
    with transaction.atomic():
        rows = Booking.objects.select_for_update().filter(waybill=waybill, state__in=open_states)
        for row in rows:
            move_booking(row, BookingState.CANCELLED)
            settle(row, error=row.error)
