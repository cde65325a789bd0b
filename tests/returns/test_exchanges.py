"""Exchanges: reserved with the approval, paid by what came back, the difference by the buyer or to the buyer."""

from typing import Any

import pytest

from apps.carts import services as carts
from apps.common.clock import now
from apps.discounts.kinds import Kind
from apps.fulfilment import services as fulfilment
from apps.inventory.errors import OutOfStock
from apps.invoices.models import Document
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment, Refund
from apps.payments.reconciling import reconcile_payments
from apps.payments.selectors import list_expired_payments
from apps.returns import services as returns
from apps.returns.errors import ExchangeUnavailable, InvalidRequest
from apps.returns.models import ReturnSettings
from apps.returns.offers import list_offers
from apps.returns.services import Findings
from apps.returns.states import ExchangeState
from tests.checkout.shop import make_cart, make_goods, place, stock_of
from tests.discounts.rules import make_discount
from tests.fulfilment.parcels import deliver, sell_with_gst, ship, take_back
from tests.giftcards.cards import issue
from tests.payments.bank import pay_and_tell
from tests.returns.asking import (
    approve,
    ask,
    delivered,
    inspect,
    make_sizes,
    receive,
    settle,
    through,
)
from tests.support.acting import GUEST

pytestmark = [pytest.mark.placed, pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def replacement_of(request: Any) -> Order:
    request.refresh_from_db()
    return Order.objects.get(pk=request.exchange.order_id)


def documents_of(order: Order) -> list[tuple[str, int]]:
    rows = Document.objects.filter(order=order).order_by("created_at", "id")
    return list(rows.values_list("kind", "total_minor"))


def test_an_even_exchange_moves_the_money_and_sends_the_other_size() -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=2)
    settle(order)
    request = approve(ask(order, 1, variants=[large]))
    assert stock_of(large) == (10, 1, 0), "reserved with the approval"
    receive(request, 1)
    request = inspect(request)
    new = replacement_of(request)
    settle(order, new)

    request.refresh_from_db()
    assert (request.state, request.exchange.state) == ("closed", "placed")
    assert (request.moved_minor, request.refund_minor) == (50_000, 0)
    assert (new.payment_state, new.total_minor, order.refunded_minor) == ("paid", 50_000, 50_000)
    assert stock_of(large) == (10, 0, 1)
    assert stock_of(small) == (9, 0, 0)
    assert documents_of(order)[1:] == [("credit_note", 50_000)]
    assert documents_of(new) == [("invoice", 50_000)]
    assert list(reconcile_payments(days=1, fix=False)) == [], "the bank knows of no refund"
    deliver(ship(new))
    settle(order, new)


def test_tax_of_an_even_exchange_is_the_tax_of_what_came_back() -> None:
    goods = sell_with_gst()
    order = delivered(goods, quantity=3)
    request = through(ask(order, 2, variants=[goods]))
    new = replacement_of(request)
    settle(order, new)
    assert (new.total_minor, new.tax_minor, new.discount_minor) == (118_000, 18_000, 0)
    assert [part.amount_minor for part in new.tax_parts] == [9_000, 9_000]


def test_a_dearer_replacement_waits_for_the_difference(store: Any, client_for: Any) -> None:
    small, large = make_sizes(50_000, 65_000)
    order = delivered(small, quantity=1)
    request = through(ask(order, 1, variants=[large]))
    new = replacement_of(request)
    settle(order, new)
    request.refresh_from_db()
    assert (new.payment_state, request.state, request.exchange.state) == (
        "underpaid",
        "inspected",
        "unpaid",
    )
    asked = Payment.objects.get(order=new, gateway="test")
    assert asked.amount_minor == 15_000
    page = f"/orders/{new.access_token}/"
    assert (
        "<dt>Returned goods</dt><dd>−₹500.00</dd>" in client_for(store).get(page).content.decode()
    )

    payments.open_at_gateway(payment=asked)
    pay_and_tell(asked)
    settle(order, new)
    request.refresh_from_db()
    request.exchange.refresh_from_db()
    assert (new.payment_state, request.state, request.exchange.state) == (
        "paid",
        "closed",
        "placed",
    )
    assert stock_of(large) == (10, 0, 1)
    assert documents_of(new) == [("invoice", 65_000)]
    assert not any(payment.needs_attention for payment in Payment.objects.all())


