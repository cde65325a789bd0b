"""A return as a file."""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from apps.common.csv_files import write_rows
from apps.common.xlsx_files import CONTENT_TYPE, write_xlsx
from apps.invoices.reports.gstr1 import make_gstr1
from apps.invoices.reports.gstr1_tables import make_tables, zip_tables
from apps.invoices.reports.oss import make_oss, make_table
from apps.invoices.reports.period import Period, Quarter
from apps.invoices.reports.supplies import read_supplies

CSV: Final = "csv"
JSON: Final = "json"
XLSX: Final = "xlsx"


@dataclass(frozen=True)
class ReturnFile:
    """`left_out` are numbers of documents that are not in it, `without_code` of those with a line that has no HSN or SAC code."""

    name: str
    content_type: str
    content: bytes
    left_out: list[str]
    without_code: list[str] = field(default_factory=list)


def gstr1_file(period: Period, *, kind: str) -> ReturnFile:
    """Its tables, as `CSV` files in a ZIP file or one `XLSX` workbook, or else the return for the portal (`JSON`).

    Raises `NotIndian`.
    """
    supplies = read_supplies(period)
    made = make_gstr1(supplies)
    name, lacking = f"gstr1-{supplies.gstin}-{period}", (supplies.left_out, supplies.without_code)
    if kind not in (CSV, XLSX):
        content = json.dumps(made, ensure_ascii=False, indent=1).encode()
        return ReturnFile(f"{name}.json", "application/json", content, *lacking)
    tables = make_tables(supplies, made)
    if kind == XLSX:
        return ReturnFile(f"{name}.xlsx", CONTENT_TYPE, _workbook(tables), *lacking)
    return ReturnFile(f"{name}.zip", "application/zip", zip_tables(tables), *lacking)


def oss_file(quarter: Quarter, *, kind: str = CSV) -> ReturnFile:
    """The sales to consumers in other member states, as a table (`CSV` or `XLSX`). Raises `NotEuropean`."""
    made = make_oss(quarter)
    table, name = make_table(made), f"oss-{quarter}"
    if kind == XLSX:
        content = _workbook({name: table})
        return ReturnFile(f"{name}.xlsx", CONTENT_TYPE, content, made.left_out)
    return ReturnFile(f"{name}.csv", "text/csv", write_rows(table), made.left_out)


def _workbook(sheets: Mapping[str, Iterable[Iterable[Any]]]) -> bytes:
    buffer = io.BytesIO()
    write_xlsx(buffer, sheets)
    return buffer.getvalue()
