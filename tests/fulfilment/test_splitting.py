"""An order is split in two, or leaves with another one in one parcel."""

from typing import Any

import pytest

from apps.common.errors import InvalidInput
from apps.fulfilment import services as fulfilment
from apps.fulfilment.errors import NotTogether
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.inventory.queue import get_waiting
from apps.inventory.states import StockPolicy
from apps.orders.models import Order
from apps.payments.models import Payment, Refund
from apps.pricing.models import ShippingMethod
from apps.shipping.models import PickupPlace
from tests.checkout.shop import Goods, make_cart, place, stock_of
from tests.fulfilment.changes import change, documents, line_of, owed, pay_later, plan
from tests.fulfilment.parcels import CASH, buy, settle, ship
from tests.support.acting import STAFF

pytestmark = [
    pytest.mark.placed,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_store", "as_staff"),
]


def split(order: Order, **more: Any) -> Order:
    order.refresh_from_db()
    return fulfilment.split_order(
        order=order, version=order.event_count, reason="In two parcels", actor=STAFF, **more
    )


def test_a_split_takes_exactly_its_money_and_pieces_along(goods: Goods) -> None:
    ShippingMethod.objects.update(free_above_minor=None)
    order = buy(goods, quantity=3)
    paid, shipping = order.total_minor, order.shipping_minor
    settle(order)

    new = split(order, lines={line_of(order).pk: 1})
    settle(order)
    settle(new)

    assert (new.total_minor, new.payment_state, new.split_from) == (33_333, "paid", order.number)
    assert (owed(order), order.shipping_minor) == (paid - 33_333, shipping)
    assert stock_of(goods) == (10, 0, 3)
    assert documents(order) == ([paid], [33_333])
    assert documents(new) == ([33_333], [])
    assert not Refund.objects.exclude(pays_order=new.number).exists()
    ship(new)
    fulfilment.ship_order(order=order, actor=STAFF)
    assert stock_of(goods) == (7, 0, 0)


def test_pieces_that_are_split_off_keep_their_place_in_the_queue(goods: Goods) -> None:
    scarce = StockItem.objects.get(variant_ref=goods.variant_ref)
    inventory.set_policy(stock_item=scarce, policy=StockPolicy.BACKORDER, limit=9)
    first, later = (buy(goods, quantity=9, payment_method=CASH) for _each in range(2))

    new = split(first, lines={line_of(first).pk: 4})

    assert (get_waiting(first.pk), get_waiting(new.pk)) == ({}, {})
    assert get_waiting(later.pk)[goods.variant_ref].quantity == 8


def test_both_parts_of_an_unpaid_order_are_to_be_paid(goods: Goods) -> None:
    placed = place(make_cart(goods, quantity=3))
    order, before = placed.order, placed.order.total_minor

    new = split(order, lines={line_of(order).pk: 2})

    for each, amount in ((order, before - 66_666), (new, 66_666)):
        asked = Payment.objects.filter(order=each).latest("created_at")
        assert asked.amount_minor == amount
        pay_later(asked)
        settle(each)
        assert each.payment_state == "paid"
    assert stock_of(goods) == (10, 0, 3)


def test_both_parts_of_a_cash_order_are_paid_at_the_door(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    before = order.total_minor

    new = split(order, lines={line_of(order).pk: 1})

    for each, amount in ((order, before - 33_333), (new, 33_333)):
        each.refresh_from_db()
        shipment = fulfilment.ship_order(order=each, actor=STAFF)
        assert fulfilment.mark_delivered(shipment=shipment, actor=STAFF).cash_minor == amount
        settle(each)
        assert each.payment_state == "paid"


def test_orders_that_are_sent_together_leave_under_one_number_and_stay_two_sales(
    goods: Goods,
) -> None:
    first, second = buy(goods, quantity=1), buy(goods, quantity=2)

    fulfilment.send_together(order=first, other=second, actor=STAFF)
    parcels = fulfilment.ship_together(order=first, tracking_number="AWB1", actor=STAFF).parcels

    assert {each.order_id for each in parcels} == {first.pk, second.pk}
    assert {each.tracking_number for each in parcels} == {"AWB1"}
    for each in (first, second):
        settle(each)
        assert each.fulfilment_state == "shipped"
        assert documents(each) == ([each.total_minor], [])


def test_orders_to_two_addresses_do_not_leave_in_one_parcel(goods: Goods) -> None:
    first, second = buy(goods, quantity=1), buy(goods, quantity=1)
    change(second, shipping_address={**second.shipping_address, "line1": "1 Church Street"})
    second.refresh_from_db()

    with pytest.raises(NotTogether):
        fulfilment.send_together(order=first, other=second, actor=STAFF)


def test_an_order_that_is_sent_elsewhere_leaves_the_shared_parcel(goods: Goods) -> None:
    first, second, third = (buy(goods, quantity=1) for _ in range(3))
    for other in (second, third):
        fulfilment.send_together(order=first, other=other, actor=STAFF)
        first.refresh_from_db()
        other.refresh_from_db()
    elsewhere = {**second.shipping_address, "line1": "1 Church Street"}
    change(second, shipping_address=elsewhere)
    assert second.events.filter(kind="order.sent_alone").exists()
    Order.objects.filter(pk=third.pk).update(shipping_address=elsewhere)  # by another way

    parcels = fulfilment.ship_together(order=first, tracking_number="AWB1", actor=STAFF).parcels

    assert [each.order_id for each in parcels] == [first.pk]
    for each in (second, third):
        with pytest.raises(NotTogether):
            fulfilment.ship_order(
                order=each, beside=first, actor=STAFF
            )  # changed since it was read
        assert not each.shipments.exists()


def test_what_is_collected_has_the_address_of_its_place_also_after_a_change(goods: Goods) -> None:
    ShippingMethod.objects.create(
        code="collect", name="Pickup", kind="pickup", currency="INR", amount_minor=0
    )
    ours = {"line1": "5 MG Road", "city": "Bengaluru", "region": "KA", "postal_code": "560001"}
    PickupPlace.objects.create(code="shop", name="Our shop", hours="10 to 7", country="IN", **ours)
    order = buy(goods, quantity=1)
    home, billing = dict(order.shipping_address), dict(order.billing_address)

    change(order, shipping_method="collect.shop", shipping_address=home, with_billing=True)
    order.refresh_from_db()
    assert order.pickup
    assert order.shipping_address["line1"] == "5 MG Road"
    assert order.shipping_address["name"] == home["name"]
    assert order.billing_address == billing
    for refused in ({"shipping_address": home}, {"shipping_method": "standard"}):
        with pytest.raises(InvalidInput) as wrong:
            plan(order, **refused)
        assert "shipping_address.line1" in wrong.value.fields
    friend = {**order.shipping_address, "name": "Ravi Rao"}
    change(order, shipping_address=friend)
    order.refresh_from_db()
    assert (order.shipping_address["name"], order.pickup["name"]) == ("Ravi Rao", "Our shop")
    change(order, shipping_method="standard", shipping_address=home)
    order.refresh_from_db()
    assert (order.pickup, order.shipping_address) == (None, home)
