"""Many at the same moment: buyers, double clicks, webhooks, sweepers. Real threads, real commits."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from apps.carts.documents import Cart, CartStatus
from apps.checkout import services as checkout
from apps.checkout.errors import CheckoutAbandoned
from apps.checkout.models import CheckoutFence
from apps.common.errors import DomainError
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory.errors import OutOfStock
from apps.inventory.models import Movement, Reservation
from apps.inventory.selectors import check_ledger
from apps.orders.models import Order, OrderEvent
from apps.payments import services as payments
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment, Refund
from apps.tenancy.context import use_store
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.payments.bank import deliver, message_of, pay, pay_and_tell
from tests.support.acting import STAFF
from tests.support.threads import fails, run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("system_scope")]


@pytest.fixture
def shop(throwaway_store: Any) -> Any:
    with use_store(throwaway_store):
        yield throwaway_store


def test_fifty_buyers_of_ten_pieces_make_exactly_ten_orders(shop: Any) -> None:
    goods = make_goods(stock=10)
    carts = [make_cart(goods) for _ in range(50)]

    answers = run_at_once(shop, [partial(place, cart) for cart in carts])

    refused = fails(answers)
    assert len(refused) == 40
    assert {type(error) for error in refused} == {OutOfStock}
    assert Order.objects.count() == Payment.objects.count() == Reservation.objects.count() == 10
    assert stock_of(goods) == (10, 10, 0)
    assert check_ledger() == []
    assert Cart.objects.filter(status=CartStatus.OPEN).count() == 40
    assert Cart.objects.filter(status=CartStatus.CLOSED).count() == 10


def test_the_same_cart_twenty_times_at_once_makes_one_order(shop: Any) -> None:
    goods = make_goods(stock=100)
    cart = make_cart(goods)

    answers = run_at_once(shop, [lambda: place(Cart.objects.get(pk=cart.pk)) for _ in range(20)])

    assert fails(answers) == []
    order = Order.objects.get()
    assert {answer.order.pk for answer in answers} == {order.pk}
    assert len({answer.next_url for answer in answers}) == 1
    assert Payment.objects.count() == Charge.objects.count() == 1
    news = OutboxMessage.objects.filter(topic="order.placed")
    assert news.values("message_id").distinct().count() == 1
    assert stock_of(goods) == (100, 1, 0)
    assert_adds_up(order)


def test_the_webhook_the_page_and_the_sweeper_at_once_book_one_payment(shop: Any) -> None:
    goods = make_goods()
    payment = place(make_cart(goods)).payment
    pay(payment)
    message = message_of(payment)
    calls: list[Any] = [lambda: deliver(message)] * 5
    calls += [lambda: payments.settle_from_gateway(payment=payment)] * 3

    answers = run_at_once(shop, calls)

    assert fails(answers) == []
    assert OrderEvent.objects.filter(kind="order.paid").count() == 1
    assert Movement.objects.filter(kind="allocate").count() == 1
    assert stock_of(goods) == (10, 0, 1)
    assert_adds_up(payment.order)


def test_people_refunding_at_once_give_back_no_more_than_came(shop: Any) -> None:
    payment = place(make_cart(make_goods(price_minor=60_000))).payment
    pay_and_tell(payment)

    def refund() -> Refund:
        found = Payment.objects.get(pk=payment.pk)
        return payments.refund_payment(payment=found, amount_minor=25_000, reason="", actor=STAFF)

    answers = run_at_once(shop, [refund] * 6)

    assert {type(error) for error in fails(answers)} == {NotRefundable}
    assert Refund.objects.count() == 2
    ids = [refund.pk for refund in Refund.objects.all()] * 3
    sent = run_at_once(shop, [partial(payments.send_refund, refund_id=pk) for pk in ids])
    assert fails(sent) == []
    assert Charge.objects.get().refunded_minor == 50_000
    assert_adds_up(payment.order)


def test_pressing_ship_at_once_ships_once(shop: Any) -> None:
    goods = make_goods()
    order = paid_order(goods, quantity=2)
    calls: list[Any] = [lambda: ship(order.pk, "form-1")] * 4 + [lambda: ship(order.pk, "")] * 4

    answers = run_at_once(shop, calls)

    assert all(isinstance(error, DomainError) for error in fails(answers))
    assert Shipment.objects.count() == 1
    assert stock_of(goods) == (8, 0, 0)
    assert check_ledger() == []
    assert_adds_up(order)


def test_shipping_and_cancelling_at_once_do_one_of_both(shop: Any) -> None:
    goods = make_goods()
    order = paid_order(goods)

    def cancel() -> Order:
        return fulfilment.cancel(order=Order.objects.get(pk=order.pk), reason="", actor=STAFF)

    run_at_once(shop, [cancel, lambda: ship(order.pk, ""), cancel, lambda: ship(order.pk, "")])
    relay_outbox()

    order.refresh_from_db()
    assert order.status in ("shipped", "cancelled")
    assert stock_of(goods) == ((9, 0, 0) if order.status == "shipped" else (10, 0, 0))
    assert Charge.objects.get().refunded_minor == (
        0 if order.status == "shipped" else order.total_minor
    )
    assert check_ledger() == []
    assert_adds_up(order)


def test_paying_and_cancelling_at_once_lose_no_money(shop: Any) -> None:
    goods = make_goods()
    placed = [place(make_cart(goods)) for _ in range(4)]

    def buy(payment: Payment) -> None:
        pay_and_tell(payment)

    def cancel(order_id: UUID) -> None:
        order = Order.objects.get(pk=order_id)
        fulfilment.cancel(order=order, reason="", actor=STAFF)

    calls: list[Any] = []
    for each in placed:
        calls += [
            lambda p=each.payment: buy(p),
            lambda o=each.order.pk: cancel(o),
        ]
    run_at_once(shop, calls)
    relay_outbox()

    for each in placed:
        each.order.refresh_from_db()
        assert each.order.status == "cancelled"
        charge = Charge.objects.get(charge_ref=str(each.payment.pk))
        paid = charge.state == "paid"
        assert charge.refunded_minor == (charge.amount_minor if paid else 0)
        assert_adds_up(each.order)
    assert stock_of(goods) == (10, 0, 0)
    assert check_ledger() == []


def test_a_sweeper_that_comes_too_early_and_the_request_never_both_win(shop: Any) -> None:
    goods = make_goods(stock=100)
    carts = [make_cart(goods) for _ in range(12)]

    def sweep(cart: Any) -> str | None:
        """As if the request had been stalled: decide the checkout as soon as the cart is claimed."""
        for _ in range(2000):
            claimed = Cart.objects.get(pk=cart.pk)
            if claimed.checkout_id:
                return checkout.decide_stalled_checkout(checkout_id=UUID(claimed.checkout_id))
        return None

    calls: list[Any] = []
    for cart in carts:
        calls += [partial(place, cart), lambda cart=cart: sweep(cart)]
    answers = run_at_once(shop, calls)

    assert {type(error) for error in fails(answers)} <= {CheckoutAbandoned}
    placed = CheckoutFence.objects.filter(outcome="placed").count()
    assert Order.objects.count() == placed
    assert Cart.objects.filter(status=CartStatus.CLOSED).count() == placed
    assert Cart.objects.filter(status=CartStatus.OPEN).count() == 12 - placed
    assert stock_of(goods) == (100, placed, 0)
    assert check_ledger() == []


def paid_order(goods: Goods, quantity: int = 1) -> Order:
    placed = place(make_cart(goods, quantity=quantity))
    pay_and_tell(placed.payment)
    placed.order.refresh_from_db()
    return placed.order


def ship(order_id: UUID, request_key: str) -> Shipment:
    order = Order.objects.get(pk=order_id)
    return fulfilment.ship_order(order=order, actor=STAFF, request_key=request_key)
