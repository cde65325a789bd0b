"""A gift card pays a part of an order whose rest the courier collects, or a bank: what goes back of the card never closes
the way of the rest."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from apps.common.clock import today
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.inventory.selectors import check_ledger
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.orders.worth import NOTHING
from apps.payments import services as payments
from apps.payments.credits import credits_of
from apps.payments.models import CashSettings, Payment, PaymentSettings
from apps.platform.ledgers import check_ledgers
from apps.pricing.models import ShippingMethod
from apps.storefront.order_page import order_context
from tests.checkout.shop import Goods, make_cart, make_goods, place, stock_of
from tests.fulfilment.parcels import CASH, deliver, ship, take_back
from tests.giftcards.cards import assert_agrees, issue, left_on
from tests.payments.bank import pay_and_tell
from tests.payments.transfers import TRANSFER, open_account
from tests.support.acting import STAFF

pytestmark = [
    pytest.mark.placed,
    pytest.mark.django_db,
    pytest.mark.usefixtures("in_store", "at_work"),
]


def refuse_at_once(order: Order) -> None:
    take_back(ship(order), restock=2)


def refuse_by_and_by(order: Order) -> None:
    parcel = ship(order)
    take_back(parcel, restock=1)
    parcel.refresh_from_db()
    take_back(parcel, write_off=1)


def refuse_parcels(order: Order) -> None:
    for parcel in (ship(order, 1), ship(order)):
        take_back(parcel, restock=1)


def refuse_and_cancel_rest(order: Order) -> None:
    take_back(ship(order, 1), restock=1)
    order.refresh_from_db()
    fulfilment.cancel_rest(order=order, reason="Mistake", actor=STAFF)


@pytest.mark.parametrize("on_card", [40_010, 105_000])
@pytest.mark.parametrize(
    "end", [refuse_at_once, refuse_by_and_by, refuse_parcels, refuse_and_cancel_rest]
)
def test_the_card_gets_all_back_of_an_order_that_was_never_delivered(
    goods: Goods, on_card: int, end: Callable[[Order], None]
) -> None:
    """Two pieces of 500.00, a delivery of 51.00 and the fee of 49.00."""
    ShippingMethod.objects.update(amount_minor=5_100)
    row, _ = CashSettings.objects.get_or_create(key="store")
    row.fee_minor = 4_900
    payments.save_cash_settings(row)
    card, code = issue(on_card)
    order = place(make_cart(goods, quantity=2), gift_cards=[code], payment_method=CASH).order
    assert (order.total_minor, left_on(card)) == (110_000, 0)
    end(order)
    settle(order)
    assert left_on(card) == on_card
    assert (order.reduced_minor, order.refunded_minor) == (110_000 - on_card, on_card)
    assert order.payment_state == "refunded"
    assert credits_of(order).left == NOTHING


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


def give_back(order: Order, amount_minor: int) -> None:
    payment = Payment.objects.get(order=order, gateway="gift_card")
    payments.refund_payment(payment=payment, amount_minor=amount_minor, reason="Sorry", actor=STAFF)
    settle(order)


def cancel(order: Order) -> None:
    fulfilment.cancel(order=order, reason="Mistake", actor=STAFF)


def expire(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(confirmation="call", confirm_by=F("placed_at"))
    assert fulfilment.expire_unconfirmed_orders() == 1


def refuse(order: Order) -> None:
    take_back(ship(order), restock=1, reason="Refused")


def arrive(order: Order) -> None:
    assert deliver(ship(order)).cash_minor == 30_000


def arrive_twice(order: Order) -> None:
    """Marked as delivered by mistake, and delivered later."""
    parcel = deliver(ship(order))
    fulfilment.undo_delivery(shipment=parcel, actor=STAFF)
    assert Payment.objects.get(order=order, gateway=CASH).due_minor == 30_000
    assert deliver(parcel).cash_minor == 30_000


@pytest.mark.parametrize("given", [7_655, 20_000])
@pytest.mark.parametrize("end", [cancel, expire, refuse, arrive, arrive_twice])
def test_a_refund_of_the_card_leaves_the_cash_its_way(
    goods: Goods, given: int, end: Callable[[Order], None]
) -> None:
    card, code = issue(20_000)
    order = place(make_cart(goods), gift_cards=[code], payment_method=CASH).order
    give_back(order, given)
    assert (left_on(card), order.payment_state) == (given, "cash_due")
    end(order)
    settle(order)
    if end in (arrive, arrive_twice):
        assert (left_on(card), order.payment_state) == (given, "partially_refunded")
        assert (order.reduced_minor, order.refunded_minor) == (0, given)
        assert stock_of(goods)[0] == 9
    else:
        assert (left_on(card), order.payment_state) == (20_000, "refunded")
        assert (order.reduced_minor, order.refunded_minor) == (30_000, 20_000)
        assert stock_of(goods) == (10, 0, 0)


@pytest.mark.parametrize("given", [7_655, 20_000])
@pytest.mark.parametrize("end", ["ship", "cancel"])
def test_a_refund_of_the_card_leaves_held_money_its_way(goods: Goods, given: int, end: str) -> None:
    PaymentSettings.objects.update(capture="at_shipment")
    card, code = issue(20_000)
    placed = place(make_cart(goods), gift_cards=[code])
    pay_and_tell(placed.payment)
    order = settle(placed.order)
    held = order.payment_state
    give_back(order, given)
    assert (left_on(card), order.payment_state) == (given, held)
    if end == "ship":
        ship(order)
        settle(order)
        assert (left_on(card), order.payment_state) == (given, "partially_refunded")
    else:
        cancel(order)
        settle(order)
        assert (left_on(card), order.payment_state) == (20_000, "refunded")
        assert (order.reduced_minor, order.refunded_minor) == (30_000, 20_000)


def rows_of(client: Client, order: Order) -> str:
    """The amounts on the buyer's page from the total on, without taxes."""
    page = client.get(f"/orders/{order.access_token}/").content.decode()
    sums = page.split('<dl class="sums">')[-1].split("</dl>")[0]
    words = " ".join(re.sub("<[^>]*>", " ", sums).split()).split("Total ")[-1]
    return re.sub(r" (of which tax|[CS]GST 9%) ₹[\d.]+", "", words)


