"""Bookings after a restore: the original books and asks, a copy does not."""

from django.utils.translation import gettext_noop

from apps.clickpost.models import Booking, CarrierRequest
from apps.clickpost.states import AT_WORK, BookingState, RequestState
from apps.operations.restore.reconciling import after_restore

COPIED = gettext_noop("This store is a copy; its original does this.")


@after_restore
def stop_in_copies(copied: bool) -> None:
    """What waits in a copy is over there. A waybill that its original has booked stays."""
    if not copied:
        return
    open_bookings = Booking.objects.filter(state__in=(*AT_WORK, BookingState.REFUSED))
    open_bookings.update(state=BookingState.CANCELLED, due_at=None, error=COPIED)
    waiting = CarrierRequest.objects.filter(state=RequestState.WAITING)
    waiting.update(state=RequestState.DROPPED, due_at=None, answer=COPIED)
