"""An order has one invoice when it is due, and a credit note for whatever was given back: together they are the order."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.events.errors import HistoryIsFinal
from apps.events.models import OutboxMessage
from apps.fulfilment import services as fulfilment
from apps.fulfilment.services import Credit
from apps.invoices import services as invoices
from apps.invoices.errors import NotInvoiceable
from apps.invoices.kinds import IssueOn
from apps.invoices.lines import read_line
from apps.invoices.models import Document, InvoiceSettings, Series
from apps.invoices.selectors import is_worth_offering
from apps.invoices.services import numbering
from apps.orders.models import Order
from apps.orders.worth import Worth, read_worth
from apps.payments import services as payments
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.pricing.models import ShippingMethod, TaxSettings
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.discounts.rules import make_discount
from tests.fulfilment.parcels import CASH, buy, settle, ship, take_back
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_desk")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    """18 % GST on top, in two parts, of the delivery as well, and nothing divides."""
    TaxSettings.objects.update_or_create(
        key="store",
        defaults={
            "prices_include_tax": False,
            "origin_region": "Karnataka",
            "tax_number": "29AAGCB7383J1Z4",
        },
    )
    ShippingMethod.objects.update(amount_minor=4_901, free_above_minor=None)
    return make_goods(price_minor=4_999)


def issued_on(choice: IssueOn) -> None:
    InvoiceSettings.objects.update_or_create(key="store", defaults={"issued_on": choice})


def test_a_number_that_was_waited_for_over_a_years_end_is_of_the_years_last_day(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The series was chosen, and its lock came after midnight."""
    days = iter([date(2026, 3, 31), date(2026, 4, 1)])
    monkeypatch.setattr(numbering, "today", lambda: next(days))
    document = invoices.issue_invoice(order=buy(goods))
    assert (document.number[:6], document.issued_on) == ("25-26/", date(2026, 3, 31))


def documents_of(order: Order) -> list[Document]:
    return list(Document.objects.filter(order=order).order_by("created_at", "id"))


def worth_of(document: Document) -> Worth:
    """The sum of the document's lines, which its own totals repeat."""
    found = Worth()
    for stored in document.data["lines"]:
        line = read_line(stored)
        assert line.net_minor + line.tax_minor == line.total_minor
        assert sum(part.amount_minor for part in line.parts) == line.tax_minor
        found += read_worth(line.total_minor, line.tax_minor, stored["parts"])
    assert (found.total_minor, found.tax_minor) == (document.total_minor, document.tax_minor)
    taxes = document.data["taxes"]
    assert sum(row["amount_minor"] for row in taxes) == document.tax_minor
    return found


def assert_all_is_documented(order: Order) -> list[Document]:
    """Invoice less credit notes is what remains of the order, in every named part of the tax."""
    settle(order)
    invoice, *notes = documents_of(order)
    assert (invoice.total_minor, invoice.tax_minor) == (order.total_minor, order.tax_minor)
    left = worth_of(invoice)
    for note in notes:
        assert note.invoice_id == invoice.pk
        left -= worth_of(note)
    remains = credits_of(order).left
    assert (left.total_minor, left.tax_minor) == (remains.total_minor, remains.tax_minor)
    assert set(left.tax_parts) == {part for part in remains.tax_parts if part.amount_minor}
    return [invoice, *notes]


