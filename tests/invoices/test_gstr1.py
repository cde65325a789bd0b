"""GSTR-1 of a month: every document is in one section, sums are those of the documents, credit notes count back."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.roles import Role
from apps.common.clock import moved_to, start_of
from apps.invoices.errors import NotIndian, WrongPeriod
from apps.invoices.models import Document
from apps.invoices.reports.files import CSV, JSON, XLSX, gstr1_file
from apps.invoices.reports.period import Period, read_period
from apps.pricing.models import TaxSettings
from apps.pricing.services import BasketLine
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.invoices.shop import GSTIN, INDIA, give_back, gst, invoice_of, item

pytestmark = [pytest.mark.placed, pytest.mark.django_db, pytest.mark.usefixtures("at_the_desk")]

APRIL = Period(2026, 4)
STANDARD = {"standard": gst("18")}
ACROSS = {"standard": gst("18", "IGST")}
PUNE = {**INDIA, "region": "MH"}


@pytest.fixture(autouse=True)
def seller(at_the_desk: Any) -> None:
    TaxSettings.objects.update_or_create(
        key="store",
        defaults={"origin_country": "IN", "origin_region": "KA", "tax_number": GSTIN},
    )


def sell(price_minor: int, on: date = date(2026, 4, 5), **more: Any) -> Document:
    with moved_to(start_of(on)):
        line = BasketLine(item(price_minor, more.pop("tax_class", "standard"), hsn="69120010"), 1)
        return invoice_of(line, **{"rates": STANDARD, "prices_include_tax": False, **more})


def sell_to_a_business(price_minor: int, **more: Any) -> Document:
    return sell(price_minor, **{"buyer_number": "29AAGCB7383J1Z4", **more})


def tables_of(period: Period) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(io.BytesIO(gstr1_file(period, kind=CSV).content)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


def returned(period: Period = APRIL) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gstr1_file(period, kind=JSON).content)
    return found


def test_every_document_is_in_its_section() -> None:
    business = sell_to_a_business(100_000)
    sell(10_000)
    sell(20_000)
    sell(30_000, address=PUNE, rates=ACROSS)
    large = sell(10_000_000, address=PUNE, rates=ACROSS)
    export = sell(50_000, rates={}, address={**INDIA, "country": "DE", "region": ""})
    sell(7_000, rates={}, tax_class="exempt")
    sell(1, on=date(2026, 5, 1))
    found = returned()
    assert (found["gstin"], found["fp"]) == (GSTIN, "042026")
    assert found["b2b"] == [
        {
            "ctin": "29AAGCB7383J1Z4",
            "inv": [
                {
                    "inum": business.number, "idt": "05-04-2026", "val": 1180.0, "pos": "29", "rchrg": "N", "inv_typ": "R",
                    "itms": [{"num": 1, "itm_det": {"rt": 18, "txval": 1000.0, "camt": 90.0, "samt": 90.0, "csamt": 0.0}}],
                }
            ],
        }
    ]  # fmt: skip
    assert found["b2cs"] == [
        {"sply_ty": "INTRA", "typ": "OE", "pos": "29", "rt": 18, "txval": 300.0, "camt": 27.0, "samt": 27.0, "csamt": 0.0},
        {"sply_ty": "INTER", "typ": "OE", "pos": "27", "rt": 18, "txval": 300.0, "iamt": 54.0, "csamt": 0.0},
    ]  # fmt: skip
    assert [(each["pos"], each["inv"][0]["inum"]) for each in found["b2cl"]] == [
        ("27", large.number)
    ]
    assert [(each["exp_typ"], each["inv"][0]["inum"]) for each in found["exp"]] == [
        ("WOPAY", export.number)
    ]
    assert found["nil"]["inv"] == [
        {"sply_ty": "INTRAB2C", "expt_amt": 70.0, "nil_amt": 0.0, "ngsup_amt": 0.0}
    ]
    (issued,) = found["doc_issue"]["doc_det"]
    (series,) = issued["docs"]
    assert (series["from"], series["to"], series["totnum"]) == ("26-27/00001", "26-27/00007", 7)
    assert [row["txval"] for row in found["hsn"]["hsn_b2b"]] == [1000.0]
    consumers = found["hsn"]["hsn_b2c"]
    assert sum(Decimal(str(row["txval"])) for row in consumers) == Decimal("101170")
    assert {row["uqc"] for row in consumers} == {"NOS"}


def test_what_bears_no_tax_is_listed_by_sums_alone() -> None:
    """The portal takes no document without items: rice for a business, in another state for 1,50,000.00, and given back."""
    rice: dict[str, Any] = {"rates": {}, "tax_class": "exempt"}
    business = sell_to_a_business(90_000, **rice)
    sell_to_a_business(15_000_000, address=PUNE, buyer_number="27AAPFU0939F1ZV", **rice)
    sell(15_000_000, address=PUNE, **rice)
    give_back(business, 40_000, date(2026, 4, 20))
    found = returned()
    assert not {"b2b", "b2cl", "cdnr", "cdnur"} & set(found)
    untaxed = {row["sply_ty"]: row["expt_amt"] for row in found["nil"]["inv"]}
    assert untaxed == {"INTRAB2B": 500.0, "INTRB2B": 150_000.0, "INTRB2C": 150_000.0}
    assert sum(row["txval"] for row in found["hsn"]["hsn_b2b"]) == 150_500.0
    assert [row["docs"][0]["totnum"] for row in found["doc_issue"]["doc_det"]] == [3, 1]
    table = tables_of(APRIL)["exemp.csv"]
    kinds = [(row["Description"], *list(row.values())[1:]) for row in table]
    assert kinds == [
        ("Inter-State supplies to registered persons", "0.0", "150000.0", "0.0"),
        ("Intra-State supplies to registered persons", "0.0", "500.0", "0.0"),
        ("Inter-State supplies to unregistered persons", "0.0", "150000.0", "0.0"),
        ("Intra-State supplies to unregistered persons", "0.0", "0.0", "0.0"),
    ]


def test_a_document_in_dollars_is_counted_among_the_issued() -> None:
    first = sell(10_000)
    with moved_to(start_of(date(2026, 4, 6))):
        mug = item(5_000, "standard", currency="USD")
        abroad = {**INDIA, "country": "US", "region": "CA"}
        dollars = invoice_of(BasketLine(mug, 1), rates={}, currency="USD", address=abroad)
    last = sell(10_000, on=date(2026, 4, 7))
    made = gstr1_file(APRIL, kind=JSON)
    assert made.left_out == [dollars.number]
    (issued,) = json.loads(made.content)["doc_issue"]["doc_det"]
    (series,) = issued["docs"]
    assert (series["from"], series["to"]) == (first.number, last.number)
    assert (series["totnum"], series["cancel"], series["net_issue"]) == (3, 0, 3)


def test_documents_with_a_line_without_a_code_are_named() -> None:
    """The portal asks for a code of each line."""
    sell(10_000)
    with moved_to(start_of(date(2026, 4, 6))):
        line = BasketLine(item(10_000, "standard"), 1)
        uncoded = invoice_of(line, rates=STANDARD, prices_include_tax=False)
    assert gstr1_file(APRIL, kind=JSON).without_code == [uncoded.number]


def test_a_gift_card_is_in_no_value_of_the_return() -> None:
    """Tea of 1,000.00 with 180.00 of tax, and a gift card of 500.00 on the same invoice."""
    tea, card = item(100_000, "standard", hsn="69120010"), item(50_000, "none")
    card = replace(card, is_gift_card=True, is_digital=True)
    with moved_to(start_of(date(2026, 4, 5))):
        document = invoice_of(
            BasketLine(tea, 1),
            BasketLine(card, 1),
            rates=STANDARD,
            prices_include_tax=False,
            buyer_number=GSTIN,
        )
    assert document.total_minor == 168_000
    assert returned()["b2b"][0]["inv"][0]["val"] == 1180.0
    assert [row["Invoice Value"] for row in tables_of(APRIL)["b2b.csv"]] == ["1180.0"]


def test_a_credit_note_to_a_business_is_in_cdnr() -> None:
    """1,000.00 at 18 % to Pune is 1,180.00 with IGST 180.00; half of it back is 590.00: value 500.00, IGST 90.00. In
    Karnataka 333.33 at 18 %: CGST and SGST 30.00 each (29.9997), 393.33 in all; 100.00 back holds CGST 7.63 and SGST
    7.63 (30.00 x 100 / 393.33 = 7.627), value 84.74."""
    across = sell_to_a_business(100_000, address=PUNE, rates=ACROSS, buyer_number="27AAPFU0939F1ZV")
    inside = sell_to_a_business(33_333)
    notes = [
        give_back(across, 59_000, date(2026, 4, 20)),
        give_back(inside, 10_000, date(2026, 5, 2)),
    ]
    april, may = returned(), returned(Period(2026, 5))
    assert [(row["ctin"], row["inv"][0]["val"]) for row in april["b2b"]] == [
        ("27AAPFU0939F1ZV", 1180.0),
        (GSTIN, 393.33),
    ]
    (row,) = april["cdnr"]
    assert row["ctin"] == "27AAPFU0939F1ZV"
    assert row["nt"] == [
        {
            "ntty": "C", "nt_num": notes[0].number, "nt_dt": "20-04-2026", "val": 590.0, "pos": "27", "rchrg": "N",
            "inv_typ": "R",
            "itms": [{"num": 1, "itm_det": {"rt": 18, "txval": 500.0, "iamt": 90.0, "csamt": 0.0}}],
        }
    ]  # fmt: skip
    (row,) = may["cdnr"]
    (item_,) = row["nt"][0]["itms"]
    assert item_["itm_det"] == {"rt": 18, "txval": 84.74, "camt": 7.63, "samt": 7.63, "csamt": 0.0}
    assert "b2b" not in may
    assert [each["txval"] for each in april["hsn"]["hsn_b2b"]] == [833.33]


def test_a_number_of_another_country_makes_no_business_of_gst() -> None:
    sell(
        10_000,
        buyer_number="DE136695976",
        address={**INDIA, "country": "DE", "region": ""},
        rates={},
    )
    found = returned()
    assert "b2b" not in found
    assert found["exp"][0]["exp_typ"] == "WOPAY"


def test_shipping_is_no_piece() -> None:
    sell(10_000, shipping_minor=4_900)
    rows = returned()["hsn"]["hsn_b2c"]
    assert sum(row["qty"] for row in rows) == 1
    assert sum(Decimal(str(row["txval"])) for row in rows) == Decimal("149")


def test_what_consumers_gave_back_lowers_their_sums() -> None:
    document = sell(10_000)
    note = Document.objects.get(pk=document.pk)
    note.pk = note.id = None
    note._state.adding = True
    note.kind, note.title, note.number = "credit_note", "credit_note", "CN/26-27/00001"
    note.invoice, note.cause, note.sequence = document, "refund:1", 99
    note.save(force_insert=True)
    found = returned()
    assert found["b2cs"][0]["txval"] == 0.0
    assert found["hsn"]["hsn_b2c"][0]["qty"] == 0
    assert [each["doc_num"] for each in found["doc_issue"]["doc_det"]] == [1, 5]


def test_the_tables_have_the_sums_of_the_return() -> None:
    sell(10_000)
    sell_to_a_business(20_000)
    assert gstr1_file(APRIL, kind=CSV).content == gstr1_file(APRIL, kind=CSV).content
    tables = tables_of(APRIL)
    (business,) = tables["b2b.csv"]
    assert business["Place Of Supply"] == "29-Karnataka"
    assert (business["Taxable Value"], business["Invoice date"]) == ("200.0", "05-Apr-2026")
    assert tables["b2cs.csv"][0]["Taxable Value"] == "100.0"
    assert tables["hsn_b2c.csv"][0]["Total Value"] == "118.0"
    book = gstr1_file(APRIL, kind=XLSX)
    assert book.name.endswith("-2026-04.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        names = re.findall('<sheet name="(\\w+)"', archive.read("xl/workbook.xml").decode())
        first = archive.read("xl/worksheets/sheet1.xml").decode()
    assert [f"{name}.csv" for name in names] == list(tables)
    assert "29-Karnataka" in first
    assert "<v>200</v>" in first


@pytest.mark.parametrize("typed", ["2026", "2026-13", "04-2026", "", "1999-01", "२०२६-०"])
def test_a_bad_period_is_one_sentence(typed: str) -> None:
    with pytest.raises(WrongPeriod, match="such as 2026-04"):
        read_period(typed)


def test_a_store_elsewhere_has_no_return() -> None:
    TaxSettings.objects.update(tax_number="")
    with pytest.raises(NotIndian):
        gstr1_file(APRIL, kind=JSON)


def test_staff_download_it(store: Any, client_for: Callable[..., Client]) -> None:
    client = client_for(store)
    client.force_login(make_user(store, Role.SUPPORT, is_staff=True))
    staff = rename_session(client, f"session_{store.slug}")
    page = staff.get("/admin/invoices/document/").content.decode()
    assert "/admin/invoices/document/gstr1/" in page
    answer = staff.get("/admin/invoices/document/gstr1/?period=2026-04&format=json")
    assert answer["Content-Disposition"].endswith('-2026-04.json"')
    refused = staff.get("/admin/invoices/document/gstr1/?period=soon", follow=True)
    assert "A period is a year and a month" in refused.content.decode()


def test_the_command_writes_a_file(store: Any, tmp_path: Path) -> None:
    sell(10_000)
    target = tmp_path / "return.json"
    call_command("export_gstr1", store.slug, "2026-04", output=target, verbosity=0)
    assert json.loads(target.read_bytes())["fp"] == "042026"
    with pytest.raises(CommandError, match="such as 2026-04"):
        call_command("export_gstr1", store.slug, "April", output=target, verbosity=0)
