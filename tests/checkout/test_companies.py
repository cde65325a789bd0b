"""Orders of companies: their tax number is checked, kept and printed; reverse charge takes the tax out of the price."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts import services as accounts
from apps.carts import services as carts
from apps.checkout import services as checkout
from apps.checkout.buyers import read_buyer
from apps.checkout.errors import InvalidDetails, PriceChanged
from apps.checkout.selectors import list_checkout_options
from apps.common.clock import today
from apps.events.services import relay_outbox
from apps.fulfilment.mails import mail_confirmation
from apps.invoices.services import issue_invoice
from apps.orders.api.serializers import present_order
from apps.orders.models import Order
from apps.pricing.certificates import MOST_BYTES, kind_of, read_certificate, save_certificate
from apps.pricing.errors import WrongCertificate
from apps.pricing.models import ExemptionCertificate, ShippingMethod, TaxRate, TaxSettings, VatCheck
from apps.tenancy.context import use_actor
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.support.acting import STAFF, SYSTEM
from tests.support.vies_server import ViesServer, vies_server

pytestmark = [pytest.mark.placed, pytest.mark.django_db, pytest.mark.usefixtures("in_store")]
GSTIN = "29AAGCB7383J1Z4"
AUSTRIAN = "ATU13585627"
VIENNA = {
    "name": "Eva Gruber",
    "line1": "Graben 1",
    "city": "Wien",
    "postal_code": "1010",
    "country": "AT",
}


@pytest.fixture
def vies(settings: Any) -> Iterator[ViesServer]:
    with vies_server() as server:
        settings.VIES_URL = server.url
        server.known = {AUSTRIAN}
        yield server


@pytest.fixture
def german(in_store: Any) -> None:
    """The store sells from Germany, with VAT inside its prices."""
    TaxSettings.objects.update(
        origin_country="DE",
        origin_region="",
        prices_include_tax=True,
        tax_number="DE136695976",
        vat_check=VatCheck.FORM,
    )
    TaxRate.objects.all().delete()
    for country, percent in (("DE", 19), ("AT", 20)):
        TaxRate.objects.create(country=country, percent=percent, name="VAT")
    ShippingMethod.objects.update(countries=[], amount_minor=595, free_above_minor=None)


def place_in_vienna(price_minor: int = 11_900, **more: Any) -> Order:
    values = {"shipping_address": VIENNA, "company": "Gruber GmbH", "tax_number": AUSTRIAN}
    return place(make_cart(make_goods(price_minor=price_minor)), **{**values, **more}).order


def test_a_gstin_is_on_the_order_in_the_api_and_in_the_mail() -> None:
    cart = make_cart(make_goods())
    order = place(cart, company="  Rao   Traders ", tax_number="29 aagcb 7383j-1z4").order
    with use_actor(SYSTEM):
        order = Order.objects.get(pk=order.pk)
        assert (order.company, order.tax_number) == ("Rao Traders", GSTIN)
        assert [part.name for part in order.tax_parts] == ["CGST", "SGST"]
        shown = present_order(order, lines=order.lines.all(), timeline=[])
        assert (shown["company"], shown["tax_number"]) == ("Rao Traders", GSTIN)
        mail_confirmation(order)
        relay_outbox()
    assert f"GSTIN {GSTIN}" in mail.outbox[-1].body
    assert "Rao Traders" in mail.outbox[-1].body


def test_a_number_belongs_to_the_billing_address() -> None:
    mumbai = {**ADDRESS, "region": "MH", "city": "Mumbai", "postal_code": "400001"}
    with pytest.raises(InvalidDetails) as refused:
        place(make_cart(make_goods()), tax_number="27AAPFU0939F1ZV")
    assert "Maharashtra (27)" in refused.value.fields["tax_number"][0]
    order = place(
        make_cart(make_goods()), tax_number="27AAPFU0939F1ZV", billing_address=mumbai
    ).order
    assert [part.name for part in order.tax_parts] == ["CGST", "SGST"]  # delivered in Karnataka


def test_an_order_without_a_number_costs_no_statement_more() -> None:
    cart = make_cart(make_goods())
    with CaptureQueriesContext(connection) as plain:
        read_buyer("", country="IN", billing_country="IN", billing_region="KA")
        list_checkout_options(cart, country="IN", region="KA")
    settings = [each for each in plain.captured_queries if "taxsettings" in each["sql"]]
    assert len(settings) == 1


@pytest.mark.usefixtures("german")
def test_reverse_charge_takes_the_german_tax_out_of_the_price() -> None:
    """119.00 contain 19.00 at 19 %, 5.95 of shipping 0.95: the buyer pays 100.00 and 5.00."""
    buyer = read_buyer(AUSTRIAN, country="AT", billing_country="AT", billing_region="")
    cart = make_cart(make_goods(price_minor=11_900))
    quote = list_checkout_options(cart, country="AT", buyer=buyer).quote
    assert quote is not None
    assert (quote.priced.total_minor, quote.priced.tax_treatment) == (10_500, "reverse")
    order = place_in_vienna(expected_total_minor=10_500)
    assert (order.subtotal_minor, order.shipping_minor, order.tax_minor) == (10_000, 500, 0)
    assert (order.total_minor, order.tax_treatment) == (10_500, "reverse")
    assert order.tax_evidence == {"check": "form"}
    consumer = place_in_vienna(tax_number="")
    assert (consumer.total_minor, consumer.tax_treatment) == (12_495, "")
    assert consumer.tax_minor == 2_083  # 20 % inside 124.95: 20.825
    with pytest.raises(PriceChanged):
        place_in_vienna(tax_number="", expected_total_minor=10_500)


@pytest.mark.usefixtures("german")
def test_exports_leave_without_tax_where_the_store_says_so() -> None:
    zurich = {**VIENNA, "city": "Zürich", "postal_code": "8001", "country": "CH"}
    assert place_in_vienna(shipping_address=zurich, tax_number="").total_minor == 12_495
    TaxSettings.objects.update(zero_rates_exports=True)
    order = place_in_vienna(shipping_address=zurich, tax_number="")
    assert (order.total_minor, order.tax_treatment) == (10_500, "export")


@pytest.mark.usefixtures("german")
def test_vies_is_asked_once_and_its_answer_is_kept(vies: ViesServer) -> None:
    TaxSettings.objects.update(vat_check=VatCheck.ASKED)
    for _again in range(2):
        order = place_in_vienna()
        assert order.tax_treatment == "reverse"
        assert order.tax_evidence is not None
        assert order.tax_evidence["check"] == "vies"
        assert order.tax_evidence["reference"] == "WAPIAAAAY1"
    assert vies.requests == [
        {
            "countryCode": "AT",
            "vatNumber": "U13585627",
            "requesterMemberStateCode": "DE",
            "requesterNumber": "136695976",
        }
    ]


@pytest.mark.usefixtures("german")
def test_a_number_that_vies_does_not_know_is_an_error_of_its_field(vies: ViesServer) -> None:
    TaxSettings.objects.update(vat_check=VatCheck.ASKED)
    vies.known.clear()
    with pytest.raises(InvalidDetails) as refused:
        place_in_vienna()
    assert "does not know" in refused.value.fields["tax_number"][0]


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("error", ["MS_UNAVAILABLE", "SERVICE_UNAVAILABLE", 500, 429])
def test_without_an_answer_of_vies_the_store_decides(vies: ViesServer, error: Any) -> None:
    vies.error = error
    TaxSettings.objects.update(vat_check=VatCheck.ASKED)
    order = place_in_vienna()
    assert order.tax_treatment == "reverse"
    assert order.tax_evidence is not None
    assert order.tax_evidence["check"] == "unanswered"
    TaxSettings.objects.update(vat_check=VatCheck.STRICT)
    order = place_in_vienna()
    assert (order.tax_treatment, order.total_minor) == ("", 12_495)
    assert len(vies.requests) == 1  # a register that is away is left alone for a while


def place_as(user: Any, **more: Any) -> Order:
    cart = carts.get_or_create_cart(customer_ref=str(user.pk))
    cart = carts.add_item(
        cart=cart, variant_ref=make_goods(price_minor=40_000).variant_ref, quantity=1
    )
    return place(cart, payment_method="cash_on_delivery", **more).order


def test_a_customer_with_a_certificate_pays_no_tax_there_until_it_ends() -> None:
    """400.00 contain CGST and SGST at 9 % each: 30.51 twice, so 338.98; shipping 49.00 contains 7.48, so 41.52."""
    mumbai = {**ADDRESS, "region": "MH", "city": "Mumbai", "postal_code": "400001"}
    with use_actor(SYSTEM):
        user, other = (accounts.create_user(email=f"{n}@example.com", password=None) for n in "ab")
        row = ExemptionCertificate(customer=user, number="EX-7", country="IN", region="Karnataka")
        row.valid_until = today()
        save_certificate(row, content=b"%PDF-1.7 x", file_name="ex.pdf")
    order = place_as(user)
    assert (order.tax_treatment, order.tax_minor, order.total_minor) == ("exempt", 0, 38_050)
    assert (order.subtotal_minor, order.shipping_minor) == (33_898, 4_152)
    assert order.tax_evidence is not None
    assert order.tax_evidence["certificate"] == "EX-7"
    with use_actor(SYSTEM):
        invoice = issue_invoice(order=order)
    assert invoice.data["law"] == "Exempt from tax by certificate EX-7."
    assert place_as(user, shipping_address=mumbai).tax_treatment == ""
    assert place_as(other).tax_treatment == ""
    assert place(make_cart(make_goods())).order.tax_treatment == ""
    with use_actor(SYSTEM):
        row.valid_until = today() - timedelta(days=1)
        save_certificate(row)
        assert read_certificate(row) == (b"%PDF-1.7 x", "application/pdf")
    assert place_as(user).tax_treatment == ""


def test_a_draft_keeps_the_total_that_was_sent_whatever_the_customer_has() -> None:
    with use_actor(STAFF):
        user = accounts.create_user(email="asha@example.com", password=None)
        line = checkout.DraftLineInput(make_goods().variant_ref, 1, 40_000, "A good customer")
        data = checkout.DraftInput(
            email=user.email, shipping_address=ADDRESS, shipping_method="standard", lines=[line]
        )
        draft = checkout.save_draft(data=data, actor=STAFF)
        draft = checkout.send_draft(draft=draft, version=draft.version, days=7, actor=STAFF)
        save_certificate(ExemptionCertificate(customer=user, number="EX-8"))
        placed = checkout.place_draft(
            draft=draft, payment_method="test", actor=STAFF, version=draft.version
        )
    assert placed.order.total_minor == draft.total_minor
    assert placed.order.tax_minor > 0


@pytest.mark.parametrize("content", [b"", b"<html>", b"MZ", b"%PDF-" + b"x" * MOST_BYTES])
def test_a_certificate_is_a_pdf_file_or_a_picture(content: bytes) -> None:
    with pytest.raises(WrongCertificate):
        kind_of(content)
