"""What ClickPost is asked, and what is refused before it is asked: no database."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from apps.clickpost.errors import NotBookable
from apps.clickpost.packing import Item, Packed, Place, tax_rates
from apps.clickpost.payloads import check_packed, order_body
from apps.clickpost.reading import read_news
from apps.orders.worth import TaxPart, Worth

HERE = Place(
    "Main WH", "9000000010", "wh@example.com", "Plot 4", "Bengaluru", "Karnataka", "560100", "IN"
)
THERE = Place(
    "Asha Rao", "9845012345", "a@example.com", "12 Road", "Mumbai", "Maharashtra", "400001", "IN"
)
PARCEL = Packed(
    reference="KS-1",
    order_number="KS-1",
    currency="INR",
    items=[Item("TEA", "Tea", 2, 44900, "0902")],
    pickup=HERE,
    drop=THERE,
    value_minor=94700,
    cod_minor=94700,
    weight_grams=450,
    length_cm=30,
    breadth_cm=20,
    height_cm=8,
    invoice_number="INV-1",
    invoice_date=date(2026, 11, 20),
    order_date=date(2026, 11, 20),
    seller_gstin="29ABCDE1234F1Z5",
    buyer_gstin="",
    taxable_minor=84554,
    tax_minor=10146,
    taxes={"igst": ("12", 10146)},
)
ABROAD = replace(THERE, phone="14155550100", region="California", postal_code="94107", country="US")


def test_a_parcel_within_india_is_a_call_of_version_3() -> None:
    version, body = order_body(PARCEL, cp_id=4, account_code="delhivery surface")
    assert version == "v3"
    details = body["shipment_details"]
    assert (details["order_type"], details["cod_value"], details["invoice_value"]) == (
        "COD",
        947,
        947,
    )
    tax = {"igst_tax_rate": 12.0, "igst_amount": 101.46, "cgst_amount": 0, "taxable_value": 845.54}
    assert tax.items() <= body["gst_info"].items()
    assert body["gst_info"]["place_of_supply"] == "MAHARASHTRA"
    assert body["additional"]["account_code"] == "delhivery surface"
    assert body["additional"]["return_info"]["pincode"] == "560100"


@pytest.mark.parametrize(
    ("parts", "taxable", "rates"),
    [
        ([("IGST", "12", 10146)], 84554, {"igst": ("12", 10146)}),  # rounded by line
        ([("IGST", "12", 11)], 89, {"igst": ("12", 11)}),
        ([("IGST", "5", 500), ("IGST", "18", 1800)], 20000, {"igst": ("11.50", 2300)}),
        ([("IGST", "12", 1200)], 20000, {"igst": ("6.00", 1200)}),  # the other half bears no tax
        (
            [("CGST", "2.5", 250), ("UTGST", "2.5", 250), ("CGST", "9", 900), ("UTGST", "9", 900)],
            20000,
            {"cgst": ("5.75", 1150), "sgst": ("5.75", 1150)},
        ),
        ([], 20000, {}),
    ],
)
def test_rate_and_sum_of_each_tax_agree(
    parts: list[tuple[str, str, int]], taxable: int, rates: Any
) -> None:
    tax_minor = sum(amount for _name, _percent, amount in parts)
    worth = Worth(taxable + tax_minor, tax_minor, tuple(TaxPart(*part) for part in parts))
    assert tax_rates(worth, lines=2) == rates


def test_a_parcel_abroad_is_a_call_of_version_4() -> None:
    parcel = replace(PARCEL, drop=ABROAD, cod_minor=0)
    check_packed(parcel)
    version, body = order_body(parcel, cp_id=9, account_code="")
    assert version == "v4"
    place = {
        "name": "Asha Rao",
        "postal_code": "94107",
        "country_code": "US",
        "state": "California",
    }
    assert place.items() <= body["drop_info"].items()
    assert body["shipment_details"]["currency_code"] == "INR"
    assert "gst_info" not in body
    assert "account_code" not in body["additional"]


@pytest.mark.parametrize(
    ("parcel", "words"),
    [
        (replace(PARCEL, drop=replace(THERE, name="x" * 101)), "more than 100 characters"),
        (replace(PARCEL, drop=replace(THERE, address="x" * 501)), "more than 500 characters"),
        (replace(PARCEL, drop=replace(THERE, postal_code="40000")), "needs 6 digits"),
        (replace(PARCEL, drop=replace(THERE, phone="98450")), "needs 10 digits"),
        (replace(PARCEL, pickup=replace(HERE, address="")), "address is missing in the warehouse"),
        (replace(PARCEL, pickup=replace(HERE, email="")), "need an e-mail"),
        (replace(PARCEL, drop=ABROAD), "within India only"),
        (replace(PARCEL, invoice_number="9" * 51), "more than 50 characters"),
    ],
)
def test_what_a_carrier_would_refuse_is_said_before(parcel: Packed, words: str) -> None:
    check_packed(PARCEL)
    with pytest.raises(NotBookable, match=words):
        check_packed(parcel)


def test_flags_are_read_in_every_spelling() -> None:
    yes: list[Any] = [True, "true", "True", " TRUE ", 1, "1", "yes", "Y"]
    no: list[Any] = [False, "false", "False", 0, "0", "", "NA", None, "no", [], {}, 2]
    for value, expected in [*((one, True) for one in yes), *((one, False) for one in no)]:
        news = read_news({"waybill": "1", "additional": {"is_rvp": value}})
        assert news.is_reverse is expected, value
