"""Workbooks (XLSX) of other programs, read row by row: numbers and days stay what they are, texts stay texts.

A workbook is a ZIP file of XML, so a small one may unfold to any size: its parts are measured before they are parsed, and one
that declares a document type is refused.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from operator import is_
from typing import Any, Final

from django.utils.translation import gettext

from apps.common.csv_files import MOST_COLUMNS, NotATable

MOST_UNPACKED: Final = 60 * 1024 * 1024
_MOST_PARTS: Final = 500
_MOST_ROWS: Final = 1_048_576  # of a sheet
_MOST_WALKED: Final = 4 * _MOST_ROWS  # of all sheets, empty ones too
_PORTION: Final = 256 * 1024
_ZIP: Final = b"PK\x03\x04"
_OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"
_DOCTYPE: Final = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.IGNORECASE)
_ZEROS: Final = re.compile(r"0+")
_WITHOUT_LOSS: Final = 10**15  # a spreadsheet keeps so many digits of a number
_FIRST_DAY: Final = date(1899, 12, 30)
_DAYS: Final = range(20_000, 80_000)  # numbers of days from 1954 to 2119

Cell = str | Decimal | date


@dataclass(frozen=True)
class Sheet:
    """`rows`: the number of each row that has something in it, as the spreadsheet shows it, and its cells."""

    name: str
    rows: Iterator[tuple[int, Sequence[Cell]]]


def is_workbook(content: bytes) -> bool:
    """Whether it is to be read here: a workbook, also one that only a spreadsheet opens."""
    return content.startswith((_ZIP, _OLD_OR_LOCKED))


def read_sheets(content: bytes) -> Iterator[Sheet]:
    """The sheets that people see, one after the other. Raises `NotATable`, also after some rows."""
    if content.startswith(_OLD_OR_LOCKED):
        raise NotATable(
            gettext(
                "This workbook is of an old kind or has a password. Save it as XLSX without one, or as CSV."
            )
        )
    _measure(content)
    import openpyxl  # few processes read workbooks, and it loads in a third of a second

    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # a broken file of others fails in any way
        raise _broken() from error
    walked = count(1)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            yield Sheet(sheet.title, _rows_of(sheet, walked))


def as_text(cell: Cell) -> str:
    """As a person would type it. A number that the spreadsheet has rounded looks like one: `1.23E+17`."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        if abs(cell) >= _WITHOUT_LOSS:
            return f"{cell:.2E}"
        return f"{cell.normalize():f}"
    return cell.isoformat()


def as_day(cell: Cell) -> date | None:
    """The day of a cell that has one, also where it lost its format and shows a number. None for texts and others."""
    if isinstance(cell, Decimal):
        return _FIRST_DAY + timedelta(days=int(cell)) if int(cell) in _DAYS else None
    return None if isinstance(cell, str) else cell


def _rows_of(sheet: Any, walked: Iterator[int]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """A cell in the last row has a million empty rows before it: each costs one look, and those of all sheets are counted."""
    from openpyxl.cell.read_only import EMPTY_CELL

    blank, gap = (EMPTY_CELL,) * (MOST_COLUMNS + 1), None
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    try:
        rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=MOST_COLUMNS + 1)
        for number, row in enumerate(rows, 1):
            if next(walked) > _MOST_WALKED:
                raise _too_large()
            if row is gap or all(map(is_, row, blank)):
                gap = row
                continue
            cells = [_read(each) for each in row]
            while cells and cells[-1] == "":
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise NotATable(gettext("A row has more than %(most)s columns.") % {"most": MOST_COLUMNS})  # fmt: skip
            if cells:
                yield number, cells
    except NotATable:
        raise
    except Exception as error:  # a broken file of others fails in any way
        raise _broken() from error


def _read(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, bool | timedelta):
        return "" if value is None else str(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return str(value).replace("\0", "").strip()


def _number(value: float, shape: str) -> Cell:
    """`0000000000` shows zeros in front, which a waybill has."""
    number = Decimal(repr(value))
    if not number.is_finite():
        return str(value)
    is_padded = len(shape) > 1 and _ZEROS.fullmatch(shape)
    if is_padded and 0 <= number < _WITHOUT_LOSS and float(value).is_integer():
        return f"{int(number):0{len(shape)}d}"
    return number


def _measure(content: bytes) -> None:
    """Refuse what unfolds too far, before it is parsed."""
    unpacked = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            names = parts.infolist()
            if len(names) > _MOST_PARTS or sum(each.file_size for each in names) > MOST_UNPACKED:
                raise _too_large()
            for each in names:
                with parts.open(each) as part:
                    last = b""
                    while portion := part.read(_PORTION):
                        unpacked += len(portion)
                        if unpacked > MOST_UNPACKED:
                            raise _too_large()
                        if _DOCTYPE.search(last + portion):
                            raise _broken()
                        last = portion[-32:]
    except NotATable:
        raise
    except Exception as error:  # a broken or locked archive fails in any way
        raise _broken() from error


def _too_large() -> NotATable:
    return NotATable(gettext("The workbook is too large when it is unpacked. Save the table alone, or as CSV."))  # fmt: skip


def _broken() -> NotATable:
    return NotATable(gettext("This workbook can't be read. Save it again as XLSX, or as CSV."))
