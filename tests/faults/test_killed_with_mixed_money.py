"""A process killed before every statement where a coupon, a gift card and a bank pay one order: nothing is lost, nothing
comes twice, and all books agree when the sweeps have run.

Each row of the table prepares, makes the call that dies, and says what must be true after it was called again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.common.errors import DomainError
from apps.discounts.models import Allowance, Discount
from apps.events import services as events
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.models import TestGatewayCharge as Charge
from apps.giftcards.models import GiftCard
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment, PaymentSettings
from apps.payments.states import RefundTo
from apps.returns.models import ReturnRequest
from apps.tenancy.context import use_store
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place, stock_of
from tests.discounts.rules import make_discount
from tests.faults.surviving import a_minute_later, assert_quiet
from tests.fulfilment.parcels import deliver as arrive
from tests.fulfilment.parcels import ship
from tests.giftcards.cards import issue, left_on
from tests.payments.bank import deliver, message_of, pay, pay_and_tell
from tests.returns.asking import approve, ask, inspect, make_sizes, receive
from tests.support.acting import STAFF
from tests.support.killing_statements import kill_at_statement

pytestmark = [
    pytest.mark.soak,
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
ON_CARD = 20_000
MOST = 2_000  # no call has so many statements


@dataclass
class Sale:
    """10 % off a piece of 500.00, 200.00 of a gift card, the rest by the bank."""

    goods: Goods
    cart: Any
    card: GiftCard
    code: str
    discount: Discount
    order: Order | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def placed(self) -> Order:
        assert self.order is not None
        self.order.refresh_from_db()
        return self.order

    @property
    def used(self) -> int:
        return Allowance.objects.get(discount=self.discount).used

    def at_bank(self) -> Payment:
        return Payment.objects.get(order=self.order, gateway="test")


@pytest.fixture
def shop(
    throwaway_store: Any, system_scope: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Any:
    settings.CHECKOUT_STALLED_SECONDS = 0
    # A forked process prints in one more process, which takes seconds. What is printed is another test's.
    monkeypatch.setattr("apps.invoices.services.printing.render", lambda *args, **more: b"%PDF-")
    with use_store(throwaway_store):
        yield throwaway_store


def offer(goods: Goods | None = None) -> Sale:
    found = Discount.objects.first() or make_discount("SAVE10")
    goods = goods or make_goods(stock=5)
    card, code = issue(ON_CARD)
    cart = carts.add_code(cart=make_cart(goods), code="SAVE10")
    return Sale(goods, cart, card, code, found)


def checkout(sale: Sale) -> None:
    sale.order = place(sale.cart, gift_cards=[sale.code]).order


def sold(goods: Goods | None = None) -> Sale:
    sale = offer(goods)
    checkout(sale)
    return sale


def paid(goods: Goods | None = None) -> Sale:
    sale = sold(goods)
    pay_and_tell(sale.at_bank())
    relay_outbox()
    return sale


def held() -> Sale:
    PaymentSettings.objects.update_or_create(key="store", defaults={"capture": "at_shipment"})
    return paid()


def back_at_the_store(*prices: int) -> Sale:
    """Delivered, and to be inspected; with two prices, to be exchanged for the second."""
    sizes = make_sizes(*prices)
    sale = paid(sizes[0])
    arrive(ship(sale.placed))
    wanted = sizes[1:]
    request = ask(sale.placed, 1, variants=wanted, destination=RefundTo.GIFT_CARD)
    sale.more["request"] = receive(approve(request), 1)
    return sale


def was_placed(sale: Sale) -> None:
    """Placed with all of it, or undone with all of it."""
    order = Order.objects.filter(cart_ref=str(sale.cart.pk)).first()
    uses = sale.discount.redemptions.filter(slot__isnull=False).count()
    assert sale.used == uses
    if order is None:
        cart = Cart.objects.get(pk=sale.cart.pk)
        assert (cart.status, left_on(sale.card)) == (CartStatus.OPEN, ON_CARD)
        order = place(cart, gift_cards=[sale.code]).order
    sale.order = order
    assert Order.objects.filter(cart_ref=str(sale.cart.pk)).count() == 1
    assert (left_on(sale.card), order.discount_minor) == (0, 5_000)
    assert stock_of(sale.goods) == (5, 1, 0)
    assert Charge.objects.filter(charge_ref=str(sale.at_bank().pk)).count() == 1
    pay_and_tell(sale.at_bank())


def tell_twice(sale: Sale) -> None:
    deliver(message_of(sale.at_bank()))
    relay_outbox()


def paid_at_the_bank() -> Sale:
    sale = sold()
    pay(sale.at_bank())
    return sale


def was_paid(sale: Sale) -> None:
    assert sale.placed.payment_state == "paid"
    assert stock_of(sale.goods) == (5, 0, 1)
    assert sale.placed.documents.count() == 1


def send(sale: Sale) -> None:
    fulfilment.ship_order(order=Order.objects.get(pk=sale.placed.pk), actor=STAFF, request_key="1")
    relay_outbox()


def was_sent(sale: Sale) -> None:
    charge = Charge.objects.get(charge_ref=str(sale.at_bank().pk))
    assert (charge.captured_minor, len(charge.capture_refs)) == (charge.amount_minor, 1)
    assert (sale.placed.status, sale.placed.payment_state) == ("shipped", "paid")
    assert sale.placed.shipments.count() == 1


def cancel(sale: Sale) -> None:
    fulfilment.cancel(order=Order.objects.get(pk=sale.placed.pk), reason="No", actor=STAFF)
    relay_outbox()


def was_cancelled(sale: Sale) -> None:
    """Each source has its own back, once; the coupon can be used again."""
    charge = Charge.objects.get(charge_ref=str(sale.at_bank().pk))
    assert (sale.placed.status, sale.placed.payment_state) == ("cancelled", "refunded")
    assert (charge.refunded_minor, left_on(sale.card)) == (charge.captured_minor, ON_CARD)
    assert not sale.discount.redemptions.filter(order_ref=sale.placed.pk, slot__gt=0).exists()
    assert stock_of(sale.goods) == (5, 0, 0)


def refund(sale: Sale) -> None:
    """More than the bank had: a part of the card's comes back, all as a new card."""
    with events.transaction_with_wake_up():
        payments.refund_part(
            order=orders.lock_order(sale.placed),
            amount_minor=sale.at_bank().captured_minor + 1,
            reason="Sorry",
            request_key="form-1",
            destination=RefundTo.GIFT_CARD,
            actor=STAFF,
        )
    relay_outbox()


