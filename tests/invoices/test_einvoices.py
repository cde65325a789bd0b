"""E-invoices follow the schema of the portal: blocks, codes and sums by hand; what would be refused is said before."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.invoices.einvoices.checking import faults_of
from apps.invoices.einvoices.files import einvoice_file
from apps.invoices.einvoices.payload import is_einvoice, make_payload
from apps.invoices.errors import NoEInvoice
from apps.invoices.reports.gstr1 import make_gstr1
from apps.invoices.reports.period import read_period
from apps.invoices.reports.supplies import read_supplies
from apps.pricing.buyer_numbers import NumberKind, TaxNumber
from apps.pricing.models import TaxSettings
from apps.pricing.selectors import get_tax_rules_for
from apps.pricing.services import BasketLine
from apps.pricing.treatments import TaxBuyer
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.invoices.business import ADDRESS, BERLIN, PUNE, register_seller, sell
from tests.invoices.shop import GSTIN, give_back, gst, invoice_of, item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_desk")]


@pytest.fixture(autouse=True)
def seller(at_the_desk: Any) -> None:
    register_seller()


def test_an_invoice_inside_the_state_by_hand() -> None:
    """300.00 and 30.00 at 9 % twice: 27.00 and 2.70 each; the book's 50.00 is no item; 330.00 + 59.40 + 50.00 = 439.40."""
    document = sell()
    payload = make_payload(document)
    assert faults_of(payload) == []
    assert payload["TranDtls"] == {
        "TaxSch": "GST",
        "SupTyp": "B2B",
        "RegRev": "N",
        "IgstOnIntra": "N",
    }
    assert payload["DocDtls"] == {"Typ": "INV", "No": document.number, "Dt": "05/04/2026"}
    assert payload["SellerDtls"] == {
        "Gstin": GSTIN, "LglNm": "Chai and Clay Private Limited", "TrdNm": payload["SellerDtls"]["TrdNm"],
        "Addr1": "12 MG Road", "Loc": "Bengaluru", "Pin": 560001, "Stcd": "29",
    }  # fmt: skip
    assert payload["BuyerDtls"] == {
        "Gstin": GSTIN, "LglNm": "Rao", "Pos": "29", "Addr1": "5 'Rose' Street", "Loc": "Bengaluru", "Pin": 560001,
        "Stcd": "29",
    }  # fmt: skip
    assert payload["ItemList"] == [
        {
            "SlNo": "1", "PrdDesc": payload["ItemList"][0]["PrdDesc"], "IsServc": "N", "HsnCd": "69120010", "Qty": 3.0,
            "Unit": "NOS", "UnitPrice": 100.0, "TotAmt": 300.0, "AssAmt": 300.0, "GstRt": 18.0, "IgstAmt": 0.0,
            "CgstAmt": 27.0, "SgstAmt": 27.0, "TotItemVal": 354.0,
        },
        {
            "SlNo": "2", "PrdDesc": "Courier", "IsServc": "N", "HsnCd": "69120010", "Qty": 1.0, "Unit": "NOS",
            "UnitPrice": 30.0, "TotAmt": 30.0, "AssAmt": 30.0, "GstRt": 18.0, "IgstAmt": 0.0, "CgstAmt": 2.7,
            "SgstAmt": 2.7, "TotItemVal": 35.4,
        },
    ]  # fmt: skip
    assert payload["ValDtls"] == {
        "AssVal": 330.0, "CgstVal": 29.7, "SgstVal": 29.7, "IgstVal": 0.0, "OthChrg": 50.0, "RndOffAmt": 0.0,
        "TotInvVal": 439.4,
    }  # fmt: skip
    assert "ShipDtls" not in payload


def test_a_credit_note_across_states_names_its_invoice() -> None:
    document = sell(
        address=PUNE, rates={"standard": gst("18", "IGST")}, buyer_number="27AAPFU0939F1ZV"
    )
    payload = make_payload(give_back(document, 11_800, date(2026, 4, 6)))
    assert faults_of(payload) == []
    assert (payload["DocDtls"]["Typ"], payload["BuyerDtls"]["Pos"]) == ("CRN", "27")
    assert payload["RefDtls"] == {
        "PrecDocDtls": [{"InvNo": document.number, "InvDt": "05/04/2026"}]
    }
    values = payload["ValDtls"]
    assert values["IgstVal"] > 0
    assert values["CgstVal"] == 0
    assert values["TotInvVal"] == 118.0


