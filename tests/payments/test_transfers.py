"""Bank transfers: offered with an account alone, awaited for days, and booked by staff as what came."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.common.clock import now, today
from apps.common.errors import InvalidInput
from apps.fulfilment import services as fulfilment
from apps.notifications.models import SentMail
from apps.payments import services as payments
from apps.payments.api.serializers import present_payment
from apps.payments.balances import balance_of
from apps.payments.bank_accounts import (
    fault_of_bic,
    fault_of_branch_code,
    fault_of_iban,
    in_fours,
    tidy,
)
from apps.payments.errors import NothingToSettle, PaymentNotOpen
from apps.payments.models import Payment
from apps.payments.selectors import has_unfinished_business, list_payment_methods
from apps.payments.services.covering import ARRIVED_LATE, SEND_BACK_YOURSELF, UNDERPAID
from apps.tenancy.context import use_actor
from tests.checkout.shop import Goods, Placed, make_cart, make_goods, place, stock_of
from tests.fulfilment.parcels import settle
from tests.payments.transfers import TRANSFER, open_account
from tests.support.acting import STAFF, SYSTEM, by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def platform_at_work(in_store: Any) -> Iterator[None]:
    with use_actor(SYSTEM):
        yield


@pytest.fixture
def goods() -> Goods:
    return make_goods(stock=9, price_minor=100_000)


def order_by_transfer(goods: Goods) -> Placed:
    open_account()
    placed = place(make_cart(goods), payment_method=TRANSFER)
    settle(placed.order)
    placed.payment.refresh_from_db()
    return placed


def book(placed: Placed, amount_minor: int, **changes: Any) -> Payment:
    values = {"received_on": today(), "reference": "Rao 7", "actor": STAFF, **changes}
    return by(
        STAFF,
        payments.book_transfer,
        payment=placed.payment,
        amount_minor=amount_minor,
        **values,
    )


def test_check_digits_of_accounts() -> None:
    """The examples of the IBAN registry; routing number of the Federal Reserve Bank of New York."""
    for iban in ("DE89370400440532013000", "GB29NWBK60161331926819", "NL91ABNA0417164300"):
        assert fault_of_iban(iban) == ""
    assert fault_of_iban(tidy("de89 3704-0044 0532 0130 00")) == ""
    for wrong in (
        "DE88370400440532013000",
        "DE8937040044053201300",
        "XX89370400440532013000",
        "DE8937040044053201300é",
        "",
    ):
        assert fault_of_iban(wrong) != ""
    assert in_fours("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"
    assert fault_of_branch_code("SBIN0000691", "IN") == ""
    assert fault_of_branch_code("SBIN1000691", "IN") != ""
    assert fault_of_branch_code("021001208", "US") == ""
    assert fault_of_branch_code("021001209", "US") != ""
    assert fault_of_branch_code("601613", "GB") == ""
    assert fault_of_branch_code("anything", "JP") == ""
    assert fault_of_bic("DEUTDEFF") == fault_of_bic("DEUTDEFF500") == ""
    assert fault_of_bic("DEUTDEF") != ""


def test_it_is_offered_only_with_a_complete_account() -> None:
    open_account(holder="")
    assert TRANSFER not in {method.code for method in list_payment_methods()}
    open_account()
    offered = next(each for each in list_payment_methods() if each.code == TRANSFER)
    assert offered.time_to_pay == timedelta(days=7)


def test_the_order_waits_for_days_and_its_buyer_gets_the_account(goods: Goods) -> None:
    placed = order_by_transfer(goods)
    assert placed.next_url == ""
    assert placed.payment.expires_at == placed.order.placed_at + timedelta(days=7)
    assert stock_of(goods) == (9, 1, 0)
    assert fulfilment.expire_unpaid_orders() == 0
    payments.reconcile_new_payments(older_than=timedelta(0))
    assert not has_unfinished_business()  # nothing to look after every minute of a week
    mail = SentMail.objects.get(template="order_transfer")
    for words in ("DE89 3704 0044 0532 0130 00", "₹1,000.00", placed.order.number):
        assert words in mail.text
        assert words in mail.html


def test_the_whole_amount_makes_it_paid_once(goods: Goods) -> None:
    placed = order_by_transfer(goods)
    for _press in range(2):
        paid = book(placed, 100_000)
    settle(placed.order)
    assert (paid.state, paid.captured_minor, paid.gateway_ref) == ("captured", 100_000, "Rao 7")
    assert (placed.order.payment_state, placed.order.status) == ("paid", "processing")
    assert stock_of(goods) == (9, 0, 1)
    refund = payments.refund_payment(payment=paid, reason="Broken", actor=STAFF)
    settle(placed.order)
    refund.refresh_from_db()
    assert (refund.state, placed.order.payment_state) == ("succeeded", "refunded")
    assert refund.gateway_ref.startswith("by-hand-")


def test_less_makes_it_underpaid_and_the_rest_is_a_transfer_of_its_own(goods: Goods) -> None:
    placed = order_by_transfer(goods)
    assert book(placed, 60_000).needs_attention == UNDERPAID
    settle(placed.order)
    assert placed.order.payment_state == "underpaid"
    rest = payments.ask_for_rest(order=placed.order, gateway_code=TRANSFER, actor=STAFF)
    settle(placed.order)
    assert SentMail.objects.filter(template="order_payment_request").count() == 1
    book(replace(placed, payment=rest), 40_000, reference="Rao 8")
    settle(placed.order)
    assert placed.order.payment_state == "paid"


def test_one_more_transfer_is_booked_once_without_being_asked_for(goods: Goods) -> None:
    placed = order_by_transfer(goods)
    first = book(placed, 60_000)
    came = {"received_on": today(), "actor": STAFF}
    for _press in range(2):
        second = by(STAFF, payments.book_next_transfer, after=first, amount_minor=30_000, **came)
    first.refresh_from_db()
    assert (first.needs_attention, second.needs_attention) == ("", UNDERPAID)
    settle(placed.order)
    assert balance_of(placed.order).missing_minor == 10_000
    shown = [
        (each["transfer"] or {}).get("amount", {}).get("amount")
        for each in (present_payment(payment, placed.order) for payment in (first, second))
    ]
    assert shown == [None, "100.00"], "the rest is named once, by the API too"
    last = by(STAFF, payments.book_next_transfer, after=second, amount_minor=10_000, **came)
    settle(placed.order)
    assert placed.order.payment_state == "paid"
    assert stock_of(goods) == (9, 0, 1)
    assert sum(Payment.objects.values_list("captured_minor", flat=True)) == 100_000
    with pytest.raises(NothingToSettle):
        by(STAFF, payments.book_next_transfer, after=last, amount_minor=1, **came)


def test_more_is_too_much_and_is_given_back_by_staff(goods: Goods) -> None:
    placed = order_by_transfer(goods)
    paid = book(placed, 110_000)
    placed.order.refresh_from_db()
    assert (placed.order.payment_state, paid.captured_minor) == ("paid", 110_000)
    assert "More came" in paid.needs_attention


def test_an_order_that_is_not_paid_expires_and_late_money_waits_for_staff(goods: Goods) -> None:
    placed = order_by_transfer(goods)
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))
    assert fulfilment.expire_unpaid_orders() == 1
    assert stock_of(goods) == (9, 0, 0)
    late = book(placed, 100_000)
    assert late.needs_attention == SEND_BACK_YOURSELF[ARRIVED_LATE]
    assert not late.refunds.exists()  # no one has sent it back yet
    assert late.refundable_minor == 100_000
    payments.refund_payment(payment=late, reason="", actor=STAFF)
    settle(placed.order)
    assert placed.order.payment_state == "refunded"
    assert placed.order.is_cancelled


@pytest.mark.parametrize(
    ("amount_minor", "days_ago", "field"),
    [(0, 0, "amount"), (-5, 0, "amount"), (10**19, 0, "amount"), (5, -1, "received_on"), (5, 999, "received_on")],
)  # fmt: skip
def test_what_can_not_have_come_is_refused(
    goods: Goods, amount_minor: int, days_ago: int, field: str
) -> None:
    placed = order_by_transfer(goods)
    with pytest.raises(InvalidInput) as refusal:
        book(placed, amount_minor, received_on=today() - timedelta(days=days_ago))
    assert set(refusal.value.fields) == {field}
    placed.payment.refresh_from_db()
    assert placed.payment.captured_minor == 0


def test_a_payment_of_another_kind_is_not_booked_by_staff(goods: Goods) -> None:
    placed = place(make_cart(goods), payment_method="test")
    with pytest.raises(PaymentNotOpen):
        book(placed, 100_000)
