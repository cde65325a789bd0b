"""Files of couriers about cash on delivery, CSV or workbooks, read by the wordings of their headings: Delhivery, Blue Dart, Ecom Express, the
report of ClickPost, and what is worded alike.

The heading is the first of the upper rows that names a waybill and an amount. Days are written day first, as in India, or as
2026-11-30. Rows of sums are left out.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Final

from django.utils.translation import gettext

from apps.common.amounts import read_amount
from apps.common.csv_files import NotATable, read_rows
from apps.common.currencies import decimals_of
from apps.common.errors import InvalidInput
from apps.common.money import require_amount, to_minor
from apps.common.text import NotText, ascii_digits, clean_code, fold
from apps.common.xlsx_tables import Cell, as_day, as_text, is_workbook, read_sheets

MOST_ROWS: Final = 20_000
_HEADING_WITHIN: Final = 20
# The first name that a file has counts: what was handed over before what was collected.
_ALIASES: Final[Mapping[str, Sequence[str]]] = {
    "waybill": (
        "awb", "awbno", "awbnumber", "awbnum", "waybill", "waybillno", "waybillnumber", "waybillnum", "airwaybill",
        "airwaybillno", "airwaybillnumber", "trackingnumber", "trackingno", "trackingid", "consignmentno", "consignmentnumber",
        "docketno", "docketnumber", "lrn", "shipmentid",
    ),
    "amount": (
        "codremittedamount", "codamountremitted", "remittedamount", "amountremitted", "remittanceamount", "codremitted",
        "remitted", "amountpaid", "paidamount", "codcollected", "collectedamount", "codcollectedamount", "codamount", "codamt", "codvalue",
        "collectablevalue", "collectibleamount", "collectableamount", "amount", "amountinr", "amountrs", "amt", "netamount", "netpayable",
    ),
    "paid_on": (
        "remittancedate", "remitteddate", "dateofremittance", "remittedon", "paymentdate", "paidon", "paiddate", "utrdate", "transactiondate",
        "depositdate", "settlementdate", "date",
    ),
    "reference": (
        "utr", "utrno", "utrnumber", "utrreference", "bankreference", "bankreferenceno", "banktransactionid", "bankrefno", "neftutr",
        "transactionid", "transactionreference", "paymentreference", "paymentid", "chequeno", "crfid", "remittanceid", "remittanceno",
        "remittancenumber", "referenceutr", "reference",
    ),
}  # fmt: skip
_NOISE: Final = Decimal("0.000001")
_ROUNDABLE: Final = 10**15  # far more than an amount, and within the digits of `decimal`
_ROUNDED: Final = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
_WITH_ZEROS: Final = re.compile(r"(\d+)\.0+")
_DAYS: Final = ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d/%b/%Y", "%d-%b-%y", "%d %B %Y", "%d-%m-%y", "%d/%m/%y", "%Y/%m/%d")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A row of the file; `fault` says why it can't be counted."""

    number: int
    waybill: str = ""
    amount_minor: int = 0
    paid_on: date | None = None
    reference: str = ""
    fault: str = ""


def read_remittance(content: bytes, *, currency: str, language: str) -> Iterator[Row]:
    """The rows below the heading. Those of a CSV file are numbered without empty lines, those of a workbook as it shows
    them. Raises `NotATable`, also after some rows."""
    if not content.strip():
        raise NotATable(gettext("The file is empty."))
    places, rows = _heading_of_workbook(content) if is_workbook(content) else _heading_of(content)
    for count, (number, cells) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise NotATable(gettext("At most %(most)s rows.") % {"most": MOST_ROWS})
        given = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        if not _is_sum(as_text(given["waybill"]), [as_text(cell) for cell in cells]):
            yield _read_row(number, given, currency, language)


_Rows = Iterator[tuple[int, Sequence[Cell]]]


def _heading_of(content: bytes) -> tuple[dict[str, int], _Rows]:
    """The columns, and the rows that follow. Lines above are cut off: the delimiter is that of the heading."""
    rest = _in_utf8(content)
    for skipped in range(_HEADING_WITHIN):
        rows = enumerate(read_rows(BytesIO(rest)), skipped + 1)
        _number, cells = next(rows, (0, []))
        if places := _places_in(cells):
            return places, rows
        _line, _end, rest = rest.partition(b"\n")
        if not rest:
            break
    raise _without_heading()


