"""Tables as workbooks (XLSX), written row by row: one row is in memory at a time, the rest in temporary files.

Text is text: nothing in it becomes a formula or a link, and where it looks like a formula (`csv_files.is_formula`) its cell
is marked as text, so that it stays text when the cell is edited.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Final

import xlsxwriter
from django.utils.timezone import is_aware, localtime

from apps.common.csv_files import is_formula

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_575  # of a sheet, below its heading
_MOST_CHARACTERS: Final = 32_767  # of a cell
_MOST_DIGITS: Final = 15  # that a spreadsheet keeps of a number
_MADE: Final = datetime(2000, 1, 1)  # the same table is the same file
_OPTIONS: Final = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}


def write_xlsx(file: BinaryIO, sheets: Mapping[str, Iterable[Iterable[Any]]]) -> None:
    """Each sheet by its name; the first row is its heading. Moments are in the time zone that is active.

    `file` is written at the end, as a whole. The caller keeps to `MOST_ROWS`.
    """
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"created": _MADE})
        formats = {
            "heading": book.add_format({"bold": True}),
            "text": book.add_format({"quote_prefix": True}),
            **{
                f"{places}": book.add_format({"num_format": f"0.{'0' * places}"})
                for places in (1, 2, 3)
            },
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for number, cells in enumerate(rows):
                heading = formats["heading"] if number == 0 else None
                for column, cell in enumerate(cells):
                    _write(sheet, number, column, cell, formats, heading)


def _write(
    sheet: Any, row: int, column: int, cell: Any, formats: Mapping[str, Any], heading: Any
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        local = localtime(cell).replace(tzinfo=None) if is_aware(cell) else cell
        sheet.write_datetime(row, column, local, formats["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    elif isinstance(cell, int | float | Decimal) and _is_exact(cell):
        sheet.write_number(row, column, cell, formats.get(_places(cell)))
    else:
        text = str(cell)[:_MOST_CHARACTERS]
        sheet.write_string(row, column, text, formats["text"] if is_formula(text) else heading)


def _places(number: float | Decimal) -> str:
    """How many decimals an amount is shown with."""
    exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
    return f"{-exponent}" if isinstance(exponent, int) else ""


def _is_exact(number: float | Decimal) -> bool:
    return len(f"{abs(number)}".replace(".", "").lstrip("0")) <= _MOST_DIGITS