def test_an_export_without_tax_by_hand() -> None:
    """Zero-rated: mugs, book and delivery are items without tax, 300.00 + 50.00 + 30.00."""
    payload = make_payload(sell(address=BERLIN, rates={}, buyer_number=""))
    assert faults_of(payload) == []
    assert payload["TranDtls"]["SupTyp"] == "EXPWOP"
    assert payload["BuyerDtls"] == {
        "Gstin": "URP", "LglNm": "Rao", "Pos": "96", "Addr1": "5 'Rose' Street", "Loc": "Berlin", "Pin": 999999,
        "Stcd": "96",
    }  # fmt: skip
    assert payload["ExpDtls"] == {"CntCode": "DE"}
    assert "ShipDtls" not in payload
    assert [(item["TotItemVal"], item["GstRt"], item["IgstAmt"]) for item in payload["ItemList"]] == [
        (300.0, 0.0, 0.0), (50.0, 0.0, 0.0), (30.0, 0.0, 0.0)
    ]  # fmt: skip
    assert payload["ValDtls"] == {
        "AssVal": 380.0, "CgstVal": 0.0, "SgstVal": 0.0, "IgstVal": 0.0, "OthChrg": 0.0, "RndOffAmt": 0.0,
        "TotInvVal": 380.0,
    }  # fmt: skip
    taxed = make_payload(sell(address=BERLIN, rates={"standard": gst("18", "IGST")}))
    assert taxed["TranDtls"]["SupTyp"] == "EXPWP"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"country": "SG", "region": "", "city": ""}, "Singapore"),
        ({"country": "AE", "region": "DU", "city": ""}, "Dubai"),
        ({"country": "JP", "region": "13", "city": ""}, "Tokyo"),
        ({"country": "FR", "region": "", "city": "Y"}, "Y, France"),
        ({"country": "JP", "region": "24", "city": "津"}, "津, Mie"),
        ({"country": "DE", "region": "", "city": "Ulm"}, "Ulm"),
    ],
)
def test_an_export_to_an_address_without_a_city_as_the_portal_wants_it(
    place: dict[str, str], words: str
) -> None:
    payload = make_payload(sell(address={**BERLIN, **place}, rates={}, buyer_number=""))
    assert faults_of(payload) == []
    assert payload["BuyerDtls"]["Loc"] == words


def test_a_gift_card_is_no_item_of_an_export() -> None:
    """A mug of 100.00 and a gift card of 500.00 abroad: no supply (OthChrg). The card alone is no e-invoice."""
    mug = BasketLine(item(10_000, "standard", hsn="69120010"), 1)
    plain = replace(item(50_000, "none"), is_gift_card=True, is_digital=True)
    card = BasketLine(plain, 1)
    abroad: dict[str, Any] = {"rates": {}, "address": BERLIN}
    payload = make_payload(invoice_of(mug, card, **abroad))
    assert faults_of(payload) == []
    assert [each["TotItemVal"] for each in payload["ItemList"]] == [100.0]
    assert (payload["ValDtls"]["OthChrg"], payload["ValDtls"]["TotInvVal"]) == (500.0, 600.0)
    assert not is_einvoice(invoice_of(card, **abroad))


