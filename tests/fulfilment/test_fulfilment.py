"""Ship, deliver, cancel: in parts, twice, too much, too early."""

from typing import Any
from uuid import uuid4

import pytest

from apps.common.errors import DomainError, InvalidInput
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import NothingToShip
from apps.fulfilment.models import Shipment, ShipmentEvent, ShipmentLine
from apps.fulfilment.selectors import can_cancel, can_ship
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory.selectors import check_ledger
from apps.orders.errors import (
    LineNotShippable,
    OrderCancelled,
    OrderNotCancellable,
    OrderNotShippable,
)
from apps.orders.models import Order, OrderEvent
from apps.payments.models import Payment
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.payments.bank import pay, pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "as_staff")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    return make_goods(stock=10)


@pytest.fixture
def paid(goods: Goods) -> Order:
    """Three pieces, paid."""
    placed = place(make_cart(goods, quantity=3))
    pay_and_tell(placed.payment)
    placed.order.refresh_from_db()
    return placed.order


def ship(order: Order, **more: Any) -> Shipment:
    return fulfilment.ship_order(order=order, actor=STAFF, **more)


def line_id(order: Order) -> Any:
    return order.lines.get().pk


def test_shipping_everything_takes_the_stock_out(goods: Goods, paid: Order) -> None:
    shipment = ship(paid, carrier=" Blue  Dart ", tracking_number="BD 1")

    paid.refresh_from_db()
    assert (paid.status, paid.fulfilment_state) == ("shipped", "shipped")
    assert stock_of(goods) == (7, 0, 0)
    assert (shipment.state, shipment.carrier) == ("shipped", "Blue Dart")
    assert shipment.number == f"{paid.number}-S1"
    assert ShipmentLine.objects.get().quantity == 3
    assert ShipmentEvent.objects.get().kind == "shipment.shipped"
    assert check_ledger() == []
    assert_adds_up(paid)


def test_parcels_in_parts(goods: Goods, paid: Order) -> None:
    first = ship(paid, lines={line_id(paid): 1})
    assert paid.fulfilment_state == "partial"
    assert stock_of(goods) == (9, 0, 2)
    assert can_ship(paid)
    assert not can_cancel(paid)

    fulfilment.mark_delivered(shipment=first, actor=STAFF)
    paid.refresh_from_db()
    assert paid.delivered_at is None, "two pieces are still here"

    second = ship(paid)
    assert paid.fulfilment_state == "shipped"
    assert stock_of(goods) == (7, 0, 0)
    fulfilment.mark_delivered(shipment=second, actor=STAFF)

    paid.refresh_from_db()
    assert paid.status == "delivered"
    assert_adds_up(paid)


@pytest.mark.parametrize("quantity", [4, -1, 10**9])
def test_more_than_was_bought_is_not_shipped(goods: Goods, paid: Order, quantity: int) -> None:
    with pytest.raises(LineNotShippable):
        ship(paid, lines={line_id(paid): quantity})

    assert_nothing_left(goods, paid)


def test_a_line_of_another_order_is_not_shipped(goods: Goods, paid: Order) -> None:
    with pytest.raises(LineNotShippable):
        ship(paid, lines={uuid4(): 1})

    assert_nothing_left(goods, paid)


def assert_nothing_left(goods: Goods, order: Order) -> None:
    order.refresh_from_db()
    assert order.fulfilment_state == "unfulfilled"
    assert not Shipment.objects.exists()
    assert stock_of(goods) == (10, 0, 3)
    assert check_ledger() == []


def test_an_empty_parcel_is_refused(paid: Order) -> None:
    with pytest.raises(NothingToShip):
        ship(paid, lines={})
    with pytest.raises(NothingToShip):
        ship(paid, lines={line_id(paid): 0})


def test_a_double_click_ships_once(goods: Goods, paid: Order) -> None:
    first = ship(paid, lines={line_id(paid): 1}, request_key="form-7")
    second = ship(paid, lines={line_id(paid): 1}, request_key="form-7")

    assert first.pk == second.pk
    assert stock_of(goods) == (9, 0, 2)


def test_shipping_everything_twice_is_refused(goods: Goods, paid: Order) -> None:
    ship(paid)

    with pytest.raises(NothingToShip):
        ship(paid)

    assert stock_of(goods) == (7, 0, 0)
    assert Shipment.objects.count() == 1


