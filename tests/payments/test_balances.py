"""Several payments of an order, and amounts that do not fit: what they cover, and what staff do about the rest."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.models import TestGatewayCharge as Charge
from apps.orders.errors import OrderNotShippable
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.balances import balance_of
from apps.payments.errors import NothingToSettle
from apps.payments.models import Payment, Refund
from apps.payments.turnover import sales_by_day
from apps.tenancy.context import use_actor
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.payments.bank import pay_again, pay_amount, pay_and_tell
from tests.support.acting import STAFF
from tests.support.mails import news

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acting")]
_TOTAL = 50_000


@pytest.fixture
def acting(in_store: Any) -> Iterator[None]:
    with use_actor(STAFF):
        yield


@pytest.fixture
def goods(acting: None) -> Goods:
    return make_goods(price_minor=_TOTAL)


@pytest.fixture
def order(goods: Goods) -> Order:
    order = place(make_cart(goods)).order
    assert order.total_minor == _TOTAL
    return order


def pay_part(order: Order, amount_minor: int) -> Payment:
    payment = Payment.objects.get(order=order)
    pay_amount(payment, amount_minor)
    order.refresh_from_db()
    payment.refresh_from_db()
    return payment


def sold(order: Order) -> int:
    days = sales_by_day(since=order.placed_at.date(), currency="INR")
    return sum(day.value_minor for day in days.values())


def test_too_little_is_booked_and_ships_nothing(goods: Goods, order: Order) -> None:
    payment = pay_part(order, 40_000)
    assert (order.payment_state, order.status) == ("underpaid", "pending")
    assert payment.captured_minor == 40_000
    assert payment.needs_attention
    assert balance_of(order).missing_minor == 10_000
    assert stock_of(goods) == (10, 1, 0)
    with pytest.raises(OrderNotShippable):
        fulfilment.ship_order(order=order, actor=STAFF)
    assert_adds_up(order)


def test_the_rest_is_asked_for_and_paid_by_another_payment(goods: Goods, order: Order) -> None:
    first = pay_part(order, 40_000)
    rest = payments.ask_for_rest(order=order, gateway_code="test", actor=STAFF)
    assert (rest.amount_minor, rest.expires_at) == (10_000, None)
    with pytest.raises(NothingToSettle):
        payments.ask_for_rest(order=order, gateway_code="test", actor=STAFF)
    relay_outbox()
    assert "₹100.00" in news()[-1].subject
    first.refresh_from_db()
    assert not first.needs_attention

    pay_again(rest)
    order.refresh_from_db()
    assert order.payment_state == "underpaid"
    pay_and_tell(rest)
    order.refresh_from_db()
    assert (order.payment_state, order.status) == ("paid", "processing")
    assert stock_of(goods) == (10, 0, 1)
    assert balance_of(order).missing_minor == 0
    assert_adds_up(order)


def test_the_rest_is_written_off_and_counts_as_no_sale(goods: Goods, order: Order) -> None:
    pay_part(order, 40_000)
    payments.write_off_rest(order=order, reason="A bank's fee", actor=STAFF)
    order.refresh_from_db()
    assert (order.payment_state, order.reduced_minor) == ("paid", 10_000)
    assert stock_of(goods) == (10, 0, 1)
    assert sold(order) == 40_000
    with pytest.raises(NothingToSettle):
        payments.write_off_rest(order=order, reason="", actor=STAFF)
    assert_adds_up(order)


def test_an_underpaid_order_that_is_cancelled_gives_back_what_came(order: Order) -> None:
    pay_part(order, 40_000)
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    relay_outbox()
    order.refresh_from_db()
    assert (order.status, order.payment_state) == ("cancelled", "refunded")
    assert (order.refunded_minor, sold(order)) == (40_000, 0)
    assert_adds_up(order)


def test_too_much_pays_the_order_and_the_excess_goes_back_without_tax(order: Order) -> None:
    payment = pay_part(order, 50_700)
    assert order.payment_state == "paid"
    assert payment.needs_attention
    assert balance_of(order).excess_minor == 700
    (refund,) = payments.refund_excess(order=order, reason="", actor=STAFF, request_key="form")
    (again,) = payments.refund_excess(order=order, reason="", actor=STAFF, request_key="form")
    assert refund == again
    assert (refund.amount_minor, refund.credited_minor) == (700, 0)
    relay_outbox()
    order.refresh_from_db()
    assert (order.payment_state, order.refunded_minor) == ("paid", 0)
    assert Refund.objects.count() == 1
    with pytest.raises(NothingToSettle):
        payments.refund_excess(order=order, reason="", actor=STAFF, request_key="other")


def test_two_payments_at_checkout_cover_an_order_together(goods: Goods, order: Order) -> None:
    """As a gift card and a card: the first part waits for the second."""
    first = Payment.objects.get(order=order)
    Payment.objects.filter(pk=first.pk).update(amount_minor=20_000)
    first.refresh_from_db()
    assert first.expires_at is not None
    second = payments.create_payment(
        order=order, gateway_code="test", expires_at=first.expires_at, amount_minor=30_000
    )
    Charge.objects.update(amount_minor=20_000)
    payments.open_at_gateway(payment=second)
    pay_and_tell(first)
    order.refresh_from_db()
    first.refresh_from_db()
    assert (order.payment_state, first.needs_attention) == ("underpaid", "")
    assert balance_of(order).missing_minor == 0, "it is awaited"
    pay_and_tell(second)
    order.refresh_from_db()
    assert order.payment_state == "paid"
    assert stock_of(goods) == (10, 0, 1)
    assert_adds_up(order)
