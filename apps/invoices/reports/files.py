"""A return as a file."""

import json
from dataclasses import dataclass

from apps.invoices.reports.gstr1 import make_gstr1
from apps.invoices.reports.gstr1_tables import make_tables
from apps.invoices.reports.oss import make_oss, write_csv
from apps.invoices.reports.period import Period, Quarter
from apps.invoices.reports.supplies import read_supplies


@dataclass(frozen=True)
class ReturnFile:
    name: str
    content_type: str
    content: bytes
    left_out: list[str]


def gstr1_file(period: Period, *, is_json: bool) -> ReturnFile:
    """The return for the portal (JSON), or its tables (CSV files in a ZIP file). Raises `NotIndian`."""
    supplies = read_supplies(period)
    made = make_gstr1(supplies)
    name = f"gstr1-{supplies.gstin}-{period}"
    if is_json:
        content = json.dumps(made, ensure_ascii=False, indent=1).encode()
        return ReturnFile(f"{name}.json", "application/json", content, supplies.left_out)
    tables = make_tables(supplies, made)
    return ReturnFile(f"{name}.zip", "application/zip", tables, supplies.left_out)


def oss_file(quarter: Quarter) -> ReturnFile:
    """The sales to consumers in other member states, as a table. Raises `NotEuropean`."""
    made = make_oss(quarter)
    return ReturnFile(f"oss-{quarter}.csv", "text/csv", write_csv(made), made.left_out)
