"""GSTR-1 as tables with the headings of the offline tool's sheets: CSV files in one ZIP file, or a workbook."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from apps.common.addresses import region_name
from apps.common.csv_files import write_rows
from apps.invoices.reports.gstr1 import number, rate
from apps.invoices.reports.supplies import Section, Supplies, Supply
from apps.invoices.snapshot import ABROAD, INDIA
from apps.pricing.special_buyers import SpecialSupply

_RATE: Final = ("Rate", "Taxable Value", "Cess Amount")
_SAME_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the same return is the same file

Table = list[list[Any]]


def make_tables(supplies: Supplies, json: dict[str, Any]) -> dict[str, Table]:
    """By the names of the sheets. `json` is the return as `make_gstr1` made it: sums are taken from there."""
    rows = supplies.rows
    return {
        "b2b": _documents(rows, Section.B2B, _B2B, _business),
        "b2cl": _documents(rows, Section.B2CL, _B2CL, _large),
        "b2cs": [list(_B2CS), *map(_consumer, json.get("b2cs", []))],
        "exp": _documents(rows, Section.EXPORT, _EXPORTS, _export),
        "cdnr": _documents(rows, Section.CREDIT_REGISTERED, _CDNR, _credit),
        "cdnur": _documents(rows, Section.CREDIT_UNREGISTERED, _CDNUR, _other_credit),
        "exemp": [list(_EXEMPT), *_untaxed(json.get("nil", {}).get("inv", []))],
        "hsn_b2b": [list(_HSN), *map(_hsn, json.get("hsn", {}).get("hsn_b2b", []))],
        "hsn_b2c": [list(_HSN), *map(_hsn, json.get("hsn", {}).get("hsn_b2c", []))],
        "docs": [list(_DOCS), *_issued(json)],
    }


def zip_tables(tables: Mapping[str, Table]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", _SAME_TIME), write_rows(table))
    return buffer.getvalue()


_B2B: Final = (
    "GSTIN/UIN of Recipient", "Receiver Name", "Invoice Number", "Invoice date", "Invoice Value", "Place Of Supply",
    "Reverse Charge", "Applicable % of Tax Rate", "Invoice Type", "E-Commerce GSTIN", *_RATE,
)  # fmt: skip
_B2CL: Final = (
    "Invoice Number", "Invoice date", "Invoice Value", "Place Of Supply", "Applicable % of Tax Rate", *_RATE,
    "E-Commerce GSTIN",
)  # fmt: skip
_B2CS: Final = ("Type", "Place Of Supply", "Applicable % of Tax Rate", *_RATE, "E-Commerce GSTIN")
_EXPORTS: Final = (
    "Export Type", "Invoice Number", "Invoice date", "Invoice Value", "Port Code", "Shipping Bill Number",
    "Shipping Bill Date", *_RATE,
)  # fmt: skip
_CDNR: Final = (
    "GSTIN/UIN of Recipient", "Receiver Name", "Note Number", "Note Date", "Note Type", "Place Of Supply",
    "Reverse Charge", "Note Supply Type", "Note Value", "Applicable % of Tax Rate", *_RATE,
)  # fmt: skip
_CDNUR: Final = (
    "UR Type", "Note Number", "Note Date", "Note Type", "Place Of Supply", "Note Value", "Applicable % of Tax Rate", *_RATE,
)  # fmt: skip
_EXEMPT: Final = (
    "Description", "Nil Rated Supplies", "Exempted(other than nil rated/non GST supply)", "Non-GST Supplies",
)  # fmt: skip
_UNTAXED: Final = {
    "INTRB2B": "Inter-State supplies to registered persons",
    "INTRAB2B": "Intra-State supplies to registered persons",
    "INTRB2C": "Inter-State supplies to unregistered persons",
    "INTRAB2C": "Intra-State supplies to unregistered persons",
}
_HSN: Final = (
    "HSN", "Description", "UQC", "Total Quantity", "Total Value", "Rate", "Taxable Value", "Integrated Tax Amount",
    "Central Tax Amount", "State/UT Tax Amount", "Cess Amount",
)  # fmt: skip
_DOCS: Final = ("Nature of Document", "Sr. No. From", "Sr. No. To", "Total Number", "Cancelled")


def _documents(
    rows: Iterable[Supply], section: Section, heads: Iterable[str], present: Any
) -> Table:
    """A row for each document and rate."""
    return [
        list(heads),
        *(
            present(row, [rate(percent), number(amounts.value), 0])
            for row in rows
            if row.section == section
            for percent, amounts in row.by_rate().items()
        ),
    ]


def _type_of(row: Supply) -> str:
    if row.special == SpecialSupply.ZONE:
        paid = "with" if row.is_taxed_export else "without"
        return f"SEZ supplies {paid} payment"
    return "Deemed Exp" if row.special == SpecialSupply.DEEMED else "Regular B2B"


def _business(row: Supply, rates: list[Any]) -> list[Any]:
    name = row.document.data["buyer"]["name"]
    return [
        row.buyer_number,
        name,
        *_head(row),
        _place(row.place),
        "N",
        "",
        _type_of(row),
        "",
        *rates,
    ]


def _large(row: Supply, rates: list[Any]) -> list[Any]:
    return [*_head(row), _place(row.place), "", *rates, ""]


def _consumer(row: dict[str, Any]) -> list[Any]:
    return ["OE", _place(row["pos"]), "", row["rt"], row["txval"], row["csamt"], ""]


def _export(row: Supply, rates: list[Any]) -> list[Any]:
    return ["WPAY" if row.is_taxed_export else "WOPAY", *_head(row), "", "", "", *rates]


def _credit(row: Supply, rates: list[Any]) -> list[Any]:
    name, (note, issued, value) = row.document.data["buyer"]["name"], _head(row)
    place = _place(row.place)
    return [row.buyer_number, name, note, issued, "C", place, "N", _type_of(row), value, "", *rates]


def _other_credit(row: Supply, rates: list[Any]) -> list[Any]:
    note, issued, value = _head(row)
    is_export, export = row.place == ABROAD, "EXPWP" if row.is_taxed_export else "EXPWOP"
    place = "" if is_export else _place(row.place)
    return [export if is_export else "B2CL", note, issued, "C", place, value, "", *rates]


def _untaxed(rows: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """A row for each kind, as on the sheet, also of one without supplies."""
    found = {row["sply_ty"]: row for row in rows}
    for kind, description in _UNTAXED.items():
        row = found.get(kind, {})
        yield [description, *(row.get(name, 0.0) for name in ("nil_amt", "expt_amt", "ngsup_amt"))]


def _hsn(row: dict[str, Any]) -> list[Any]:
    names = ("txval", "iamt", "camt", "samt", "csamt")
    amounts = [row[name] for name in names]
    total = sum(Decimal(str(each)) for each in amounts)
    return [row["hsn_sc"], row["desc"], row["uqc"], row["qty"], total, row["rt"], *amounts]


def _issued(json: dict[str, Any]) -> Iterator[list[Any]]:
    for kind in json.get("doc_issue", {}).get("doc_det", []):
        for row in kind["docs"]:
            yield [kind["doc_typ"], row["from"], row["to"], row["totnum"], row["cancel"]]


def _head(row: Supply) -> list[Any]:
    document = row.document
    return [document.number, _day(document.issued_on), number(row.total_minor)]


def _day(value: date) -> str:
    """`05-Apr-2026`, in English whatever the machine's language is."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{value.day:02}-{months[value.month - 1]}-{value.year}"


def _place(code: str) -> str:
    return f"{code}-{region_name(INDIA, code)}"
