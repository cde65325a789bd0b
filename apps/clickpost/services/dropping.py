"""Bookings of orders that changed: what is not to be sent any more is not booked."""

from django.db import transaction

from apps.clickpost.models import Booking
from apps.clickpost.selectors import find_obstacle
from apps.clickpost.services.moving import move_booking, settle
from apps.clickpost.states import ACTOR, BookingState
from apps.common.clock import now
from apps.orders.models import Order


def drop_obsolete(order: Order) -> int:
    """End refused bookings whose pieces are not to be sent any more, and have the worker look at the others at once.
    Repeatable. How many ended."""
    ended = 0
    with transaction.atomic():
        rows = Booking.objects.select_for_update().filter(order=order, shipment=None)
        for row in rows.filter(state=BookingState.REFUSED):
            if why := find_obstacle(row):
                move_booking(row, BookingState.CANCELLED)
                settle(row, error=why, actor_label=ACTOR.label)
                ended += 1
        late = rows.filter(state__in=(BookingState.WAITING, BookingState.BOOKED))
        late.filter(due_at__gt=now(), error__gt="").update(due_at=now())
    return ended
