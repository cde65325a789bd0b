"""A process killed at any line of checkout, payment, shipping and cancelling: finished or undone by the sweeper,
nothing lost, nothing twice.

Only what a real store has helps here: the notes in the master database, and whoever presses the button again.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from apps.carts.documents import Cart, CartStatus
from apps.checkout.models import CheckoutFence
from apps.common.clock import now
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.gateways.models import TestGatewayCharge as Charge
from apps.orders.errors import NothingLeftToCancel
from apps.orders.models import Order, OrderEvent
from apps.payments.models import Payment, PaymentSettings, Refund
from apps.returns.models import ReturnRequest
from apps.tenancy.context import use_store
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.faults.surviving import a_minute_later, assert_quiet
from tests.payments.bank import deliver, message_of, pay, pay_and_tell
from tests.returns.asking import approve, ask, delivered, inspect, make_sizes, receive
from tests.support.acting import STAFF
from tests.support.killing import deaths_of, kill_at

pytestmark = [
    pytest.mark.soak,
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
]

# `make soak` walks every line; here a sample spread over the whole call.
SAMPLE = [
    pytest.param(8, id="sample"),
    pytest.param(None, id="every-line", marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
]


@pytest.fixture
def shop(throwaway_store: Any, settings: Any) -> Any:
    settings.CHECKOUT_STALLED_SECONDS = 0
    with use_store(throwaway_store):
        yield throwaway_store


def killed_everywhere(
    shop: Any, points: int | None, prepare: Callable[[], Any], call: Callable[[Any], Any]
) -> Any:
    """For each chosen line: prepare, kill the call there, let a minute pass, and hand over what was prepared."""
    rehearsal = prepare()
    deaths = deaths_of(shop, lambda: call(rehearsal), points)
    yield rehearsal
    killed = 0
    for death in deaths:
        prepared = prepare()
        killed += kill_at(shop, partial(call, prepared), death)
        a_minute_later(rounds=2)
        yield prepared
    assert killed >= len(deaths) * 0.75, "nearly every one was reached"


@pytest.mark.parametrize("points", SAMPLE)
def test_placing_an_order(shop: Any, points: int | None) -> None:
    def prepare() -> tuple[Goods, Any]:
        goods = make_goods(stock=5)
        return goods, make_cart(goods, quantity=2)

    outcomes = set()
    for goods, cart in killed_everywhere(shop, points, prepare, lambda ready: place(ready[1])):
        order = Order.objects.filter(cart_ref=str(cart.pk)).first()
        outcomes.add(order is not None)
        if order is None:
            left = Cart.objects.get(pk=cart.pk)
            assert left.status == CartStatus.OPEN, "undone: the buyer has the cart back"
            assert stock_of(goods) == (5, 0, 0)
            order = place(left).order
        a_minute_later()

        assert Order.objects.filter(cart_ref=str(cart.pk)).count() == 1
        assert Cart.objects.get(pk=cart.pk).status == CartStatus.CLOSED
        assert CheckoutFence.objects.get(pk=order.pk).outcome == "placed"
        assert stock_of(goods) == (5, 2, 0)
        payment = Payment.objects.get(order=order)
        assert Charge.objects.filter(charge_ref=str(payment.pk)).count() == 1
        assert_quiet()
        pay_and_tell(payment)
        assert stock_of(goods) == (5, 0, 2)
        assert_adds_up(order)
    assert outcomes == {True, False}, "killed before and after the commit"


@pytest.mark.parametrize("points", SAMPLE)
def test_handling_a_payment(shop: Any, points: int | None) -> None:
    def prepare() -> tuple[Goods, Payment]:
        goods = make_goods(stock=5)
        payment = place(make_cart(goods)).payment
        pay(payment)
        return goods, payment

    def handle(ready: tuple[Goods, Payment]) -> None:
        deliver(message_of(ready[1]))
        relay_outbox()

    for goods, payment in killed_everywhere(shop, points, prepare, handle):
        payment.refresh_from_db()
        assert payment.state == "captured", "booked without any second delivery"
        deliver(message_of(payment))
        a_minute_later()

        assert OrderEvent.objects.filter(order=payment.order, kind="order.paid").count() == 1
        assert stock_of(goods) == (5, 0, 1)
        assert_quiet()
        assert_adds_up(payment.order)


@pytest.mark.parametrize("points", SAMPLE)
def test_shipping(shop: Any, points: int | None) -> None:
    def prepare() -> tuple[Goods, Order]:
        goods = make_goods(stock=5)
        placed = place(make_cart(goods, quantity=2))
        pay_and_tell(placed.payment)
        return goods, placed.order

    def ship(ready: tuple[Goods, Order]) -> None:
        order = Order.objects.get(pk=ready[1].pk)
        fulfilment.ship_order(order=order, actor=STAFF, request_key="form-1")

    for goods, order in killed_everywhere(shop, points, prepare, ship):
        ship((goods, order))
        a_minute_later()

        order.refresh_from_db()
        assert order.status == "shipped"
        assert Shipment.objects.filter(order=order).count() == 1
        assert stock_of(goods) == (3, 0, 0)
        assert_quiet()
        assert_adds_up(order)


@pytest.mark.parametrize("points", SAMPLE)
def test_shipping_what_a_bank_holds_the_money_of(shop: Any, points: int | None) -> None:
    """The money is taken once and booked once, also where the answer of the bank was lost."""
    PaymentSettings.objects.update_or_create(key="store", defaults={"capture": "at_shipment"})

    def prepare() -> tuple[Goods, Order]:
        goods = make_goods(stock=5)
        placed = place(make_cart(goods, quantity=2))
        pay_and_tell(placed.payment)
        return goods, placed.order

    def ship(ready: tuple[Goods, Order]) -> None:
        order = Order.objects.get(pk=ready[1].pk)
        fulfilment.ship_order(order=order, actor=STAFF, request_key="form-1")

    for goods, order in killed_everywhere(shop, points, prepare, ship):
        payment = Payment.objects.get(order=order)
        charge = Charge.objects.get(charge_ref=str(payment.pk))
        assert payment.captured_minor == charge.captured_minor, "booked by the sweep"
        assert_adds_up(order)
        ship((goods, order))
        a_minute_later()

        order.refresh_from_db()
        charge.refresh_from_db()
        assert (order.status, order.payment_state) == ("shipped", "paid")
        assert (charge.captured_minor, len(charge.capture_refs)) == (order.total_minor, 1)
        assert Shipment.objects.filter(order=order).count() == 1
        assert stock_of(goods) == (3, 0, 0)
        assert_quiet()
        assert_adds_up(order)


@pytest.mark.parametrize("points", SAMPLE)
def test_cancelling_what_a_bank_holds_the_money_of(shop: Any, points: int | None) -> None:
    PaymentSettings.objects.update_or_create(key="store", defaults={"capture": "at_shipment"})

    def prepare() -> Order:
        placed = place(make_cart(make_goods(stock=5)))
        pay_and_tell(placed.payment)
        return placed.order

    def cancel(ready: Order) -> None:
        order = Order.objects.get(pk=ready.pk)
        fulfilment.cancel(order=order, reason="Changed my mind", actor=STAFF)
        relay_outbox()

    for order in killed_everywhere(shop, points, prepare, cancel):
        cancel(order)
        a_minute_later()

        order.refresh_from_db()
        payment = Payment.objects.get(order=order)
        assert (order.status, order.payment_state) == ("cancelled", "void")
        assert (payment.captured_minor, payment.held_minor) == (0, 0)
        assert Charge.objects.get(charge_ref=str(payment.pk)).state == "cancelled"
        assert_quiet()
        assert_adds_up(order)


@pytest.mark.parametrize("points", SAMPLE)
def test_cancelling_a_paid_order(shop: Any, points: int | None) -> None:
    def prepare() -> tuple[Goods, Order]:
        goods = make_goods(stock=5)
        placed = place(make_cart(goods))
        pay_and_tell(placed.payment)
        return goods, placed.order

    def cancel(ready: tuple[Goods, Order]) -> None:
        order = Order.objects.get(pk=ready[1].pk)
        fulfilment.cancel(order=order, reason="Changed my mind", actor=STAFF)
        relay_outbox()

    for goods, order in killed_everywhere(shop, points, prepare, cancel):
        cancel((goods, order))
        a_minute_later()

        order.refresh_from_db()
        charge = Charge.objects.get(charge_ref=str(Payment.objects.get(order=order).pk))
        assert (order.status, order.payment_state) == ("cancelled", "refunded")
        assert charge.refunded_minor == order.total_minor
        assert Refund.objects.filter(payment__order=order).count() == 1
        assert stock_of(goods) == (5, 0, 0)
        assert_quiet()
        assert_adds_up(order)


@pytest.mark.parametrize("points", SAMPLE)
def test_taking_back_a_parcel(shop: Any, points: int | None) -> None:
    """One piece for the shelf, one broken, the money and the delivery back."""

    def prepare() -> tuple[Goods, Order]:
        goods = make_goods(stock=5)
        placed = place(make_cart(goods, quantity=2))
        pay_and_tell(placed.payment)
        fulfilment.ship_order(order=placed.order, actor=STAFF)
        return goods, placed.order

    def take_back(ready: tuple[Goods, Order]) -> None:
        shipment = Shipment.objects.get(order=ready[1])
        fulfilment.receive_return(
            shipment=shipment,
            lines={ready[1].lines.get().pk: fulfilment.Pieces(restock=1, write_off=1)},
            credit=fulfilment.Credit(with_shipping=True),
            request_key="form-1",
            actor=STAFF,
        )
        relay_outbox()

    for goods, order in killed_everywhere(shop, points, prepare, take_back):
        take_back((goods, order))
        a_minute_later()

        order.refresh_from_db()
        assert (order.fulfilment_state, order.payment_state) == ("returned", "refunded")
        assert ParcelReturn.objects.filter(order=order).count() == 1
        assert Refund.objects.filter(payment__order=order).count() == 1
        assert stock_of(goods) == (4, 0, 0)
        assert_quiet()
        assert_adds_up(order)


@pytest.mark.parametrize("points", SAMPLE[1:])
def test_inspecting_a_return_that_is_exchanged(shop: Any, points: int | None) -> None:
    """A dearer replacement for one piece: goods, money and the new order are there, or nothing is."""

    def prepare() -> ReturnRequest:
        small, large = make_sizes(50_000, 65_000)
        request = ask(delivered(small, quantity=1), 1, variants=[large])
        return receive(approve(request), 1)

    def close(request: ReturnRequest) -> None:
        inspect(request)
        relay_outbox()

    for request in killed_everywhere(shop, points, prepare, close):
        close(request)
        a_minute_later()
        request.refresh_from_db()
        new = Order.objects.get(exchange_of__request=request)
        assert (request.state, request.moved_minor) == ("inspected", 50_000)
        rest = Payment.objects.get(order=new, gateway="test")
        pay_and_tell(rest)
        a_minute_later()
        request.refresh_from_db()
        assert (request.state, request.order.payment_state) == ("closed", "refunded")
        new.refresh_from_db()
        assert new.payment_state == "paid"
        assert_quiet()
        assert_adds_up(new)
        assert_adds_up(request.order)


@pytest.mark.parametrize("points", SAMPLE)
def test_cancelling_the_rest(shop: Any, points: int | None) -> None:
    def prepare() -> tuple[Goods, Order]:
        goods = make_goods(stock=5)
        placed = place(make_cart(goods, quantity=2))
        pay_and_tell(placed.payment)
        fulfilment.ship_order(
            order=placed.order, lines={placed.order.lines.get().pk: 1}, actor=STAFF
        )
        return goods, placed.order

    def cancel_rest(ready: tuple[Goods, Order]) -> None:
        order = Order.objects.get(pk=ready[1].pk)
        with suppress(NothingLeftToCancel):  # who presses again after it worked
            fulfilment.cancel_rest(order=order, reason="Sold out", actor=STAFF)
        relay_outbox()

    for goods, order in killed_everywhere(shop, points, prepare, cancel_rest):
        cancel_rest((goods, order))
        a_minute_later()

        order.refresh_from_db()
        assert order.fulfilment_state == "shipped"
        assert Refund.objects.filter(payment__order=order).count() == 1
        assert stock_of(goods) == (4, 0, 0)
        assert_quiet()
        assert_adds_up(order)


@pytest.mark.parametrize("points", SAMPLE)
def test_expiring_an_unpaid_order(shop: Any, points: int | None) -> None:
    def prepare() -> tuple[Goods, Order]:
        goods = make_goods(stock=5)
        placed = place(make_cart(goods))
        Payment.objects.filter(pk=placed.payment.pk).update(expires_at=now())
        return goods, placed.order

    def expire(ready: tuple[Goods, Order]) -> None:
        fulfilment.expire_unpaid_orders()

    for goods, order in killed_everywhere(shop, points, prepare, expire):
        a_minute_later()

        order.refresh_from_db()
        assert order.status == "cancelled"
        assert Payment.objects.get(order=order).state == "cancelled"
        assert stock_of(goods) == (5, 0, 0)
        assert_quiet()
        assert_adds_up(order)
