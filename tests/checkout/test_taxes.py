"""The tax of an order is the same sum, with the same parts, in quote, order, API and mail; no state, no order."""

from typing import Any

import pytest
from django.core import mail

from apps.checkout.errors import InvalidDetails, StoreNotReady
from apps.checkout.selectors import list_checkout_options
from apps.events.services import relay_outbox
from apps.fulfilment.mails import mail_confirmation
from apps.orders.api.serializers import present_order
from apps.orders.models import Order
from apps.orders.worth import worth_of_pieces
from apps.pricing.models import TaxRate, TaxSettings
from apps.pricing.rounding import RoundingUnit
from apps.pricing.selectors import get_tax_rules
from apps.tenancy.context import use_actor
from tests.checkout.shop import ADDRESS, make_cart, make_goods, place
from tests.support.acting import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]
KERALA = {**ADDRESS, "region": "KL", "city": "Kochi", "postal_code": "682001"}


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (ADDRESS, [("CGST", "9", 377), ("SGST", "9", 377)]),
        (KERALA, [("IGST", "18", 755)]),
    ],
)
def test_every_document_has_the_same_parts(address: dict[str, str], parts: Any) -> None:
    """49 paise and 49 rupees of shipping: the case that gave CGST a paisa more."""
    TaxSettings.objects.update(tax_number="29AAGCB7383J1Z4")
    cart = make_cart(make_goods(price_minor=49))
    quoted = list_checkout_options(cart, country="IN", region=address["region"]).quote
    assert quoted is not None
    order = place(cart, shipping_address=address).order
    with use_actor(SYSTEM):
        check_documents(order, quoted, parts)


def check_documents(order: Order, quoted: Any, parts: Any) -> None:
    order = Order.objects.get(pk=order.pk)
    for priced in (quoted.priced, order):
        found = [(part.name, part.percent, part.amount_minor) for part in priced.tax_parts]
        assert found == parts
        assert sum(amount for _name, _percent, amount in found) == priced.tax_minor
    told = present_order(order, lines=order.lines.all(), timeline=[])
    assert [(p["name"], p["percent"]) for p in told["tax_components"]] == [p[:2] for p in parts]
    assert told["seller_tax_number"] == "29AAGCB7383J1Z4"
    mail_confirmation(order)
    relay_outbox()
    for name, percent, amount in parts:
        assert f"{name} {percent}%" in mail.outbox[-1].body
        assert f"₹{amount / 100:.2f}" in mail.outbox[-1].body
    assert "GSTIN 29AAGCB7383J1Z4" in mail.outbox[-1].body


def test_before_the_state_is_known_gst_is_one_tax() -> None:
    cart = make_cart(make_goods())
    quote = list_checkout_options(cart, country="IN", region="").quote
    assert quote is not None
    assert [part.name for part in quote.priced.tax_parts] == ["GST"]
    for region in ("", "Nowhere"):
        assert get_tax_rules("IN", region).rate_for("standard").parts == ()
    with pytest.raises(InvalidDetails):
        list_checkout_options(cart, country="IN", region="Nowhere")


@pytest.mark.parametrize("region", ["", "Karnatka"])
def test_nothing_is_sold_before_the_store_says_its_state(region: str) -> None:
    TaxSettings.objects.update(origin_region=region)
    cart = make_cart(make_goods())
    options = list_checkout_options(cart, country="IN", region="KA")
    assert "state it sells" in options.problem
    assert options.quote is not None
    with pytest.raises(StoreNotReady):
        place(cart)
    cart.refresh_from_db()
    assert cart.is_open
    TaxSettings.objects.update(origin_region="Karnataka")
    assert not list_checkout_options(cart, country="IN", region="KA").problem
    assert [part.name for part in place(cart).order.tax_parts] == ["CGST", "SGST"]


def test_taxes_that_no_state_divides_need_none() -> None:
    TaxSettings.objects.update(origin_region="")
    TaxRate.objects.update(split="")
    assert [part.name for part in place(make_cart(make_goods())).order.tax_parts] == ["GST"]


def test_orders_of_before_show_their_rates() -> None:
    order = place(make_cart(make_goods())).order
    order.tax_components = [{"name": "CGST", "rate_bp": 250, "amount_minor": 5}]
    (part,) = order.tax_parts
    assert (part.label("en"), part.label("de")) == ("CGST 2.5%", "CGST 2,5\xa0%")


def test_a_name_that_says_its_rate_is_not_told_it_twice() -> None:
    order = place(make_cart(make_goods())).order
    order.tax_components = [{"name": "VAT 20 %", "percent": "20", "amount_minor": 5}]
    assert order.tax_parts[0].label("en") == "VAT 20 %"


def test_an_order_without_a_wish_is_in_the_stores_language() -> None:
    for language, kept in [
        ("", "en-IN"),
        ("de", "de"),
        ("pt-br", "pt-br"),
    ]:
        assert place(make_cart(make_goods()), language=language).order.language == kept


@pytest.mark.parametrize("language", ["xx", "tlh", "en-XX", "x\x00", "e" * 20])
def test_what_is_no_language_is_refused(language: str) -> None:
    with pytest.raises(InvalidDetails) as refused:
        place(make_cart(make_goods()), language=language)
    assert list(refused.value.fields) == ["language"]


def test_a_changed_rounding_changes_no_order_and_none_of_its_credits() -> None:
    """3 x 0.49 and 49.00 of shipping; the worth of pieces comes from the order's own amounts."""
    order = place(make_cart(make_goods(price_minor=49), quantity=3)).order
    with use_actor(SYSTEM):
        order = Order.objects.get(pk=order.pk)
        line = order.lines.get()
        before = (order.tax_components, line.tax_components, worth_of_pieces(line, 1))
        for unit in RoundingUnit.values:
            TaxSettings.objects.update(rounding_unit=unit, rounding_mode="half_even")
            order = Order.objects.get(pk=order.pk)
            line = order.lines.get()
            found = (order.tax_components, line.tax_components, worth_of_pieces(line, 1))
            assert found == before
        TaxSettings.objects.update(rounding_unit=RoundingUnit.LINE)
        assert get_tax_rules("IN", "KA").rounding.is_by_line


@pytest.mark.parametrize("kind", ["composition", "none"])
def test_sellers_who_may_not_collect_tax_keep_their_prices(kind: str) -> None:
    taxed = place(make_cart(make_goods(price_minor=11_800))).order
    TaxSettings.objects.update(seller_kind=kind, origin_region="")
    order = place(make_cart(make_goods(price_minor=11_800))).order
    assert (order.total_minor, order.tax_minor, order.tax_parts) == (taxed.total_minor, 0, ())
    TaxSettings.objects.update(origin_country="DE", origin_region="")
    assert get_tax_rules("IN", "KA").rates  # of Indian sellers alone