def test_a_difference_that_is_never_paid_frees_the_stock_and_refunds_the_goods() -> None:
    small, large = make_sizes(50_000, 65_000)
    order = delivered(small, quantity=1)
    request = through(ask(order, 1, variants=[large]))
    new = replacement_of(request)
    settle(order, new)
    Payment.objects.filter(order=new, gateway="test").update(expires_at=now())
    assert [payment.order_id for payment in list_expired_payments()] == [new.pk]
    assert fulfilment.expire_unpaid_orders() == 1
    settle(order, new)

    request.refresh_from_db()
    request.exchange.refresh_from_db()
    assert (new.status, request.state, request.exchange.state) == (
        "cancelled",
        "closed",
        "expired",
    )
    assert stock_of(large) == (10, 0, 0)
    back = Refund.objects.get(payment__order=new)
    assert (back.state, back.amount_minor) == ("succeeded", 50_000)
    assert list(reconcile_payments(days=1, fix=False)) == [], "it left through the first payment"


def test_a_cheaper_replacement_gives_the_rest_back() -> None:
    large, small = make_sizes(65_000, 50_000)
    order = delivered(large, quantity=1)
    request = through(ask(order, 1, variants=[small]))
    new = replacement_of(request)
    settle(order, new)
    request.refresh_from_db()
    assert (request.moved_minor, request.refund_minor, request.state) == (50_000, 15_000, "closed")
    assert (order.refunded_minor, new.payment_state) == (65_000, "paid")
    assert list(reconcile_payments(days=1, fix=False)) == []
    assert sorted(total for kind, total in documents_of(order) if kind == "credit_note") == [
        15_000,
        50_000,
    ]


@pytest.mark.parametrize(
    ("terms", "wanted", "costs"),
    [
        ({"kind": Kind.AMOUNT, "amount_minor": 50_000}, 32_000, 14_143),
        ({"kind": Kind.AMOUNT, "amount_minor": 50_000}, 120_000, 70_000),
        ({"percent": 10}, 32_000, 28_800),
        ({"percent": 10}, 120_000, 108_000),
    ],
)
def test_a_discount_is_kept_in_proportion_to_the_price(
    terms: dict[str, Any], wanted: int, costs: int
) -> None:
    """50 of 89.60 is not 50 of 32; an amount does not grow with a dearer replacement, a percentage does."""
    had, other = make_sizes(89_600, wanted)
    make_discount(code="TEA", **terms)
    cart = carts.add_code(cart=make_cart(had, quantity=1), code="TEA")
    placed = place(cart)
    pay_and_tell(placed.payment)
    deliver(ship(placed.order))
    line = placed.order.lines.get()
    shown = {each.variant_ref: each for each in list_offers(placed.order, [line])[line.pk]}
    assert shown[other.variant_ref].more_minor == costs - line.total_minor, "what is really paid"
    new = replacement_of(through(ask(placed.order, 1, variants=[other])))
    settle(placed.order, new)
    assert (new.total_minor, new.subtotal_minor) == (costs, wanted)