def was_refunded(sale: Sale) -> None:
    amount = sale.at_bank().captured_minor + 1
    new = GiftCard.objects.filter(entries__order_number=sale.placed.number, cause__isnull=False)
    assert sum(card.balance_minor for card in new.distinct()) == amount
    assert (sale.placed.refunded_minor, left_on(sale.card)) == (amount, 0)


def close(sale: Sale) -> None:
    inspect(ReturnRequest.objects.get(pk=sale.more["request"].pk))
    relay_outbox()


def was_returned(sale: Sale) -> None:
    request = ReturnRequest.objects.get(pk=sale.more["request"].pk)
    new = GiftCard.objects.filter(entries__order_number=sale.placed.number, cause__isnull=False)
    assert sum(card.balance_minor for card in new.distinct()) == request.refund_minor > 0
    assert request.state == "closed"


def was_exchanged(sale: Sale) -> None:
    request = ReturnRequest.objects.get(pk=sale.more["request"].pk)
    new = Order.objects.get(exchange_of__request=request)
    assert (request.state, new.payment_state) == ("closed", "paid")
    assert request.moved_minor == new.total_minor
    assert_adds_up(new)


@dataclass(frozen=True)
class Case:
    prepare: Callable[[], Sale]
    call: Callable[[Sale], None]
    hold: Callable[[Sale], None]


CASES = {
    "checkout": Case(offer, checkout, was_placed),
    "payment": Case(paid_at_the_bank, tell_twice, was_paid),
    "capture": Case(held, send, was_sent),
    "cancellation": Case(paid, cancel, was_cancelled),
    "refund": Case(paid, refund, was_refunded),
    "return": Case(partial(back_at_the_store, 50_000), close, was_returned),
    "exchange": Case(partial(back_at_the_store, 50_000, 40_000), close, was_exchanged),
}


@pytest.mark.parametrize(
    "every", [False, pytest.param(True, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
@pytest.mark.parametrize("name", list(CASES))
def test_whatever_statement_is_the_last(shop: Any, name: str, every: bool) -> None:
    case = CASES[name]
    killed, number = 0, 0
    while number < MOST:
        number += 1 if every else max(1, number)  # the later, the sparser
        sale = case.prepare()
        if not kill_at_statement(partial(case.call, sale), number):
            break
        killed += 1
        a_minute_later(rounds=2)
        if case.call is not checkout:
            with suppress(DomainError):  # it had worked
                case.call(sale)
        case.hold(sale)
        a_minute_later()
        assert_quiet()
        assert_adds_up(sale.placed)
    assert killed >= 5, "the call has statements"
    assert number < MOST