def _heading_of_workbook(content: bytes) -> tuple[dict[str, int], _Rows]:
    """The same of the first sheet that has such a row."""
    for sheet in read_sheets(content):
        for _number, cells in islice(sheet.rows, _HEADING_WITHIN):
            if places := _places_in([as_text(cell) for cell in cells]):
                return places, sheet.rows
    raise _without_heading()


def _places_in(cells: Sequence[str]) -> dict[str, int]:
    """The columns of a heading; empty for another row."""
    names = [re.sub(r"[^a-z0-9]", "", fold(cell)) for cell in cells]
    places = {
        field: place
        for field, aliases in _ALIASES.items()
        if (place := _place_of(aliases, names)) is not None
    }
    return places if {"waybill", "amount"} <= places.keys() else {}


def _without_heading() -> NotATable:
    return NotATable(
        gettext(
            "No row names the columns. A file needs a column for the AWB number and one for the amount."
        )
    )


def _in_utf8(content: bytes) -> bytes:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace").encode()
    return content


def _place_of(aliases: Sequence[str], names: Sequence[str]) -> int | None:
    return next((names.index(alias) for alias in aliases if alias in names), None)


def _is_sum(waybill: str, cells: Sequence[str]) -> bool:
    """A row without a number, and one that says so."""
    first = next((fold(cell) for cell in cells if cell), "")
    is_sum = "total" in first or first.startswith("sum")
    return is_sum and (not waybill or fold(waybill) == first)


def _read_row(number: int, given: Mapping[str, Cell], currency: str, language: str) -> Row:
    waybill = as_text(given["waybill"])
    try:
        return Row(
            number,
            read_waybill(waybill),
            _amount_of(given["amount"], currency, language),
            _day_of(given.get("paid_on", "")),
            clean_code(as_text(given.get("reference", "")), most=80),
        )
    except InvalidInput as error:
        return Row(number, waybill=waybill[:80], fault=str(error)[:300])


def _amount_of(cell: Cell, currency: str, language: str) -> int:
    """A number of a workbook is binary: 1499.9999999999998 is 1500."""
    if not isinstance(cell, Decimal):
        minor = to_minor(read_amount(as_text(cell), currency, language))
    else:
        exact = cell
        if abs(cell) < _ROUNDABLE:
            rounded = round(cell, decimals_of(currency))
            exact = rounded if abs(rounded - cell) < _NOISE else cell
        minor = to_minor(require_amount(exact, currency))
    if minor < 0:
        raise InvalidInput(gettext("The amount is below zero: a courier hands over no such cash."))
    return minor


def _day_of(cell: Cell) -> date | None:
    day = as_day(cell)
    return day if day is not None else _read_day(as_text(cell))


def read_waybill(text: str) -> str:
    """In capitals, without the zeros of a spreadsheet. Raises `InvalidInput`."""
    try:
        code = clean_code(clean_code(text, most=80).upper(), most=80)  # ß is SS then
    except NotText as error:
        raise InvalidInput(str(error)) from error
    if not code:
        raise InvalidInput(gettext("The AWB number is missing."))
    if _ROUNDED.fullmatch(code):
        raise InvalidInput(
            gettext(
                "A spreadsheet has rounded “%(text)s”. Keep the column as text, and save it again."
            )
            % {"text": code[:40]}
        )
    plain = _WITH_ZEROS.fullmatch(code)
    return plain[1] if plain else code


def _read_day(text: str) -> date | None:
    """Day first; a time behind it is left out. Raises `InvalidInput`."""
    typed = " ".join(ascii_digits(text).split())
    if not typed:
        return None
    day = re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", typed)
    try:
        return date.fromisoformat(day)
    except ValueError:
        pass
    for shape in _DAYS:
        try:
            return datetime.strptime(day, shape).date()
        except ValueError:
            continue
    raise InvalidInput(
        gettext("“%(text)s” is not a day, such as 30-11-2026.") % {"text": typed[:40]}
    )
