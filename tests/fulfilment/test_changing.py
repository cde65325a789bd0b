"""Staff change a placed order before it leaves: money, stock, invoices and history follow, all or nothing."""

from datetime import timedelta

import pytest

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.fulfilment import services as fulfilment
from apps.fulfilment.change_prospects import prospect_of
from apps.fulfilment.changes import NewPieces
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory import services as inventory
from apps.inventory.errors import NotArrived, OutOfStock
from apps.inventory.models import StockItem
from apps.inventory.queue import Waiting, get_waiting
from apps.inventory.selectors import check_ledger
from apps.inventory.states import StockPolicy
from apps.invoices.models import Document
from apps.orders.errors import NothingLeftOfOrder, OrderChanged, OrderNotChangeable
from apps.payments import services as payments
from apps.payments.errors import RefundNotAllowed
from apps.payments.models import Payment, Refund
from apps.pricing.models import ShippingMethod
from tests.checkout.shop import Goods, make_cart, make_goods, place, stock_of
from tests.fulfilment.changes import change, documents, line_of, owed, pay_later, plan
from tests.fulfilment.parcels import CASH, buy, settle, ship
from tests.payments.bank import pay_again, pay_and_tell
from tests.support.acting import STAFF

pytestmark = [
    pytest.mark.placed,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_store", "as_staff"),
]