def test_a_paid_order_has_an_invoice_once(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    (invoice,) = assert_all_is_documented(order)
    assert invoice.title == "tax_invoice"
    assert [line["quantity"] for line in invoice.data["lines"]] == [3, 1]
    OutboxMessage.objects.update(state="pending")
    assert documents_of(settle(order)) == [invoice]
    assert invoices.issue_invoice(order=order, actor=STAFF) == invoice


def test_an_unpaid_order_has_none(goods: Goods) -> None:
    placed = place(make_cart(goods))
    with pytest.raises(NotInvoiceable):
        invoices.issue_invoice(order=placed.order, actor=STAFF)
    assert Series.objects.count() == 0


def test_cash_on_delivery_has_its_invoice_with_the_first_parcel(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    settle(order)
    assert documents_of(order) == []
    ship(order, 1)
    assert len(assert_all_is_documented(order)) == 1


def test_a_refused_cash_order_is_credited_in_whole(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    first, second = ship(order, 1), ship(order, 2)
    settle(order)
    take_back(first, restock=1)
    take_back(second, restock=2)
    invoice, *notes = assert_all_is_documented(order)
    assert sum(note.total_minor for note in notes) == invoice.total_minor


def test_a_cash_order_that_was_refused_before_the_news_of_its_parcel_has_none(goods: Goods) -> None:
    order = buy(goods, quantity=3, payment_method=CASH)
    take_back(ship(order), restock=3)
    settle(order)
    assert documents_of(order) == []
    assert not OutboxMessage.objects.filter(
        consumer="invoices.issue_for_parcel", delivered_at=None
    ).exists()


def test_pieces_that_come_back_are_the_lines_of_the_credit_note(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    row = take_back(ship(order), restock=1, credit=Credit(with_shipping=True))
    _invoice, note = assert_all_is_documented(order)
    assert note.total_minor == row.credited_minor
    assert [(line["kind"], line["quantity"]) for line in note.data["lines"]] == [
        ("goods", 1),
        ("shipping", 0),
    ]
    assert note.number.startswith("CN/")
    assert note.data["invoice"]["number"] == _invoice.number


def test_pieces_bought_with_a_discount_come_back_for_what_was_paid(goods: Goods) -> None:
    """3 x 49.99 less 10 %: 15.00 off. One piece comes back, then two with the delivery."""
    make_discount(name="Sale")
    order = buy(goods, quantity=3)
    shipment = ship(order)
    take_back(shipment, restock=1, credit=Credit())
    take_back(shipment, restock=2, credit=Credit(with_shipping=True))
    invoice, *notes = assert_all_is_documented(order)
    assert order.refunded_minor == order.total_minor
    assert [line["discount_minor"] for line in invoice.data["lines"]] == [1_500, 0]
    given = [note.data["discount_minor"] for note in notes]
    assert given == [500, 1_000]


def test_a_cancelled_rest_is_credited_by_its_pieces(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    ship(order, 1)
    fulfilment.cancel_rest(order=order, reason="none left", actor=STAFF)
    _invoice, note = assert_all_is_documented(order)
    assert [(line["kind"], line["quantity"]) for line in note.data["lines"]] == [("goods", 2)]


def test_amounts_that_are_given_back_carry_their_tax(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    for amount in (1, 3_333, 777):
        payment = Payment.objects.get(order=order)
        payments.refund_payment(payment=payment, reason="x", actor=STAFF, amount_minor=amount)
        settle(order)
    assert len(assert_all_is_documented(order)) == 4


def test_what_was_given_back_before_the_invoice_is_credited_with_it(goods: Goods) -> None:
    issued_on(IssueOn.SHIPMENT)
    order = buy(goods, quantity=2)
    payment = Payment.objects.get(order=order)
    payments.refund_payment(payment=payment, reason="late", actor=STAFF, amount_minor=500)
    settle(order)
    assert documents_of(order) == []
    ship(order)
    _invoice, note = assert_all_is_documented(order)
    assert (note.total_minor, note.data["reason"]) == (500, "late")


def test_a_cancelled_order_without_an_invoice_stays_without(goods: Goods) -> None:
    issued_on(IssueOn.SHIPMENT)
    order = buy(goods)
    assert is_worth_offering(order)
    fulfilment.cancel(order=order, reason="x", actor=STAFF)
    assert documents_of(settle(order)) == []
    assert not is_worth_offering(order)


def test_staff_make_it_where_the_store_says_so(goods: Goods) -> None:
    issued_on(IssueOn.STAFF)
    order = buy(goods)
    ship(order)
    assert documents_of(settle(order)) == []
    invoices.issue_invoice(order=order, actor=STAFF)
    assert len(assert_all_is_documented(order)) == 1


def test_a_download_is_invoiced_when_it_is_paid(in_store: Any) -> None:
    issued_on(IssueOn.SHIPMENT)
    order = buy(make_goods(is_digital=True))
    assert len(assert_all_is_documented(order)) == 1


def test_a_document_is_never_changed(goods: Goods) -> None:
    order = buy(goods)
    (invoice,) = documents_of(settle(order))
    with pytest.raises(HistoryIsFinal):
        invoice.save()
    with (
        pytest.raises(IntegrityError, match="history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE invoices_document SET total_minor = 0")
