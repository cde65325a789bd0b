"""Workers, messages and dying processes at ClickPost: one waybill, one parcel, one history."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from apps.clickpost import services as clickpost
from apps.clickpost.models import Booking, FollowedParcel
from apps.common.clock import now
from apps.events.services import relay_outbox
from apps.fulfilment.models import Shipment, ShipmentEvent
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.orders.models import Order
from apps.tenancy.context import use_store
from tests.checkout.shop import assert_adds_up
from tests.clickpost.desk import booked, connect_store, scans_of, sold, take
from tests.support.acting import STAFF, seeing_all
from tests.support.killing import deaths_of, kill_at
from tests.support.threads import fails, run_at_once
from tests.vendors.clickpost import ClickPostVendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]
_APPS = Path(django_settings.BASE_DIR) / "apps"
BOOKING = tuple(
    str(_APPS / "clickpost" / name)
    for name in ("services/booking", "services/shipping", "services/moving", "services/adopting")
)
TRACKING = (
    str(_APPS / "clickpost/services/tracking"),
    str(_APPS / "fulfilment/services/scanning"),
    str(_APPS / "fulfilment/services/delivering"),
)


@pytest.fixture
def shop(throwaway_store: Any, vendor: ClickPostVendor) -> Iterator[Any]:
    with seeing_all(throwaway_store):
        connect_store(vendor)
    throwaway_store.refresh_from_db()
    with seeing_all(throwaway_store):
        yield throwaway_store


def due() -> None:
    Booking.objects.filter(due_at__isnull=False).update(due_at=now())


def test_many_workers_book_each_parcel_once(shop: Any, vendor: ClickPostVendor) -> None:
    orders = [sold(quantity=1) for _ in range(5)]
    presses = [
        partial(clickpost.begin_bookings, order=Order.objects.get(pk=order.pk), actor=STAFF)
        for order in orders
        for _twice in range(2)
    ]
    assert len(fails(run_at_once(shop, presses))) == 5, "the second press finds nothing to book"
    assert not fails(run_at_once(shop, [clickpost.send_due_bookings] * 4))
    assert Booking.objects.filter(state="shipped").count() == Shipment.objects.count() == 5
    assert len(vendor.parcels) == vendor.count("/create-order/") == 5
    relay_outbox()
    for order in orders:
        assert_adds_up(order)


def test_messages_of_one_parcel_at_once(shop: Any, vendor: ClickPostVendor) -> None:
    order = sold()
    clickpost.begin_bookings(order=order, actor=STAFF)
    row, parcel = booked(order)
    for move in (vendor.pick_up, vendor.travel, vendor.go_out, vendor.fail, vendor.go_out):
        move(row.reference)
    vendor.deliver_parcel(row.reference)
    vendor.deliver(take, shuffled=random.Random(3))
    InboxMessage.objects.filter(source="clickpost").update(due_at=now())
    for _ in range(3):
        assert not fails(run_at_once(shop, [inbox.handle_due] * 4))
        InboxMessage.objects.filter(state="waiting").update(due_at=now())
    assert len(scans_of(parcel)) == 6
    parcel.refresh_from_db()
    assert parcel.state == "delivered"
    numbers = list(ShipmentEvent.objects.filter(shipment=parcel).values_list("sequence", flat=True))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert_adds_up(parcel.order)


def test_a_worker_that_dies_anywhere_books_once(shop: Any, vendor: ClickPostVendor) -> None:
    def work() -> None:
        with seeing_all(shop):
            clickpost.send_due_bookings()

    def begin() -> Order:
        order = sold(quantity=1)
        clickpost.begin_bookings(order=order, actor=STAFF)
        return order

    begin()
    for death in deaths_of(shop, work, 12, watched=BOOKING):
        order = begin()
        kill_at(shop, work, death, watched=BOOKING)
        due()
        clickpost.send_due_bookings()
        row = Booking.objects.get(order=order)
        assert (row.state, row.error) == ("shipped", ""), death
        parcel = Shipment.objects.get(order=order)
        assert parcel.tracking_number == vendor.parcels[order.number].waybill == row.waybill
        assert FollowedParcel.objects.filter(shipment=parcel).count() == 1
        assert sum(each.reference.startswith(order.number) for each in vendor.parcels.values()) == 1


def test_a_worker_that_dies_anywhere_delivers_once(shop: Any, vendor: ClickPostVendor) -> None:
    def work() -> None:
        with seeing_all(shop):
            inbox.handle_due()

    def begin() -> Shipment:
        order = sold(quantity=1, payment_method="cash_on_delivery")
        clickpost.begin_bookings(order=order, actor=STAFF)
        row, parcel = booked(order)
        vendor.pick_up(row.reference)
        vendor.deliver_parcel(row.reference)
        vendor.deliver(take)
        return parcel

    begin()
    for death in deaths_of(shop, work, 10, watched=TRACKING):
        parcel = begin()
        kill_at(shop, work, death, watched=TRACKING)
        InboxMessage.objects.filter(state="waiting").update(due_at=now())
        inbox.handle_due()
        parcel.refresh_from_db()
        assert (parcel.state, len(scans_of(parcel))) == ("delivered", 2), death
        assert parcel.events.filter(kind="shipment.delivered").count() == 1
        assert_adds_up(parcel.order)


def test_stores_follow_their_own_parcels(
    shop: Any, other_store: Any, vendor: ClickPostVendor
) -> None:
    order = sold()
    clickpost.begin_bookings(order=order, actor=STAFF)
    row, parcel = booked(order)
    body = vendor.pick_up(row.reference)
    with use_store(other_store):
        take("tracking", body)
        inbox.handle_due()
        assert not ShipmentEvent.objects.exists()
        InboxMessage.objects.filter(source="clickpost").delete()
    assert scans_of(parcel) == []
