"""Orders that wait: for pieces whose day changes, at a pickup place that moves. Their buyers hear of each change once."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.common.clock import today
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import OrdersWaitThere
from apps.fulfilment.services import following
from apps.inventory import services as inventory
from apps.inventory.models import Consignment, StockItem, Warehouse
from apps.inventory.states import ConsignmentKind, StockPolicy
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.shipping.models import PickupPlace
from apps.tenancy.context import use_actor
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.fulfilment.parcels import CASH, WHO, pickup, settle, ship
from tests.support.acting import STAFF, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_work(in_store: Any) -> Iterator[None]:
    with use_actor(SYSTEM):
        yield


def on(days: int) -> date:
    return today() + timedelta(days=days)


def mails(template: str) -> list[str]:
    relay_outbox()
    relay_outbox()  # what the first messages have written
    relay_outbox()
    return list(
        SentMail.objects.filter(template=template).order_by("pk").values_list("text", flat=True)
    )


@pytest.fixture
def goods() -> Goods:
    found = make_goods(stock=1)
    item = StockItem.objects.get(variant_ref=found.variant_ref)
    inventory.set_policy(stock_item=item, policy=StockPolicy.BACKORDER)
    return found


def deliver_on(goods: Goods, days: int, quantity: int = 5) -> Consignment:
    return inventory.save_consignment(
        key=uuid4(),
        kind=ConsignmentKind.DELIVERY,
        destination=Warehouse.objects.get(),
        expected_on=on(days),
        lines=[inventory.LineInput(goods.variant_ref, goods.sku, quantity)],
        sends=True,
    )


def test_a_buyer_is_written_to_once_for_each_new_day(goods: Goods) -> None:
    delivery = deliver_on(goods, 9)
    order = place(make_cart(goods, quantity=3), payment_method=CASH).order
    unpaid = place(make_cart(goods)).order
    before = (order.expected_from, order.expected_until)
    assert mails("order_days") == []
    line = order.lines.get()
    for day in (20, 20, 12):
        inventory.reschedule_consignment(consignment=delivery, expected_on=on(day))
        mails("order_days")
    first, second = mails("order_days")
    assert f"{on(20).day} " in first
    assert "2 x" in first
    assert f"{on(12).day} " in second
    line.refresh_from_db()
    order.refresh_from_db()
    assert (line.awaited_until, line.awaited_quantity) == (on(12), 2)
    assert before[0]
    assert before[1]
    assert order.expected_from == before[0] + timedelta(days=3)
    assert order.expected_until == before[1] + timedelta(days=3)
    assert unpaid.lines.get().awaited_until == on(12)  # its confirmation will say so
    inventory.cancel_consignment(consignment=delivery)
    assert "sent when it arrives" in mails("order_days")[-1]
    assert len(mails("order_days")) == 3
    order.refresh_from_db()
    assert order.expected_from is None
    inventory.receive_stock(variant_ref=goods.variant_ref, sku=goods.sku, quantity=9)
    assert len(mails("order_days")) == 3
    settle(order)


def test_an_order_that_moves_up_hears_of_its_earlier_day_and_a_preorder_of_its_release(
    goods: Goods,
) -> None:
    deliver_on(goods, 5, quantity=2)
    deliver_on(goods, 30)
    early = place(make_cart(goods, quantity=3), payment_method=CASH).order
    late = place(make_cart(goods), payment_method=CASH).order
    assert late.lines.get().awaited_until == on(30)
    fulfilment.cancel(order=early, reason="Changed their mind", actor=STAFF)
    assert mails("order_days") == []  # a piece is there for it
    again = place(make_cart(goods, quantity=2), payment_method=CASH).order
    item = StockItem.objects.get()
    assert again.lines.get().awaited_until == on(5)
    for _ in range(2):
        inventory.set_policy(stock_item=item, policy=StockPolicy.PREORDER, release_on=on(40))
    assert len(mails("order_days")) == 2
    assert {each.awaited_until for each in late.lines.all()} == {on(40)}


@pytest.fixture
def waiting() -> tuple[Order, Order]:
    """At the counter in Chennai: one that is to be prepared, and one that is ready."""
    pickup()
    found = [
        place(
            make_cart(make_goods()),
            shipping_method="collect.chennai",
            shipping_address=WHO,
            payment_method=CASH,
        ).order
        for _ in range(2)
    ]
    ship(found[1])
    return found[0], found[1]


def test_orders_follow_their_pickup_place_to_its_new_address_once(
    waiting: tuple[Order, Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "READ_AT_ONCE", 1)
    assert fulfilment.follow_pickup_places() == 0
    spot = PickupPlace.objects.get()
    spot.line1, spot.hours = "9 Anna Salai", "8 to 8"
    fulfilment.require_place(place=spot)
    spot.save()
    assert [fulfilment.follow_pickup_places() for _ in range(2)] == [2, 0]
    first, second = mails("order_pickup")
    assert "9 Anna Salai" in first
    assert "We write to you when it is ready." in first
    parcel = waiting[1].shipments.get()
    assert f"Your code: {parcel.pickup_code}" in second
    for order in waiting:
        order.refresh_from_db()
        assert order.pickup
        assert order.pickup["hours"] == "8 to 8"
        assert (order.shipping_address["line1"], order.shipping_address["name"]) == (
            "9 Anna Salai",
            "Asha Rao",
        )
        settle(order)
    PickupPlace.objects.update(hours="10 to 5")  # only said on the page
    assert fulfilment.follow_pickup_places() == 0
    waiting[0].refresh_from_db()
    assert (waiting[0].pickup or {})["hours"] == "10 to 5"
    assert len(mails("order_pickup")) == 2


def test_a_place_is_not_closed_or_moved_to_another_state_over_waiting_orders(
    waiting: tuple[Order, Order],
) -> None:
    spot = PickupPlace.objects.get()
    spot.region, spot.postal_code = "KA", "560001"
    with pytest.raises(OrdersWaitThere, match=r"2 orders wait there .* tax is that of Tamil Nadu"):
        fulfilment.require_place(place=spot)
    PickupPlace.objects.update(region="KA")  # by another door: the orders stay
    assert fulfilment.follow_pickup_places() == 0
    PickupPlace.objects.update(region="TN")
    near = PickupPlace.objects.create(
        code="adyar",
        name="Adyar",
        line1="2 LB Road",
        region="Tamil Nadu",
        country="IN",
        city="Chennai",
    )
    far = PickupPlace.objects.create(
        code="kochi", name="Kochi", line1="1 Main Road", region="KL", country="IN"
    )
    spot = PickupPlace.objects.get(code="chennai")
    spot.is_active = False
    with pytest.raises(OrdersWaitThere, match="Choose the place where they are collected instead"):
        fulfilment.require_place(place=spot)
    fulfilment.require_place(place=spot, stays=True)
    with pytest.raises(OrdersWaitThere, match="Close the place instead"):
        fulfilment.require_no_orders(place=spot)
    for wrong in (far.code, "chennai", "nowhere"):
        spot.successor = wrong
        with pytest.raises(OrdersWaitThere, match="Choose a"):
            fulfilment.require_place(place=spot)
    spot.successor = near.code
    fulfilment.require_place(place=spot)
    spot.save()
    assert fulfilment.follow_pickup_places() == 2
    waiting[1].refresh_from_db()
    assert (waiting[1].pickup or {})["name"] == "Adyar"
    assert "2 LB Road" in mails("order_pickup")[-1]
    fulfilment.require_no_orders(place=spot)


def test_a_warehouse_that_is_a_pickup_place_takes_its_orders_along() -> None:
    Warehouse.objects.update(line1="1 Mill Road", city="Chennai", region="TN", country="IN")
    pickup(line1="", warehouse=Warehouse.objects.get())
    order = place(
        make_cart(make_goods()), shipping_method="collect.chennai", shipping_address=WHO, payment_method=CASH
    ).order  # fmt: skip
    house = Warehouse.objects.get()
    house.region = "KA"
    with pytest.raises(OrdersWaitThere):
        fulfilment.require_warehouse(warehouse=house)
    house.region, house.line1 = "TN", "3 Mill Road"
    fulfilment.require_warehouse(warehouse=house)
    house.save()
    assert fulfilment.follow_pickup_places() == 1
    order.refresh_from_db()
    assert order.shipping_address["line1"] == "3 Mill Road"
