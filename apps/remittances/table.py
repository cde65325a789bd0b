"""Files of couriers about cash on delivery, read by the wordings of their headings: Delhivery, Blue Dart, Ecom Express, the
report of ClickPost, and what is worded alike.

The heading is the first of the upper rows that names a waybill and an amount. Days are written day first, as in India, or as
2026-11-30. Rows of sums are left out.
"""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Final

from django.utils.translation import gettext

from apps.common.amounts import read_amount
from apps.common.csv_files import NotATable, read_rows
from apps.common.errors import InvalidInput
from apps.common.money import to_minor
from apps.common.text import NotText, ascii_digits, clean_code, fold

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
    """The rows below the heading, numbered without empty lines. Raises `NotATable`, also after some rows."""
    places, rows = _find_heading(content)
    for number, cells in rows:
        if number > MOST_ROWS:
            raise NotATable(gettext("At most %(most)s rows.") % {"most": MOST_ROWS})
        given = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        if not _is_sum(given["waybill"], cells):
            yield _read_row(number, given, currency, language)


def _find_heading(content: bytes) -> tuple[dict[str, int], Iterator[tuple[int, list[str]]]]:
    """The columns, and the rows that follow. Lines above are cut off: the delimiter is that of the heading."""
    rest = _in_utf8(content)
    for skipped in range(_HEADING_WITHIN):
        rows = enumerate(read_rows(BytesIO(rest)), skipped + 1)
        _number, cells = next(rows, (0, []))
        names = [re.sub(r"[^a-z0-9]", "", fold(cell)) for cell in cells]
        places = {
            field: place
            for field, aliases in _ALIASES.items()
            if (place := _place_of(aliases, names)) is not None
        }
        if {"waybill", "amount"} <= places.keys():
            return places, rows
        _line, _end, rest = rest.partition(b"\n")
        if not rest:
            break
    raise NotATable(
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


def _read_row(number: int, given: Mapping[str, str], currency: str, language: str) -> Row:
    try:
        waybill = read_waybill(given["waybill"])
        amount = to_minor(read_amount(given["amount"], currency, language))
        reference = clean_code(given.get("reference", ""), most=80)
        day = _read_day(given.get("paid_on", ""))
    except InvalidInput as error:
        return Row(number, waybill=given["waybill"][:80], fault=str(error)[:300])
    return Row(number, waybill, amount, day, reference)


def read_waybill(text: str) -> str:
    """In capitals, without the zeros of a spreadsheet. Raises `InvalidInput`."""
    try:
        code = clean_code(text, most=80).upper()
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
