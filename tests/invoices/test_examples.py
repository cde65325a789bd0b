"""Invoices computed by hand: what the law of a country wants on them, to the smallest unit."""

from decimal import Decimal
from typing import Any

import pytest

from apps.invoices.models import Document
from apps.pricing.models import ShippingTax, TaxSettings
from apps.pricing.rules import AppliedRate
from apps.pricing.services import BasketLine
from tests.invoices.shop import GSTIN, INDIA, gst, invoice_of, item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_desk")]


def taxes_of(document: Document) -> list[tuple[str, str, int, int]]:
    return [
        (row["name"], row["percent"], row["net_minor"], row["amount_minor"])
        for row in document.data["taxes"]
    ]


def sell_from(country: str, region: str = "") -> None:
    TaxSettings.objects.update_or_create(
        key="store",
        defaults={"origin_country": country, "origin_region": region, "tax_number": ""},
    )


def test_india_two_rates_inside_the_price_with_odd_paise() -> None:
    """CGST Act section 15, rule 35 of the CGST Rules: tax inside a price is price x rate / (100 + rate).

    18 %: 499.00 + 49.00 shipping = 548.00; each half 548.00 x 9 / 118 = 41.796..., so 41.80; value 464.40.
    5 %: 3 x 34.99 = 104.97; each half 104.97 x 2.5 / 105 = 2.499..., so 2.50; value 99.97.
    """
    sell_from("IN", "KA")
    document = invoice_of(
        BasketLine(item(49_900, "standard", hsn="69120010"), 1),
        BasketLine(item(3_499, "reduced", hsn="0902"), 3),
        rates={"standard": gst("18"), "reduced": gst("5")},
        shipping_minor=4_900,
    )
    assert taxes_of(document) == [
        ("CGST", "9", 46_440, 4_180),
        ("SGST", "9", 46_440, 4_180),
        ("CGST", "2.5", 9_997, 250),
        ("SGST", "2.5", 9_997, 250),
    ]
    assert (document.title, document.total_minor) == ("tax_invoice", 65_297)
    assert document.data["place_of_supply"] == {"code": "29", "name": "Karnataka"}
    # a composite supply has the code of what it is sold with (section 8(a))
    assert [line["hsn_code"] for line in document.data["lines"]] == ["69120010", "0902", "69120010"]


def test_india_shipping_in_proportion_to_the_goods() -> None:
    """60.00 of shipping over 200.00 at 18 % and 100.00 at 5 %: 40.00 and 20.00; tax 7.20 and 1.00, on top."""
    sell_from("IN", "KA")
    document = invoice_of(
        BasketLine(item(20_000, "standard"), 1),
        BasketLine(item(10_000, "reduced"), 1),
        rates={"standard": gst("18", "IGST"), "reduced": gst("5", "IGST")},
        shipping_minor=6_000,
        address={**INDIA, "region": "MH"},
        prices_include_tax=False,
        shipping_tax=ShippingTax.PRO_RATA,
    )
    assert taxes_of(document) == [("IGST", "18", 24_000, 4_320), ("IGST", "5", 12_000, 600)]
    shipping = [line for line in document.data["lines"] if line["kind"] == "shipping"]
    assert [(line["net_minor"], line["tax_percent"]) for line in shipping] == [
        (4_000, "18"),
        (2_000, "5"),
    ]
    assert [line["unit_price_minor"] for line in shipping] == [4_000, 2_000]  # as the shop shows it
    assert document.data["place_of_supply"]["code"] == "27"


def test_india_a_discount_lowers_the_value_that_is_taxed() -> None:
    """Section 15(3)(a): a discount at the sale is no part of the value. 1,000.00 less 100.00 at 18 %: 162.00."""
    sell_from("IN", "KA")
    document = invoice_of(
        BasketLine(item(50_000, "standard"), 2, discount_minor=10_000),
        rates={"standard": gst("18")},
        prices_include_tax=False,
    )
    assert taxes_of(document) == [("CGST", "9", 90_000, 8_100), ("SGST", "9", 90_000, 8_100)]
    assert document.data["discount_minor"] == 10_000
    assert document.total_minor == 106_200


