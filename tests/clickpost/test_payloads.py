"""What ClickPost is asked, and what is refused before it is asked: no database."""

from dataclasses import replace
from datetime import date

import pytest

from apps.clickpost.errors import NotBookable
from apps.clickpost.packing import Item, Packed, Place
from apps.clickpost.payloads import check_packed, order_body

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