def test_sales_to_zones_and_deemed_exports() -> None:
    """To a zone: integrated tax inside the state, too, or none. A deemed export bears tax as usual."""
    buyer = TaxBuyer(TaxNumber(GSTIN, NumberKind.GSTIN))
    usual = get_tax_rules_for("IN", "KA", buyer=buyer).rates["standard"].parts
    settings = TaxSettings.objects.get()
    assert make_payload(sell())["TranDtls"]["SupTyp"] == "B2B"
    settings.zone_buyers = [GSTIN]
    settings.save()
    assert (usual, get_tax_rules_for("IN", "KA", buyer=buyer).treatment) == (
        ("CGST", "SGST"),
        "sez",
    )
    assert get_tax_rules_for("IN", "KA").treatment == ""
    free = sell(rates={}, treatment="sez")
    payload = make_payload(free)
    assert faults_of(payload) == []
    assert (payload["TranDtls"]["SupTyp"], len(payload["ItemList"])) == ("SEZWOP", 3)
    assert (free.title, "without payment" in free.data["law"]) == ("tax_invoice", True)
    assert make_payload(sell())["TranDtls"]["SupTyp"] == "B2B"  # it was sold with the state's taxes
    settings.zones_bear_tax = True
    settings.save()
    assert get_tax_rules_for("IN", "KA", buyer=buyer).rates["standard"].parts == ("IGST",)
    taxed = make_payload(sell(rates={"standard": gst("18", "IGST")}))
    assert faults_of(taxed) == []
    assert taxed["TranDtls"]["SupTyp"] == "SEZWP"
    settings.zone_buyers, settings.deemed_buyers = [], [GSTIN]
    settings.save()
    deemed = sell()
    assert make_payload(deemed)["TranDtls"]["SupTyp"] == "DEXP"
    assert "Deemed export" in deemed.data["law"]
    rows = read_supplies(read_period("2026-04"))
    types = [each["inv_typ"] for each in make_gstr1(rows)["b2b"][0]["inv"]]
    assert types == ["R", "SEWOP", "R", "SEWP", "DE"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hsn": ""}, "no HSN"),
        ({"hsn": "69120"}, "no HSN"),
        ({"address": {**ADDRESS, "postal_code": "5600"}}, "Buyer: The PIN code has six digits"),
        ({"address": {**ADDRESS, "line1": ""}}, "Buyer: The street is missing"),
        ({"address": {**ADDRESS, "city": ""}}, "Buyer: The city"),
        ({"rates": {"standard": gst("18", "IGST")}}, "taxes of another place"),
    ],
)
def test_what_the_portal_would_refuse_is_named(changes: dict[str, Any], words: str) -> None:
    document = sell(**changes)
    assert any(words in fault for fault in faults_of(make_payload(document)))
    with pytest.raises(NoEInvoice, match=document.number):
        einvoice_file([document])


def test_sales_to_businesses_and_exports_are_e_invoices() -> None:
    business = sell()
    consumer = sell(buyer_number="")
    abroad = sell(address=BERLIN, rates={}, buyer_number="")
    dollars = sell(address=BERLIN, rates={}, buyer_number="", currency="USD")
    documents = [business, consumer, abroad, dollars]
    assert [is_einvoice(each) for each in documents] == [True, False, True, False]
    made = einvoice_file(documents)
    assert made.left_out == [consumer.number, dollars.number]
    assert [each["DocDtls"]["No"] for each in json.loads(made.content)] == [
        business.number,
        abroad.number,
    ]
    with pytest.raises(NoEInvoice):
        einvoice_file([consumer])


def test_staff_download_one_and_many(store: Any, client_for: Callable[..., Client]) -> None:
    document, other, consumer = sell(), sell(), sell(buyer_number="")
    client = client_for(store)
    client.force_login(make_user(store, Role.SUPPORT, is_staff=True))
    staff = rename_session(client, f"session_{store.slug}")
    page = f"/admin/invoices/document/{document.pk}/"
    assert f"{page}einvoice/" in staff.get(f"{page}change/").content.decode()
    one = staff.get(f"{page}einvoice/")
    name = document.number.replace("/", "-")
    assert one["Content-Disposition"] == f'attachment; filename="einvoice-{name}.json"'
    chosen = [str(each.pk) for each in (document, other, consumer)]
    asked = {"action": "download_einvoices", "_selected_action": chosen}
    many = staff.post("/admin/invoices/document/", asked)
    assert len(json.loads(many.content)) == 2
    refused = staff.get(f"/admin/invoices/document/{consumer.pk}/einvoice/", follow=True)
    assert "buyers with a GSTIN" in refused.content.decode()