def test_an_unpaid_order_is_not_shipped(goods: Goods) -> None:
    order = place(make_cart(goods)).order

    assert not can_ship(order)
    with pytest.raises(OrderNotShippable):
        ship(order)
    assert stock_of(goods) == (10, 1, 0)
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"carrier": "x" * 81},
        {"tracking_number": "a\x00b"},
        {"tracking_url": "javascript:alert(1)"},
        {"tracking_url": "no address"},
    ],
)
def test_details_that_can_not_be_shown_are_refused(paid: Order, bad: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        ship(paid, **bad)

    assert set(refused.value.fields) == set(bad)
    assert not Shipment.objects.exists()


def test_delivered_twice_is_delivered_once(paid: Order) -> None:
    shipment = ship(paid)
    for _ in range(2):
        fulfilment.mark_delivered(shipment=shipment, actor=STAFF)

    assert OrderEvent.objects.filter(kind="order.delivered").count() == 1
    assert ShipmentEvent.objects.filter(kind="shipment.delivered").count() == 1


def test_cash_is_booked_with_every_parcel(goods: Goods) -> None:
    order = place(make_cart(goods, quantity=2), payment_method="cash_on_delivery").order
    first = ship(order, lines={line_id(order): 1})
    second = ship(order)
    fulfilment.mark_delivered(shipment=first, actor=STAFF)
    assert Payment.objects.get().state == "partially_captured"

    fulfilment.mark_delivered(shipment=second, actor=STAFF)
    fulfilment.mark_delivered(shipment=second, actor=STAFF)

    payment = Payment.objects.get()
    order.refresh_from_db()
    assert (payment.state, payment.captured_minor) == ("captured", order.total_minor)
    assert (order.status, order.payment_state) == ("delivered", "paid")
    assert stock_of(goods) == (8, 0, 0)
    assert_adds_up(order)


def test_a_cancelled_paid_order_gives_back_money_and_stock(goods: Goods, paid: Order) -> None:
    for _ in range(2):
        fulfilment.cancel(order=paid, reason="Changed my mind", actor=STAFF)
    relay_outbox()

    paid.refresh_from_db()
    assert (paid.status, paid.payment_state) == ("cancelled", "refunded")
    assert stock_of(goods) == (10, 0, 0)
    assert Payment.objects.get().state == "refunded"
    assert Charge.objects.get().refunded_minor == paid.total_minor
    assert OrderEvent.objects.filter(kind="order.cancelled").count() == 1
    assert check_ledger() == []
    assert_adds_up(paid)
    with pytest.raises((OrderCancelled, OrderNotShippable)):
        ship(paid)


def test_a_cancelled_unpaid_order_can_not_be_paid_any_more(goods: Goods) -> None:
    placed = place(make_cart(goods))
    fulfilment.cancel(order=placed.order, reason="", actor=STAFF)

    assert Payment.objects.get().state == "cancelled"
    assert Charge.objects.get().state == "cancelled"
    assert stock_of(goods) == (10, 0, 0)
    with pytest.raises(DomainError):
        pay(placed.payment)


def test_cancelling_in_the_moment_of_paying_refunds(goods: Goods) -> None:
    placed = place(make_cart(goods))
    pay(placed.payment)

    fulfilment.cancel(order=placed.order, reason="", actor=STAFF)
    relay_outbox()

    assert Payment.objects.get().state == "refunded"
    assert stock_of(goods) == (10, 0, 0)
    assert_adds_up(placed.order)


def test_a_cash_order_can_be_cancelled_before_it_leaves(goods: Goods) -> None:
    order = place(make_cart(goods), payment_method="cash_on_delivery").order

    fulfilment.cancel(order=order, reason="", actor=STAFF)

    assert Payment.objects.get().state == "cancelled"
    assert stock_of(goods) == (10, 0, 0)
    assert check_ledger() == []


def test_what_has_left_is_not_cancelled(goods: Goods, paid: Order) -> None:
    ship(paid, lines={line_id(paid): 1})

    with pytest.raises(OrderNotCancellable):
        fulfilment.cancel(order=paid, reason="", actor=STAFF)

    assert stock_of(goods) == (9, 0, 2)
    assert Payment.objects.get().state == "captured"
    assert not OutboxMessage.objects.filter(topic="order.cancelled").exists()


def test_downloads_are_never_put_into_a_parcel(in_store: Any) -> None:
    goods = make_goods(is_digital=True)
    placed = place(make_cart(goods), shipping_method="")
    pay_and_tell(placed.payment)

    with pytest.raises(NothingToShip):
        ship(placed.order)

    placed.order.refresh_from_db()
    assert placed.order.status == "delivered"


def test_beside_a_download_only_the_parcel_is_sent(in_store: Any) -> None:
    cup, recipe = make_goods(), make_goods(is_digital=True)
    placed = place(make_cart(cup, recipe))
    pay_and_tell(placed.payment)

    shipment = ship(placed.order)

    assert [line.order_line.sku for line in shipment.lines.all()] == [cup.sku]
    placed.order.refresh_from_db()
    assert placed.order.status == "shipped"
