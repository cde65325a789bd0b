"""The tax of what was given back and of what remains, in every named part: on the pages, in mails and by the API."""

import re
from typing import Any

import pytest

from apps.fulfilment import services as fulfilment
from apps.fulfilment.api.views import present_whole_order
from apps.fulfilment.services import Credit
from apps.orders.models import Order
from apps.orders.worth import NOTHING, TaxPart, Worth, worth_of_order
from apps.payments import services as payments
from apps.payments.credits import credits_of, worth_of_refund
from apps.payments.models import Refund
from apps.pricing.models import TaxSettings
from tests.checkout.shop import Goods
from tests.fulfilment.parcels import (
    CASH,
    buy,
    deliver,
    pay_twice,
    payment_of,
    sell_with_gst,
    settle,
    ship,
    take_back,
)
from tests.support.acting import STAFF
from tests.support.mails import news

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "as_staff")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    return sell_with_gst()


def gst(total_minor: int, half_minor: int) -> Worth:
    parts = (TaxPart("CGST", "9", half_minor), TaxPart("SGST", "9", half_minor))
    return Worth(total_minor, 2 * half_minor, parts)


def give(order: Order, amount_minor: int) -> Refund:
    return payments.refund_payment(
        payment=payment_of(order), amount_minor=amount_minor, reason="Sorry", actor=STAFF
    )


def assert_adds_up(order: Order) -> None:
    found = credits_of(order)
    assert found.left + found.reduced + found.done + found.waiting == found.whole
    assert found.whole == worth_of_order(order)


def test_what_was_returned_has_its_tax_and_what_remains_the_rest(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    assert worth_of_order(order) == gst(181_900, 13_874)
    parcel = deliver(ship(order))
    row = take_back(parcel, restock=1, credit=Credit())
    assert credits_of(order).waiting == gst(59_000, 4_500)
    settle(order)

    assert row.refund is not None
    assert worth_of_refund(row.refund) == gst(59_000, 4_500)
    assert credits_of(order).done == gst(59_000, 4_500)
    assert credits_of(order).left == gst(122_900, 9_374)
    assert_adds_up(order)

    take_back(parcel, restock=2, credit=Credit(with_shipping=True))
    settle(order)
    assert credits_of(order).left == NOTHING
    assert_adds_up(order)


def test_a_refund_without_a_return_has_its_share(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    refund = give(order, 4_900)
    assert worth_of_refund(refund) == gst(4_900, 374)
    last = give(order, 59_000)
    settle(order)
    assert worth_of_refund(last) == gst(59_000, 4_500)
    assert credits_of(order).left == NOTHING


def test_a_return_after_a_refund_gives_back_what_is_left(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    parcel = deliver(ship(order))
    give(order, 10_001)
    take_back(parcel, restock=1, credit=Credit(with_shipping=True))
    settle(order)
    assert order.refunded_minor == order.total_minor
    assert credits_of(order).left == NOTHING
    assert_adds_up(order)


def test_a_refund_that_the_bank_refused_gives_nothing_back(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    refund = give(order, 4_900)
    Refund.objects.filter(pk=refund.pk).update(state="failed")
    assert credits_of(order).left == worth_of_order(order)


def test_cash_that_is_not_due_any_more_takes_its_tax_along(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    deliver(ship(order, 1))
    take_back(ship(order, 1), restock=1)
    fulfilment.cancel_rest(order=order, reason="", actor=STAFF)
    settle(order)
    assert credits_of(order).reduced == gst(118_000, 9_000)
    assert credits_of(order).left == gst(63_900, 4_874)
    assert_adds_up(order)


def test_a_cancelled_order_keeps_no_tax(goods: Goods) -> None:
    for method in ("test", CASH):
        order = buy(goods, quantity=1, payment_method=method)
        fulfilment.cancel(order=order, reason="", actor=STAFF)
        settle(order)
        assert credits_of(order).left == NOTHING


def test_money_that_was_paid_twice_goes_back_without_tax(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    first = payment_of(order)
    second = pay_twice(order)
    back = payments.refund_payment(payment=second, reason="Twice", actor=STAFF)
    assert (back.credited_minor, back.tax_minor, back.tax_components) == (0, 0, [])
    assert credits_of(order).left == worth_of_order(order)
    own = payments.refund_payment(payment=first, reason="Sorry", amount_minor=59_000, actor=STAFF)
    assert worth_of_refund(own) == gst(59_000, 4_500)


def test_another_state_has_igst(goods: Goods) -> None:
    TaxSettings.objects.update(origin_region="Kerala")
    order = buy(goods, quantity=1)
    give(order, 59_000)
    assert credits_of(order).waiting == Worth(59_000, 9_000, (TaxPart("IGST", "18", 9_000),))


def test_the_mail_of_a_refund_names_its_tax(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    parcel = deliver(ship(order))
    take_back(parcel, restock=1, credit=Credit())
    settle(order)
    message = news()[-1]
    assert "This refund: ₹590.00\nof which tax: ₹90.00\n  CGST 9%: ₹45.00\n  SGST 9%: ₹45.00" in (
        message.body
    )
    assert (
        "What you paid in the end: ₹1,229.00\nof which tax: ₹187.48\n"
        "  CGST 9%: ₹93.74\n  SGST 9%: ₹93.74" in message.body
    )
    page = re.sub(r"<[^>]+>", " ", str(message.alternatives[0][0]))  # type: ignore[attr-defined]  # of HTML mails
    assert re.search(r"This refund\s+₹590.00\s+of which tax\s+₹90.00\s+CGST 9%\s+₹45.00", page)


def test_the_api_names_the_tax_of_each(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    parcel = deliver(ship(order))
    take_back(parcel, restock=1, credit=Credit())
    settle(order)
    whole = present_whole_order(order)
    halves = [
        {"name": name, "percent": "9", "amount": {"amount": "45.00", "currency": "INR"}}
        for name in ("CGST", "SGST")
    ]
    assert whole["returns"][0]["tax_components"] == halves
    assert whole["payments"][0]["refunds"][0]["tax_components"] == halves
    assert whole["remaining_tax"]["amount"] == "187.48"
    assert [part["amount"]["amount"] for part in whole["remaining_tax_components"]] == ["93.74"] * 2
