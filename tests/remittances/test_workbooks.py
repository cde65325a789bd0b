"""Files of couriers as workbooks: numbers, days and long waybills are read as what they are, and no file unfolds to any size."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import Role
from apps.common import xlsx_tables
from apps.common.csv_files import NotATable
from apps.remittances.models import Remittance
from apps.remittances.table import read_remittance
from tests.remittances.files import LIST, delivered, signed_in
from tests.support.acting import seeing_all

DAY = date(2026, 11, 28)
HEADING = ("AWB Number", "COD Amount", "Remittance Date", "UTR")


def book_of(*rows: Sequence[Any], shapes: dict[str, str] | None = None) -> bytes:
    """A workbook with a summary first, a hidden sheet, and the table under a title."""
    book = openpyxl.Workbook()
    book.active.append(["Summary", "Amount"])  # type: ignore[union-attr]
    hidden = book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    hidden.append(HEADING)
    hidden.append(("OLD", 1, DAY, "X"))
    sheet = book.create_sheet("COD")
    for row in (["COD remittance report"], [], HEADING, *rows):
        sheet.append(list(row))
    for place, shape in (shapes or {}).items():
        sheet[place].number_format = shape
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return zipped({name: file.read(name).replace(old, new) for name in file.namelist()})


@pytest.mark.parametrize(("currency", "language"), [("INR", "en-IN"), ("EUR", "de")])
def test_cells_are_read_as_what_they_are(currency: str, language: str) -> None:
    content = book_of(
        (1490000001.0, 947, datetime(2026, 11, 28, 18, 30), "UTIB1"),
        ("00149000000012345678", 1499.9999999998, "28-11-2026", 8241453),
        (77, 0.1 + 0.2, 46354, None),
        (),
        ("", None, None, None),
        (12345678901234567, 5, DAY, "U"),
        ("A6", 1.005, DAY, "U"),
        ("A7", "a lot", DAY, "U"),
        ("A8", 5, time(8, 30), "U"),
        ("Total", 947.5, None, None),
        shapes={"A6": "000000000000", "C6": "General"},
    )
    rows = list(read_remittance(content, currency=currency, language=language))
    assert [
        (row.number, row.waybill, row.amount_minor, row.paid_on, row.reference) for row in rows[:3]
    ] == [
        (4, "1490000001", 94700, DAY, "UTIB1"),
        (5, "00149000000012345678", 150000, DAY, "8241453"),
        (6, "000000000077", 30, DAY, ""),
    ]
    faults = {row.number: row.fault for row in rows if row.fault}
    assert list(faults) == [9, 10, 11, 12]
    assert "rounded" in faults[9]
    assert "decimals" in faults[10]
    assert "is not a day" in faults[12]


def test_what_is_no_workbook_or_unfolds_too_far_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = book_of(("A1", 5, DAY, "U"))
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    for content, words in (
        (b"PK\x03\x04 and then nothing", "can't be read"),
        (good[: len(good) // 2], "can't be read"),
        (zipped({"word/document.xml": b"<x/>"}), "can't be read"),
        (zipped({"xl/workbook.xml": entity + b"<x/>"}), "can't be read"),
        (replaced(good, b"<sheetData>", b"<sheetData><row"), "can't be read"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "password"),
        (zipped({"xl/bomb.xml": b" " * (xlsx_tables.MOST_UNPACKED + 1)}), "too large"),
        (zipped({f"{number}.xml": b"" for number in range(501)}), "too large"),
        (book_of(tuple(range(102))), "more than 100 columns"),
        (replaced(good, b"AWB Number", b"Parcel"), "No row names the columns"),
    ):
        with pytest.raises(NotATable) as refused:
            list(read_remittance(content, currency="INR", language="en-IN"))
        assert words in str(refused.value), words
    monkeypatch.setattr("apps.remittances.table.MOST_ROWS", 2)
    with pytest.raises(NotATable, match="At most 2 rows"):
        list(read_remittance(book_of(*[("A", 1, DAY, "")] * 3), currency="INR", language="en"))


def test_numbers_of_any_size_are_faults_of_their_rows() -> None:
    content = book_of(
        ("A1", 1e26, DAY, "U"), ("A2", 1e30, DAY, "U"), ("A3", -1e300, DAY, "U"), (1e30, 5, DAY, "U"), ("A5", 5, DAY, 1e30)
    )  # fmt: skip
    rows = list(read_remittance(content, currency="INR", language="en-IN"))
    assert ["too large" in row.fault for row in rows] == [True, True, True, False, False]
    assert "rounded" in rows[3].fault
    assert (rows[4].amount_minor, rows[4].reference) == (500, "1.00E+30")


def test_empty_rows_cost_little_and_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []
    real = xlsx_tables._read
    monkeypatch.setattr(xlsx_tables, "_read", lambda cell: (read.append(cell), real(cell))[1])
    content = replaced(book_of(("A1", 5, DAY, "U")), b'r="4"', b'r="9000"')
    content = replaced(
        content, b"</sheetData>", b'<row r="9001"/>' + b"<row/>" * 50 + b"</sheetData>"
    )
    assert [row.number for row in read_remittance(content, currency="INR", language="en")] == [9000]
    assert len(read) < 20 * xlsx_tables.MOST_COLUMNS
    monkeypatch.setattr(xlsx_tables, "_MOST_WALKED", 5_000)
    with pytest.raises(NotATable, match="too large"):
        list(read_remittance(content, currency="INR", language="en"))


@pytest.mark.django_db
def test_a_workbook_is_looked_at_before_it_is_booked(
    store: Any, client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        delivered("1490000001"), delivered("A2")
    staff = signed_in(store, client_for, Role.MANAGER)
    content = book_of((1490000001, 500, DAY, "U1"), ("A2", 450, DAY, "U1"))
    sent = {"file": SimpleUploadedFile("cod.xlsx", content), "courier": "Delhivery"}
    page = staff.post(f"{LIST}upload/", sent)["Location"]
    shown = staff.get(page).content.decode()
    for words in ("As collected", "Too little", "cod.xlsx"):
        assert words in shown, words
    broken = {"file": SimpleUploadedFile("x.xlsx", content[:900]), "courier": "Delhivery"}
    answer = staff.post(f"{LIST}upload/", broken, follow=True)
    assert "be read. Save it again" in answer.content.decode()
    with seeing_all(store):
        assert Remittance.objects.get().line_count == 2