@pytest.mark.parametrize("is_exchange", [True, False])
def test_credit_notes_name_each_piece_once_whatever_paid(is_exchange: bool) -> None:
    """A gift card and the bank paid, so two refunds are for the same pieces; the pot stays with the buyer."""
    tea, other = make_sizes(50_000, 40_000)
    placed = place(make_cart(tea, make_goods(), quantity=2), gift_cards=[issue(150_000)[1]])
    pay_and_tell(placed.payment)
    order = placed.order
    deliver(ship(order))
    through(ask(order, 2, variants=[other] if is_exchange else []))
    settle(order)
    notes = Document.objects.filter(order=order, kind="credit_note").order_by("created_at", "id")
    lines = [line for note in notes for line in note.data["lines"]]
    assert len(notes) > 1
    assert sum(note.total_minor for note in notes) == 100_000
    assert {line["sku"] for line in lines} == {tea.sku}
    assert [line["quantity"] for line in lines] == [2] + [0] * (len(lines) - 1)


@pytest.mark.parametrize("kept", [50_001, 9_999_900])
def test_no_more_is_kept_than_came_back(kept: int) -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=1)
    request = receive(approve(ask(order, 1, variants=[large])), 1)
    with pytest.raises(InvalidRequest, match=r"500\.00 can be kept"):
        inspect(request, deduction_minor=kept)
    request.refresh_from_db()
    assert (request.state, stock_of(small)) == ("received", (9, 0, 0))


def test_a_replacement_that_comes_back_is_refunded_by_the_first_payment() -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=1)
    new = replacement_of(through(ask(order, 1, variants=[large])))
    settle(order, new)
    deliver(ship(new))
    again = replacement_of(through(ask(new, 1, variants=[small])))
    settle(order, new, again)
    deliver(ship(again))
    through(ask(again, 1))
    settle(order, new, again)
    assert (again.payment_state, again.refunded_minor) == ("refunded", 50_000)
    assert list(reconcile_payments(days=1, fix=False)) == []


def test_only_accepted_pieces_are_replaced() -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=3)
    request = approve(ask(order, 3, variants=[large]))
    receive(request, 3)
    request = inspect(request, Findings(restock=1, write_off=1, not_accepted=1))
    new = replacement_of(request)
    settle(order, new)
    assert new.lines.get().quantity == 2
    assert stock_of(large) == (10, 0, 2)


def test_nothing_accepted_cancels_the_exchange() -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=1)
    request = approve(ask(order, 1, variants=[large]))
    receive(request, 1)
    request = inspect(request, Findings(not_accepted=1))
    settle(order)
    assert (request.state, request.exchange.state) == ("closed", ExchangeState.CANCELLED)
    assert stock_of(large) == (10, 0, 0)
    assert order.refunded_minor == 0


def test_a_withdrawn_exchange_frees_its_stock() -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=1)
    request = approve(ask(order, 1, variants=[large]))
    returns.withdraw_return(request=request, actor=GUEST)
    assert stock_of(large) == (10, 0, 0)


def test_what_is_sold_out_or_of_another_product_is_not_exchanged() -> None:
    small, large = make_sizes(50_000, 50_000, stock=1)
    order = delivered(small, quantity=1)
    with pytest.raises(ExchangeUnavailable):
        ask(order, 1, variants=[make_goods()])
    ReturnSettings.objects.update(approve_below_minor=10**9)
    delivered(large, quantity=1)
    request = ask(order, 1, variants=[large])
    assert request.state == "requested", "staff decide about what is sold out"
    with pytest.raises(OutOfStock):
        approve(request)
    ReturnSettings.objects.update(offers_exchange=False)
    other = delivered(make_goods(), quantity=1)
    with pytest.raises(ExchangeUnavailable):
        ask(other, 1, variants=[large])


def test_goods_paid_in_cash_pay_a_replacement() -> None:
    small, large = make_sizes(50_000, 50_000)
    order = delivered(small, quantity=1, payment_method="cash_on_delivery")
    new = replacement_of(through(ask(order, 1, variants=[large])))
    settle(order, new)
    assert new.payment_state == "paid"
    take_back(deliver(ship(new)), restock=1, credit=fulfilment.Credit())
    settle(order, new)
    assert new.refunded_minor == 50_000
