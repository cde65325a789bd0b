"""The OSS return of a quarter, computed by hand: consumers of other member states alone; what goes back later corrects."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.roles import Role
from apps.common.clock import moved_to, start_of
from apps.invoices.errors import NotEuropean, WrongQuarter
from apps.invoices.models import Document
from apps.invoices.reports.files import XLSX, oss_file
from apps.invoices.reports.oss import make_oss
from apps.invoices.reports.period import Quarter, read_quarter
from apps.pricing.models import TaxSettings
from apps.pricing.rules import AppliedRate
from apps.pricing.services import BasketLine
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.invoices.shop import give_back, invoice_of, item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_desk")]
SPRING, SUMMER = Quarter(2026, 2), Quarter(2026, 3)


@pytest.fixture(autouse=True)
def seller(at_the_desk: Any) -> None:
    TaxSettings.objects.update_or_create(
        key="store", defaults={"origin_country": "DE", "tax_number": "DE136695976"}
    )


def sell(price_minor: int, country: str, percent: str, **more: Any) -> Document:
    rate = {"standard": AppliedRate("VAT", Decimal(percent))} if percent else {}
    with moved_to(start_of(more.pop("on", date(2026, 4, 5)))):
        line = BasketLine(item(price_minor, "standard", **more.pop("item", {})), 1)
        return invoice_of(
            line,
            rates=rate,
            prices_include_tax=False,
            address={"name": "Eva Gruber", "country": country},
            **more,
        )


def rows(quarter: Quarter = SPRING) -> list[tuple[str, str, str, int, int]]:
    return [
        (row.country, row.supply, row.percent, row.sums.net_minor, row.sums.tax_minor)
        for row in make_oss(quarter).rows
    ]


def test_sales_are_by_state_kind_and_rate() -> None:
    sell(10_000, "AT", "20", shipping_minor=500)  # 100.00 and 5.00: VAT 21.00
    sell(5_000, "AT", "20", on=date(2026, 6, 30))  # the quarter's last day: VAT 10.00
    sell(3_000, "AT", "20", item={"is_digital": True})  # a download: VAT 6.00
    sell(2_000, "AT", "10")  # VAT 2.00
    sell(20_000, "FR", "5.5")  # VAT 11.00
    sell(10_000, "DE", "19")  # at home
    sell(10_000, "CH", "8.1")  # outside the EU
    sell(10_000, "AT", "", buyer_number="ATU13585627", treatment="reverse")
    sell(10_000, "AT", "20", on=date(2026, 7, 1))
    assert rows() == [
        ("AT", "goods", "20", 15_500, 3_100),
        ("AT", "goods", "10", 2_000, 200),
        ("AT", "services", "20", 3_000, 600),
        ("FR", "goods", "5.5", 20_000, 1_100),
    ]
    assert make_oss(SPRING).tax_minor == 5_000


def test_what_goes_back_lowers_its_quarter_or_corrects_it_later() -> None:
    """120.00 with 20.00 of VAT: 60.00 back in June (VAT 10.00), 30.00 in July (VAT 5.00, a correction of spring)."""
    invoice = sell(10_000, "AT", "20")
    other = sell(10_000, "AT", "20")
    give_back(invoice, 6_000, date(2026, 6, 1))
    give_back(other, 3_000, date(2026, 7, 1))
    assert rows() == [("AT", "goods", "20", 15_000, 3_000)]
    later = make_oss(SUMMER)
    assert later.rows == []
    assert [(each.country, each.quarter, each.tax_minor) for each in later.corrections] == [
        ("AT", SPRING, -500)
    ]
    assert later.tax_minor == -500
    table = list(csv.DictReader(io.StringIO(oss_file(SUMMER).content.decode())))
    assert [(row["Section"], row["VAT"], row["Corrected period"]) for row in table] == [
        ("correction", "-5.00", "2026-Q2")
    ]


def test_the_table_has_rates_as_the_portal_asks_for_them() -> None:
    sell(10_000, "AT", "20")
    sell(10_000, "AT", "10", currency="INR")
    foreign = sell(10_000, "AT", "20", currency="EUR", item={"currency": "EUR"})
    made = oss_file(SPRING)
    assert made.left_out == [foreign.number]
    table = list(csv.reader(io.StringIO(made.content.decode())))[1:]
    assert table == [
        ["supplies", "AT", "goods", "standard", "20", "100.00", "20.00", "INR", ""],
        ["supplies", "AT", "goods", "reduced", "10", "100.00", "10.00", "INR", ""],
    ]
    book = oss_file(SPRING, kind=XLSX)
    assert book.name == "oss-2026-Q2.xlsx"
    with zipfile.ZipFile(io.BytesIO(book.content)) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").decode().count("<v>100.00</v>") == 2


@pytest.mark.parametrize("typed", ["2026", "2026-Q5", "Q4 2026", "", "1999-Q1", "2026-04"])
def test_a_bad_quarter_is_one_sentence(typed: str) -> None:
    with pytest.raises(WrongQuarter, match="such as 2026-Q4"):
        read_quarter(typed)


def test_a_store_outside_the_eu_has_no_return() -> None:
    TaxSettings.objects.update(origin_country="IN")
    with pytest.raises(NotEuropean):
        make_oss(SPRING)


def test_staff_see_and_download_it(
    store: Any, client_for: Callable[..., Client], tmp_path: Path
) -> None:
    sell(10_000, "AT", "20")
    client = client_for(store)
    client.force_login(make_user(store, Role.SUPPORT, is_staff=True))
    staff = rename_session(client, f"session_{store.slug}")
    assert (
        "/admin/invoices/document/oss/" in staff.get("/admin/invoices/document/").content.decode()
    )
    page = staff.get("/admin/invoices/document/oss/?quarter=2026-Q2").content.decode()
    assert "Austria" in page
    assert "20% (standard)" in page
    answer = staff.get("/admin/invoices/document/oss/?quarter=2026-q2&format=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="oss-2026-Q2.csv"'
    refused = staff.get("/admin/invoices/document/oss/?quarter=soon", follow=True)
    assert "A quarter is a year and a number" in refused.content.decode()
    target = tmp_path / "oss.csv"
    call_command("export_oss", store.slug, "2026-Q2", output=target, verbosity=0)
    assert target.read_bytes() == answer.content
    with pytest.raises(CommandError, match="such as 2026-Q4"):
        call_command("export_oss", store.slug, "spring", output=target, verbosity=0)
