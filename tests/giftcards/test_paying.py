"""Gift cards and store credit pay first, the rest is paid in another way, and what is undone goes back once."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.checkout.errors import PrepaidChanged
from apps.common.money import from_minor
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.values import ChargeStatus, GatewayState
from apps.giftcards import services as giftcards
from apps.giftcards.errors import GiftCardNotUsable, NoStoreCredit
from apps.giftcards.gateway import ON_A_CLOSED_CARD
from apps.giftcards.models import GiftCard, StoreCredit
from apps.inventory.selectors import check_ledger
from apps.invoices import services as invoices
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment, PaymentSettings, Refund
from apps.payments.selectors import get_payment_of
from apps.payments.states import RefundTo
from apps.pricing.models import ShippingMethod
from apps.storefront.order_page import order_context
from tests.checkout.shop import Goods, details, make_cart, make_goods, place, stock_of
from tests.fulfilment.parcels import CASH, deliver, ship, take_back
from tests.giftcards.cards import (
    assert_agrees,
    entries_of,
    give_credit,
    issue,
    left_on,
    payments_of,
)
from tests.payments.bank import decline, message_of, pay_and_tell
from tests.payments.bank import deliver as tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "at_work")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    """A piece costs 500.00, delivery nothing."""
    ShippingMethod.objects.update(amount_minor=0, free_above_minor=None)
    return make_goods()


def settle(order: Order) -> Order:
    relay_outbox()
    assert_agrees(order)
    assert check_ledger() == []
    return order


def buy(goods: Goods, *codes: str, quantity: int = 1, **more: Any) -> Any:
    return place(make_cart(goods, quantity=quantity), gift_cards=codes, **more)


def state_of(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.payment_state


def test_a_card_pays_first_and_the_bank_the_rest(goods: Goods) -> None:
    card, code = issue(20_000)
    placed = buy(goods, code)
    assert (placed.payment.gateway, placed.payment.amount_minor) == ("test", 30_000)
    assert left_on(card) == 0
    assert state_of(placed.order) == ("pending", "pending")
    pay_and_tell(placed.payment)
    order = settle(placed.order)
    assert state_of(order) == ("processing", "paid")
    assert payments_of(order) == [
        ("gift_card", "captured", 20_000),
        ("test", "captured", 30_000),
    ]
    assert entries_of(card) == [("issued", 20_000), ("spent", -20_000)]
    assert stock_of(goods) == (10, 0, 1)
    assert (order.total_minor, order.discount_minor) == (50_000, 0)
    invoice = invoices.issue_invoice(order=order)
    assert invoice.total_minor == 50_000


def test_cards_that_cover_everything_need_no_other_method(goods: Goods) -> None:
    (first, one), (second, two) = issue(20_000), issue(50_000)
    placed = buy(goods, one, two, one, payment_method="")
    assert (placed.payment, placed.next_url) == (None, "")
    order = settle(placed.order)
    assert state_of(order) == ("processing", "paid")
    assert (left_on(first), left_on(second)) == (0, 20_000)
    assert stock_of(goods) == (10, 0, 1)
    shipment = ship(order)
    deliver(shipment)
    assert state_of(settle(order)) == ("delivered", "paid")


def test_an_unknown_code_or_another_balance_than_was_shown_orders_nothing(goods: Goods) -> None:
    card, code = issue(20_000)
    with pytest.raises(GiftCardNotUsable):
        buy(goods, "AAAA-AAAA-AAAA-AAAA-AAAA")
    with pytest.raises(PrepaidChanged):
        buy(goods, code, expected_prepaid_minor=10_000)
    assert Order.objects.count() == 0
    assert left_on(card) == 20_000
    assert buy(goods, code, expected_prepaid_minor=20_000).order


@pytest.mark.parametrize("is_declined", [False, True])
def test_an_unpaid_order_that_expires_gives_back_once(goods: Goods, is_declined: bool) -> None:
    card, code = issue(20_000)
    placed = buy(goods, code)
    if is_declined:
        decline(placed.payment)
        tell(message_of(placed.payment))
    Payment.objects.filter(pk=placed.payment.pk).update(expires_at="2020-01-01T00:00Z")
    assert fulfilment.expire_unpaid_orders() == 1
    assert fulfilment.expire_unpaid_orders() == 0
    order = settle(placed.order)
    assert order.is_cancelled
    assert order.refunded_minor == 20_000
    assert entries_of(card)[-2:] == [("spent", -20_000), ("given_back", 20_000)]
    assert Refund.objects.get().credited_minor == 0  # it never was a sale
    assert stock_of(goods) == (10, 0, 0)

    late = GatewayState(ChargeStatus.PAID, from_minor(30_000, "INR"), ref="late")
    late_payment = payments.confirm_payment(payment=placed.payment, state=late)
    assert late_payment.refunded_minor == 30_000  # it goes back, and the card gets nothing more
    assert left_on(card) == 20_000
    assert_agrees(order)


def test_a_refund_that_a_crash_left_gives_back_once(goods: Goods) -> None:
    card, code = issue(50_000)
    order = buy(goods, code, payment_method="").order
    fulfilment.cancel(order=order, reason="Mistake", actor=STAFF)
    refund = Refund.objects.get()
    # The process died behind the card's own transaction: the outbox and the sweep come again.
    from apps.gateways.installed import get_gateway
    from apps.payments.charges import refund_request_of

    get_gateway("gift_card").refund(refund_request_of(refund))
    assert Refund.objects.get().state == "requested"
    payments.send_refund(refund_id=refund.pk)
    payments.send_refund(refund_id=refund.pk)
    settle(order)
    assert left_on(card) == 50_000
    assert state_of(order) == ("cancelled", "refunded")


def test_staff_hear_of_money_that_went_back_to_a_card_that_is_switched_off(goods: Goods) -> None:
    card, code = issue(50_000)
    order = buy(goods, code, payment_method="").order
    giftcards.set_disabled(card=card, is_disabled=True, actor=STAFF)
    fulfilment.cancel(order=order, reason="Mistake", actor=STAFF)
    settle(order)
    assert left_on(card) == 50_000
    (paid,) = Payment.objects.filter(order=order)
    assert paid.needs_attention == ON_A_CLOSED_CARD
    assert_agrees(order)


def test_refunds_go_back_as_money_first_then_to_the_card(goods: Goods) -> None:
    card, code = issue(20_000)
    placed = buy(goods, code)
    pay_and_tell(placed.payment)
    order = settle(placed.order)
    parcel = deliver(ship(order))
    take_back(parcel, restock=1, credit=fulfilment.Credit())
    settle(order)
    refunds = Refund.objects.order_by("created_at", "id").values_list(
        "payment__gateway", "amount_minor"
    )
    assert list(refunds) == [("test", 30_000), ("gift_card", 20_000)]
    assert order_context(order)["money_note"] == (
        "₹300.00 was sent back to where you paid from; banks take a few days to show it."
        f" ₹200.00 is on your gift card …{card.last_four} again."
    )
    assert left_on(card) == 20_000
    assert state_of(order)[1] == "refunded"
    row = order.returns.get()
    assert row.credited_minor == 50_000


def test_cash_on_delivery_collects_only_the_rest(goods: Goods) -> None:
    card, code = issue(60_000)
    order = buy(goods, code, quantity=2, payment_method=CASH).order
    assert state_of(order) == ("processing", "cash_due")
    first, second = ship(order, 1), ship(order)
    assert deliver(first).cash_minor == 0  # the card has paid it
    assert deliver(second).cash_minor == 40_000
    settle(order)
    assert state_of(order) == ("delivered", "paid")
    assert left_on(card) == 0


def test_a_parcel_refused_at_the_door_gives_the_card_its_part(goods: Goods) -> None:
    card, code = issue(20_000)
    order = buy(goods, code, payment_method=CASH).order
    parcel = ship(order)
    row = take_back(parcel, restock=1, reason="Refused")
    settle(order)
    assert left_on(card) == 20_000
    assert row.credited_minor == 50_000
    assert (order.reduced_minor, order.refunded_minor) == (30_000, 20_000)
    assert state_of(order)[1] == "refunded"


def test_a_cancelled_cash_order_owes_nothing(goods: Goods) -> None:
    card, code = issue(20_000)
    order = buy(goods, code, payment_method=CASH).order
    fulfilment.cancel(order=order, reason="Mistake", actor=STAFF)
    settle(order)
    assert left_on(card) == 20_000
    assert (order.reduced_minor, order.refunded_minor) == (30_000, 20_000)


@pytest.mark.parametrize("method", [CASH, "test"])
def test_the_cancelled_rest_gives_the_card_what_it_paid_of_it(goods: Goods, method: str) -> None:
    PaymentSettings.objects.update(capture="at_shipment")
    card, code = issue(60_000)
    placed = buy(goods, code, quantity=2, payment_method=method)
    if method == "test":
        pay_and_tell(placed.payment)
    order = placed.order
    ship(order, 1)
    fulfilment.cancel_rest(order=order, reason="Broken", actor=STAFF)
    settle(order)
    assert left_on(card) == 10_000
    assert (order.reduced_minor, order.refunded_minor) == (40_000, 10_000)
    assert order.total_minor - 50_000 == order.reduced_minor + order.refunded_minor


def test_store_credit_of_the_customer_alone(goods: Goods, customer: User, other: User) -> None:
    credit = give_credit(customer, 20_000)
    from apps.carts import services as carts
    from apps.checkout import services as checkout

    def order_of(user: User) -> Order:
        cart = carts.find_or_build_cart(token=None, customer_ref=str(user.pk))
        cart = carts.add_item(cart=cart, variant_ref=goods.variant_ref, quantity=1)
        typed = details(uses_store_credit=True)
        return checkout.place_order(cart=cart, details=typed, actor=STAFF).order

    assert payments_of(order_of(other)) == [("test", "created", 50_000)]
    order = order_of(customer)
    assert payments_of(order) == [
        ("store_credit", "captured", 20_000),
        ("test", "created", 30_000),
    ]
    assert left_on(credit) == 0
    fulfilment.cancel(order=order, reason="Mistake", actor=STAFF)
    settle(order)
    assert left_on(credit) == 20_000


@pytest.mark.parametrize("destination", [RefundTo.STORE_CREDIT, RefundTo.GIFT_CARD])
def test_a_refund_can_stay_in_the_store(
    goods: Goods, customer: User, destination: RefundTo
) -> None:
    placed = buy(goods)
    pay_and_tell(placed.payment)
    order, values = (
        placed.order,
        dict[str, Any]({"reason": "Sorry", "actor": STAFF, "request_key": "once"}),
    )
    if destination == RefundTo.STORE_CREDIT:
        with pytest.raises(NoStoreCredit):
            payments.refund_payment(payment=placed.payment, destination=destination, **values)
        Order.objects.filter(pk=order.pk).update(customer=customer)
    for _ in range(2):
        refund = payments.refund_payment(
            payment=placed.payment, amount_minor=20_000, destination=destination, **values
        )
    settle(order)
    payments.send_refund(refund_id=refund.pk)
    settle(order)
    where = "your store credit." if destination == RefundTo.STORE_CREDIT else "a new gift card, "
    assert order_context(order)["money_note"].startswith(f"₹200.00 is on {where}")
    account: Any = (StoreCredit if destination == RefundTo.STORE_CREDIT else GiftCard).objects.get()
    assert entries_of(account) == [("refunded_to", 20_000)]
    assert state_of(order)[1] == "partially_refunded"
    assert get_payment_of(order) == placed.payment