@pytest.mark.parametrize(
    ("number", "scheme", "rates", "country", "title"),
    [
        (GSTIN, "regular", {"standard": gst("18")}, "IN", "tax_invoice"),
        (GSTIN, "regular", {}, "IN", "bill_of_supply"),
        (GSTIN, "composition", {}, "IN", "bill_of_supply"),
        (GSTIN, "regular", {}, "DE", "tax_invoice"),
        ("", "regular", {}, "IN", "invoice"),
    ],
)
def test_india_the_heading_follows_the_seller(
    number: str, scheme: str, rates: Any, country: str, title: str
) -> None:
    sell_from("IN", "KA")
    TaxSettings.objects.update(seller_kind=scheme)
    address = {**INDIA, "country": country, "region": "KA" if country == "IN" else ""}
    sold = BasketLine(item(10_000, "standard"), 1)
    document = invoice_of(sold, rates=rates, address=address, tax_number=number)
    assert document.title == title
    if scheme == "composition":
        assert "not eligible to collect tax" in document.data["law"]
    if country != "IN":
        assert document.data["place_of_supply"]["code"] == "96"
        assert "without payment of integrated tax" in document.data["law"]


def test_india_taxed_and_untaxed_goods_are_on_one_paper() -> None:
    """Rule 46A: an invoice-cum-bill of supply."""
    sell_from("IN", "KA")
    document = invoice_of(
        BasketLine(item(10_000, "standard"), 1),
        BasketLine(item(10_000, "exempt"), 1),
        rates={"standard": gst("18")},
    )
    assert document.title == "invoice_cum_bill"


def test_germany_two_rates_inside_the_price() -> None:
    """Section 14(4) UStG: the fee by rates, and the tax on it. 3 x 9.99 = 29.97 at 19 %: 29.97 x 19 / 119 = 4.785...,
    so 4.79, net 25.18. 10.70 at 7 %: 0.70, net 10.00."""
    sell_from("DE")
    document = invoice_of(
        BasketLine(item(999, "standard", currency="EUR"), 3),
        BasketLine(item(1_070, "reduced", currency="EUR"), 1),
        rates={
            "standard": AppliedRate("USt", Decimal(19)),
            "reduced": AppliedRate("USt", Decimal(7)),
        },
        currency="EUR",
        address={"name": "B", "country": "DE", "city": "Köln"},
        tax_number="DE136695976",
    )
    assert taxes_of(document) == [("USt", "19", 2_518, 479), ("USt", "7", 1_000, 70)]
    assert document.title == "invoice"
    assert document.data["seller"]["tax_label"] == "VAT ID"
    assert document.number[:5] == f"{document.issued_on.year}/"


def test_japan_rounds_once_for_each_rate_of_an_invoice() -> None:
    """Qualified invoices (Consumption Tax Act, article 57-4; order, article 70-10): one rounding per rate, not per line.
    999 + 999 at 10 %: 1,998 x 10 / 110 = 181.6, so 182 (91 a line would be the same twice 90.8); 3 x 107 at 8 %:
    321 x 8 / 108 = 23.7, so 24."""
    sell_from("JP")
    document = invoice_of(
        BasketLine(item(999, "standard", currency="JPY"), 1),
        BasketLine(item(999, "standard", currency="JPY"), 1),
        BasketLine(item(107, "reduced", currency="JPY"), 3),
        rates={
            "standard": AppliedRate("消費税", Decimal(10)),
            "reduced": AppliedRate("消費税", Decimal(8)),
        },
        currency="JPY",
        address={"name": "C", "country": "JP", "region": "13"},
        tax_number="T1234567890123",
    )
    assert taxes_of(document) == [("消費税", "10", 1_816, 182), ("消費税", "8", 297, 24)]
    assert document.total_minor == 2_319


def test_new_york_adds_sales_tax_on_goods_and_delivery() -> None:
    """Publication 718 of New York State: 8.875 % in New York City; Tax Bulletin ST-838: the delivery of taxable goods is taxed.
    2 x 19.99 = 39.98, tax 3.548..., so 3.55; delivery 5.99, tax 0.531..., so 0.53; on both at once 45.97: 4.079..., so 4.08 too."""
    sell_from("US", "NY")
    document = invoice_of(
        BasketLine(item(1_999, "standard", currency="USD"), 2),
        rates={"standard": AppliedRate("Sales tax", Decimal("8.875"))},
        currency="USD",
        shipping_minor=599,
        address={"name": "D", "country": "US", "region": "NY", "postal_code": "10001"},
        tax_number="",
        prices_include_tax=False,
    )
    assert taxes_of(document) == [("Sales tax", "8.875", 4_597, 408)]
    assert document.total_minor == 3_998 + 599 + 408
