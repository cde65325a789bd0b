"""Bookings that wait until the warehouse system has the order, and those that wait for nothing."""

from datetime import timedelta
from typing import Any

import pytest

from apps.clickpost import services as clickpost
from apps.clickpost.cards import card_of, press
from apps.clickpost.models import Booking
from apps.clickpost.states import BookingState
from apps.common.clock import now
from apps.easyecom.models import PushedOrder
from apps.easyecom.states import PushState
from apps.fulfilment import services as fulfilment
from apps.integrations import services as integrations
from apps.integrations.models import Integration
from apps.tenancy.context import use_store
from tests.clickpost.desk import books_itself, sold, work
from tests.support.acting import STAFF
from tests.vendors.clickpost import ClickPostVendor

pytestmark = pytest.mark.django_db
_S = BookingState


def test_a_booking_by_itself_waits_until_the_warehouse_system_has_the_order(
    desk: ClickPostVendor, store: Any
) -> None:
    """The parcel that leaves first would keep the order away from the warehouse."""
    integrations.add_integration(kind="easyecom")
    store.refresh_from_db()
    with use_store(store):
        books_itself()
        order, other = sold(), sold()
        work()
        row = Booking.objects.get(order=order)
        assert (row.state, desk.parcels) == (_S.WAITING, {})
        assert "EasyEcom does not have the order" in row.error
        PushedOrder.objects.update(state=PushState.REFUSED)
        work()
        row.refresh_from_db()
        assert "did not take the order" in row.error
        button = card_of(order).parts[0].buttons[0]
        assert (button.verb, str(button.label)) == ("retry", "Book it now")
        assert "is shipped" in press(order, button.verb, button.key, STAFF)
        assert list(desk.parcels) == [order.number]
        for _ in range(30):  # a long outage
            clickpost.send_due()
            Booking.objects.filter(order=other).update(due_at=now())
        clickpost.send_due()
        wait = Booking.objects.get(order=other).due_at
        assert wait is not None
        assert wait < now() + timedelta(minutes=5)
        PushedOrder.objects.filter(order=other).update(state=PushState.SENT)
        work()
        assert list(desk.parcels) == [order.number, other.number]


def test_what_staff_have_cancelled_is_not_booked_by_itself_again(desk: ClickPostVendor) -> None:
    books_itself()
    desk.codes["/create-order/"] = [316]
    order = sold()
    work()
    row = Booking.objects.get()
    assert row.state == _S.REFUSED
    clickpost.cancel_booking(booking=row, actor=STAFF)
    assert clickpost.book_what_waits() == 0
    assert clickpost.begin_bookings(order=order, actor=STAFF)[0].reference == f"{order.number}-P2"


@pytest.mark.parametrize("why", ["paused", "removed", "from before", "partly sent"])
def test_a_booking_waits_for_no_order_that_does_not_go_there(
    desk: ClickPostVendor, store: Any, why: str
) -> None:
    system = integrations.add_integration(kind="easyecom")
    store.refresh_from_db()
    with use_store(store):
        books_itself()
        order = sold(quantity=2)
        work()
        assert Booking.objects.get().state == _S.WAITING
        if why == "paused":
            integrations.pause_integration(integration=system)
        elif why == "removed":
            integrations.remove_integration(integration=system)
        elif why == "from before":
            PushedOrder.objects.all().delete()
            Integration.objects.filter(pk=system.pk).update(created_at=now() + timedelta(hours=1))
        else:
            PushedOrder.objects.update(state=PushState.REFUSED)
            fulfilment.ship_order(order=order, lines={order.lines.get().pk: 1}, actor=STAFF)
            work()
            clickpost.book_what_waits()
    store.refresh_from_db()
    with use_store(store):
        work()
        row = Booking.objects.exclude(state=_S.CANCELLED).get()
        assert (row.state, row.error) == (_S.SHIPPED, "")