def test_the_page_says_what_is_due_and_no_other_amount(
    store: Any, client_for: Callable[..., Client], goods: Goods
) -> None:
    client = client_for(store)
    card, code = issue(20_000)
    number = f"Gift card …{card.last_four} −₹200.00"
    order = place(make_cart(goods), gift_cards=[code], payment_method=CASH).order
    give_back(order, 7_655)
    due = f"₹500.00 {number} To pay on delivery ₹300.00 Refunded −₹76.55"
    assert rows_of(client, order) == due
    mail = SentMail.objects.get(template="order_refunded")
    assert "₹76.55" in mail.text
    assert "in the end" not in mail.text + mail.html
    refuse(order)
    settle(order)
    assert rows_of(client, order) == (
        f"₹500.00 {number} No longer due −₹300.00 Refunded −₹200.00 What you paid in the end ₹0.00"
    )


def test_late_money_takes_nothing_from_what_went_back_to_the_card(
    store: Any, client_for: Callable[..., Client], goods: Goods
) -> None:
    open_account()
    card, code = issue(20_000)
    placed = place(make_cart(goods), gift_cards=[code], payment_method=TRANSFER)
    order = settle(placed.order)
    steps = {step.title: step.detail for step in order_context(order)["steps"]}
    assert steps["Waiting for payment"] == "₹300.00"
    cancel(order)
    settle(order)
    page = f"₹500.00 Gift card …{card.last_four} −₹200.00 Refunded −₹200.00 To pay ₹0.00"
    assert rows_of(client_for(store), order) == page
    payments.book_transfer(
        payment=placed.payment, amount_minor=35_000, received_on=today(), actor=STAFF
    )
    order.refresh_from_db()
    assert "₹200.00 is on your gift card" in order_context(order)["money_note"]
    payments.refund_payment(payment=placed.payment, reason="Late", actor=STAFF)
    assert settle(order).refunded_minor == 50_000
    assert left_on(card) == 20_000


@pytest.mark.parametrize("given", [7_655, 20_000])
@pytest.mark.parametrize("method", [TRANSFER, "test"])
def test_a_refund_of_the_card_before_the_rest_comes_is_not_asked_for_again(
    goods: Goods, given: int, method: str
) -> None:
    """As with cash and held money: the order is paid by its rest, and partially refunded, not underpaid."""
    open_account()
    card, code = issue(20_000)
    placed = place(make_cart(goods), gift_cards=[code], payment_method=method)
    order = settle(placed.order)
    give_back(order, given)
    if method == "test":
        pay_and_tell(placed.payment)
    else:
        payments.book_transfer(
            payment=placed.payment, amount_minor=30_000, received_on=today(), actor=STAFF
        )
    settle(order)
    assert (left_on(card), order.payment_state) == (given, "partially_refunded")
    assert credits_of(order).left.total_minor == 50_000 - given
    assert stock_of(goods) == (10, 0, 1)
    notes = order.documents.filter(kind="credit_note").values_list("total_minor", flat=True)
    assert sum(notes) == given
    assert check_ledgers() == []
    paid = order.events.get(kind="order.paid")
    assert paid.actor_label == ("Staff" if method == TRANSFER else paid.actor_label)
    cancel(order)
    settle(order)
    assert (left_on(card), order.payment_state) == (20_000, "refunded")