def test_pieces_that_are_taken_off_a_paid_order_go_back_to_the_penny(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    paid = order.total_minor
    seen = plan(order, removed={line_of(order).pk: 1})

    change(order, removed={line_of(order).pk: 1})
    settle(order)

    assert (seen.total_minor, seen.refund_minor, seen.ask_minor) == (-33_333, 33_333, 0)
    assert owed(order) == paid - 33_333
    assert stock_of(goods) == (10, 0, 2)
    assert documents(order) == ([paid], [33_333])


def test_what_is_added_to_a_paid_order_is_asked_for_and_invoiced_by_itself(goods: Goods) -> None:
    order, more = buy(goods, quantity=1), make_goods(price_minor=20_000)
    paid = order.total_minor
    settle(order)

    change(order, added=[NewPieces(more.variant_ref, 2)])
    settle(order)

    assert order.payment_state == "underpaid"
    assert stock_of(more) == (10, 0, 2)
    asked = Payment.objects.filter(order=order).latest("created_at")
    assert (asked.amount_minor, asked.state) == (40_000, "created")
    assert documents(order) == ([paid], [])
    pay_later(asked)
    settle(order)
    assert order.payment_state == "paid"
    assert documents(order) == ([paid, 40_000], [])
    numbers = Document.objects.filter(order=order).order_by("sequence")
    assert [each.sequence for each in numbers] == [1, 2]


def test_a_rest_that_its_buyer_tried_to_pay_never_cancels_what_is_paid(goods: Goods) -> None:
    """The request has no end: not when the bank's page was opened and left, and not when the bank confirms nothing."""
    order, more = buy(goods, quantity=1), make_goods(price_minor=20_000)
    change(order, added=[NewPieces(more.variant_ref, 1)])
    asked = Payment.objects.filter(order=order).latest("created_at")

    for said in (Charge.State.OPEN, Charge.State.LATER, Charge.State.OPEN):
        pay_again(asked)
        Charge.objects.filter(charge_ref=str(asked.pk)).update(state=said)
        payments.settle_from_gateway(payment=asked)
        timed = Payment.objects.filter(order=order, expires_at__isnull=False)
        timed.update(expires_at=now() - timedelta(minutes=1))
        assert fulfilment.expire_unpaid_orders() == 0
        asked.refresh_from_db()
        if said == Charge.State.LATER:
            assert asked.state == "confirming"
            Charge.objects.filter(charge_ref=str(asked.pk)).update(state=Charge.State.OPEN)

    settle(order)
    assert (order.payment_state, order.is_cancelled) == ("underpaid", False)
    pay_and_tell(asked)
    settle(order)
    assert order.payment_state == "paid"


def test_an_exchange_of_pieces_pays_for_itself(goods: Goods) -> None:
    order, other = buy(goods, quantity=2), make_goods(price_minor=33_333)
    paid = order.total_minor
    settle(order)

    change(order, removed={line_of(order).pk: 1}, added=[NewPieces(other.variant_ref, 1)])
    settle(order)

    assert (order.payment_state, owed(order)) == ("paid", paid)
    assert not Refund.objects.exists()
    assert Payment.objects.filter(order=order).count() == 1
    assert documents(order) == ([paid, 33_333], [33_333])
    assert (stock_of(goods), stock_of(other)) == ((10, 0, 1), (10, 0, 1))


def test_an_open_payment_is_asked_for_again_with_the_new_amount(goods: Goods) -> None:
    placed = place(make_cart(goods, quantity=3))
    order, before = placed.order, placed.order.total_minor

    change(order, removed={line_of(order).pk: 2})

    first, second = Payment.objects.filter(order=order).order_by("created_at")
    assert (first.state, second.amount_minor) == ("cancelled", before - 66_666)
    assert second.expires_at is not None
    pay_later(second)
    settle(order)
    assert (order.payment_state, owed(order)) == ("paid", before - 66_666)
    assert stock_of(goods) == (10, 0, 1)
    invoiced, credited = documents(order)
    assert sum(invoiced) - sum(credited) == owed(order)


def test_the_courier_asks_for_the_new_amount(goods: Goods) -> None:
    order, more = buy(goods, quantity=2, payment_method=CASH), make_goods(price_minor=10_000)
    before = order.total_minor

    change(order, removed={line_of(order).pk: 1}, added=[NewPieces(more.variant_ref, 1)])

    payment = Payment.objects.get(order=order)
    assert payment.amount_minor == before - 33_333 + 10_000 == owed(order)
    fulfilment.mark_delivered(shipment=ship(order), actor=STAFF)
    settle(order)
    assert (order.payment_state, order.status) == ("paid", "delivered")
    invoiced, credited = documents(order)
    assert sum(invoiced) - sum(credited) == owed(order)


def test_more_than_there_is_changes_nothing(goods: Goods) -> None:
    order, scarce = buy(goods, quantity=2), make_goods(stock=1)

    with pytest.raises(OutOfStock):
        change(order, removed={line_of(order).pk: 1}, added=[NewPieces(scarce.variant_ref, 2)])

    order.refresh_from_db()
    assert line_of(order).cancelled_quantity == 0
    assert (stock_of(goods), stock_of(scarce)) == ((10, 0, 2), (1, 0, 0))
    assert not order.events.filter(kind="order.changed").exists()


def backordered(stock: int, limit: int) -> Goods:
    found = make_goods(stock=stock, price_minor=10_000)
    item = StockItem.objects.get(variant_ref=found.variant_ref)
    inventory.set_policy(stock_item=item, policy=StockPolicy.BACKORDER, limit=limit)
    return found


def test_what_is_added_may_come_later_by_the_rules_of_the_cart(goods: Goods) -> None:
    order, scarce = buy(goods, quantity=1, payment_method=CASH), backordered(stock=1, limit=2)
    (seen,) = prospect_of(order, plan(order, added=[NewPieces(scarce.variant_ref, 4)])).coming
    assert (seen.quantity, seen.waiting, seen.short) == (4, Waiting(2), 1)
    assert not prospect_of(order, plan(order, added=[NewPieces(scarce.variant_ref, 1)]))
    change(order, added=[NewPieces(scarce.variant_ref, 3)])
    left = prospect_of(order, plan(order, added=[NewPieces(goods.variant_ref, 1)])).coming
    assert [(each.sku, each.waiting) for each in left] == [(scarce.sku, Waiting(2))]
    line = order.lines.get(variant_ref=scarce.variant_ref)
    assert line.awaited_quantity == 2
    assert get_waiting(order.pk)[scarce.variant_ref].quantity == 2
    with pytest.raises(OutOfStock):
        change(order, added=[NewPieces(scarce.variant_ref, 1)])
    with pytest.raises(NotArrived):
        fulfilment.ship_order(order=order, lines={line.pk: 3}, actor=STAFF)
    assert check_ledger() == []


def test_what_is_added_takes_no_place_before_an_order_that_waits(goods: Goods) -> None:
    scarce = backordered(stock=2, limit=9)
    first, second = (buy(scarce, quantity=2, payment_method=CASH) for _each in range(2))
    with pytest.raises(OutOfStock):
        change(first, added=[NewPieces(scarce.variant_ref, 1)])
    change(second, added=[NewPieces(scarce.variant_ref, 1)])
    assert get_waiting(second.pk)[scarce.variant_ref].quantity == 3
    assert get_waiting(first.pk) == {}
    fulfilment.ship_order(order=first, actor=STAFF)
    assert check_ledger() == []


def test_a_form_that_was_overtaken_is_refused(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    seen = order.event_count
    change(order, removed={line_of(order).pk: 1})

    with pytest.raises(OrderChanged):
        fulfilment.cancel_lines(
            order=order, lines={line_of(order).pk: 1}, version=seen, reason="Twice", actor=STAFF
        )

    assert line_of(order).cancelled_quantity == 1


def test_nothing_is_left_of_an_order_only_by_cancelling_it(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    with pytest.raises(NothingLeftOfOrder):
        change(order, removed={line_of(order).pk: 2})


def test_discount_fee_and_delivery_by_hand(goods: Goods) -> None:
    ShippingMethod.objects.update(free_above_minor=None)
    order = buy(goods, quantity=2)
    paid, shipping = order.total_minor, order.shipping_minor
    assert shipping

    seen = plan(
        order, discount_minor=5_000, fee_minor=1_500, fee_title="Gift wrap", shipping_minor=0
    )
    change(order, discount_minor=5_000, fee_minor=1_500, fee_title="Gift wrap", shipping_minor=0)
    settle(order)

    assert (seen.discount_minor, seen.fee_minor, seen.delivery_minor) == (5_000, 1_500, -shipping)
    assert owed(order) == paid - 5_000 + 1_500 - shipping
    change(order, shipping_minor=shipping)
    assert Payment.objects.filter(order=order).latest("created_at").amount_minor == shipping


def test_fees_are_together_at_most_what_the_rest_costs(goods: Goods) -> None:
    order = buy(goods, quantity=2)
    rest = 2 * 33_333 + order.shipping_minor
    with pytest.raises(InvalidInput) as refused:
        change(order, fee_minor=rest + 1, fee_title="Gift wrap")
    assert "Fees are at most as much" in refused.value.fields["fee"][0]
    change(order, fee_minor=rest - 1_000, fee_title="Gift wrap")
    for fee, removed in ((1_001, {}), (1_000, {line_of(order).pk: 1})):
        with pytest.raises(InvalidInput):
            plan(order, fee_minor=fee, fee_title="Ribbon", removed=removed)
    assert plan(order, fee_minor=1_000, fee_title="Ribbon").fee_minor == 1_000


def test_money_that_comes_while_an_order_is_cancelled_is_kept_without_the_right_to_refund(
    goods: Goods,
) -> None:
    """The form was opened while the order was unpaid."""
    placed = place(make_cart(goods, quantity=1))
    pay_and_tell(placed.payment)
    with pytest.raises(RefundNotAllowed):
        fulfilment.cancel(order=placed.order, reason="Late", actor=STAFF, may_refund=False)
    settle(placed.order)
    assert (placed.order.payment_state, placed.order.is_cancelled) == ("paid", False)
    assert not Refund.objects.exists()


def test_an_address_with_other_taxes_is_refused_and_another_one_is_not(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    moved = {**order.shipping_address, "line1": "13 Residency Road"}

    change(order, shipping_address=moved)

    order.refresh_from_db()
    assert order.shipping_address["line1"] == "13 Residency Road"
    assert Payment.objects.filter(order=order).count() == 1
    event = order.events.get(kind="order.changed")
    assert "Residency" not in str(event.data)


def test_lines_of_a_partly_shipped_order_can_be_cancelled(goods: Goods) -> None:
    order = buy(goods, quantity=4)
    paid = order.total_minor
    ship(order, 1)
    order.refresh_from_db()
    with pytest.raises(OrderNotChangeable):
        change(order, discount_minor=100)

    change(order, removed={line_of(order).pk: 1})
    settle(order)

    assert (order.fulfilment_state, owed(order)) == ("partial", paid - 33_333)
    ship(order)
    settle(order)
    assert (order.fulfilment_state, stock_of(goods)) == ("shipped", (7, 0, 0))
