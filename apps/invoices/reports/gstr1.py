"""GSTR-1, the monthly return of outward supplies, as JSON in the form of GSTN's offline tool.

Sections: B2B, B2CL, B2CS, exports, credit notes (CDNR, CDNUR), nil-rated and exempt supplies, HSN summary in the two parts that
are wanted since May 2025, documents issued (mandatory since then, with the first and last number of each series).
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from apps.common.money import from_minor
from apps.invoices.kinds import DocumentKind
from apps.invoices.models import Document
from apps.invoices.reports.supplies import RUPEE, Amounts, Section, Supplies, Supply
from apps.invoices.snapshot import ABROAD
from apps.pricing.special_buyers import SpecialSupply

_PIECES, _NO_UNIT = "NOS", "NA"
_MOST_DESCRIPTION: Final = 30
# Numbers of kinds in table 13.
_DOCUMENT_KINDS: Final = {
    DocumentKind.INVOICE: (1, "Invoices for outward supply"),
    DocumentKind.CREDIT_NOTE: (5, "Credit Note"),
}


def make_gstr1(supplies: Supplies) -> dict[str, Any]:
    """Empty sections are left out."""
    rows, period = supplies.rows, supplies.period
    found = {
        "gstin": supplies.gstin,
        "fp": f"{period.month:02}{period.year}",
        "b2b": _by_buyer(_of(rows, Section.B2B), "inv", _invoice),
        "b2cl": _by_place(_of(rows, Section.B2CL)),
        "b2cs": _consumers(_of(rows, Section.B2CS)),
        "exp": _exports(_of(rows, Section.EXPORT)),
        "cdnr": _by_buyer(_of(rows, Section.CREDIT_REGISTERED), "nt", _note),
        "cdnur": [_unregistered_note(row) for row in _of(rows, Section.CREDIT_UNREGISTERED)],
        "nil": {"inv": _untaxed(rows)},
        "hsn": {
            "hsn_b2b": _hsn(row for row in rows if row.is_to_business),
            "hsn_b2c": _hsn(row for row in rows if not row.is_to_business),
        },
        "doc_issue": {"doc_det": _issued(supplies)},
    }
    return {name: value for name, value in found.items() if _is_there(value)}


def number(minor: int) -> float:
    """Rupees as a JSON number with two decimals."""
    return float(from_minor(minor, RUPEE).amount)


def rate(percent: str) -> float | int:
    value = float(Decimal(percent))
    return int(value) if value.is_integer() else value


def day(value: date) -> str:
    return value.strftime("%d-%m-%Y")


def _is_there(value: Any) -> bool:
    return any(map(bool, value.values())) if isinstance(value, dict) else bool(value)


def _of(rows: Iterable[Supply], section: Section) -> list[Supply]:
    """A document without a line that is taxed or zero-rated is in `nil` and `hsn` alone: the portal takes none without items."""
    return [row for row in rows if row.section == section and row.is_supply and row.by_rate()]


def _taxes(amounts: Amounts, *, is_inter: bool) -> dict[str, float]:
    taxes = {"txval": number(amounts.value)}
    if is_inter:
        taxes["iamt"] = number(amounts.integrated)
    else:
        taxes |= {"camt": number(amounts.central), "samt": number(amounts.state)}
    return {**taxes, "csamt": 0.0}


def _items(row: Supply) -> list[dict[str, Any]]:
    return [
        {"num": place, "itm_det": {"rt": rate(percent), **_taxes(amounts, is_inter=row.is_inter)}}
        for place, (percent, amounts) in enumerate(row.by_rate().items(), 1)
    ]


def _type_of(row: Supply) -> str:
    """Regular, to a special economic zone with or without payment, or a deemed export."""
    if row.special == SpecialSupply.ZONE:
        return "SEWP" if row.is_taxed_export else "SEWOP"
    return "DE" if row.special == SpecialSupply.DEEMED else "R"


def _invoice(row: Supply) -> dict[str, Any]:
    return {
        "inum": row.document.number,
        "idt": day(row.document.issued_on),
        "val": number(row.total_minor),
        "pos": row.place,
        "rchrg": "N",
        "inv_typ": _type_of(row),
        "itms": _items(row),
    }


def _note(row: Supply) -> dict[str, Any]:
    return {
        "ntty": "C",
        "nt_num": row.document.number,
        "nt_dt": day(row.document.issued_on),
        "val": number(row.total_minor),
        "pos": row.place,
        "rchrg": "N",
        "inv_typ": _type_of(row),
        "itms": _items(row),
    }


def _unregistered_note(row: Supply) -> dict[str, Any]:
    note = {name: value for name, value in _note(row).items() if name not in ("rchrg", "inv_typ")}
    if row.place != ABROAD:
        return {**note, "typ": Section.B2CL.value.upper()}
    del note["pos"]
    return {**note, "typ": "EXPWP" if row.is_taxed_export else "EXPWOP"}


def _by_buyer(rows: Iterable[Supply], name: str, present: Any) -> list[dict[str, Any]]:
    buyers: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        buyers.setdefault(row.buyer_number, []).append(present(row))
    return [{"ctin": number_, name: listed} for number_, listed in buyers.items()]


def _by_place(rows: Iterable[Supply]) -> list[dict[str, Any]]:
    places: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        kept = {
            name: value
            for name, value in _invoice(row).items()
            if name not in ("pos", "rchrg", "inv_typ")
        }
        places.setdefault(row.place, []).append(kept)
    return [{"pos": place, "inv": listed} for place, listed in places.items()]


def _consumers(rows: Iterable[Supply]) -> list[dict[str, Any]]:
    """One row for each state and rate, less what was credited."""
    sums: dict[tuple[str, bool, str], Amounts] = {}
    for row in rows:
        for line in row.lines:
            if line.parts:
                key = (row.place, row.is_inter, line.tax_percent)
                sums.setdefault(key, Amounts()).add(line, row.sign)
    return [
        {
            "sply_ty": "INTER" if is_inter else "INTRA",
            "typ": "OE",
            "pos": place,
            "rt": rate(percent),
            **_taxes(amounts, is_inter=is_inter),
        }
        for (place, is_inter, percent), amounts in sums.items()
    ]


def _exports(rows: Iterable[Supply]) -> list[dict[str, Any]]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        kept = {
            name: value for name, value in _invoice(row).items() if name in ("inum", "idt", "val")
        }
        items = [
            {
                "rt": rate(percent),
                "txval": number(each.value),
                "iamt": number(each.integrated),
                "csamt": 0.0,
            }
            for percent, each in row.by_rate().items()
        ]
        kind = "WPAY" if row.is_taxed_export else "WOPAY"
        kinds.setdefault(kind, []).append({**kept, "itms": items})
    return [{"exp_typ": kind, "inv": listed} for kind, listed in kinds.items()]


def _untaxed(rows: Iterable[Supply]) -> list[dict[str, Any]]:
    """Supplies inside India without tax; which of them are nil-rated, exempt or outside GST is not known here."""
    sums: dict[str, int] = {}
    for row in rows:
        kind = f"{'INTR' if row.is_inter else 'INTRA'}{'B2B' if row.is_to_business else 'B2C'}"
        if not row.is_zero_rated:
            for line in row.lines:
                if not line.parts:
                    sums[kind] = sums.get(kind, 0) + row.sign * line.net_minor
    return [
        {"sply_ty": kind, "expt_amt": number(amount), "nil_amt": 0.0, "ngsup_amt": 0.0}
        for kind, amount in sums.items()
        if amount
    ]


def _hsn(rows: Iterable[Supply]) -> list[dict[str, Any]]:
    """One row for each code, unit and rate, less what was credited. Services have no unit and no quantity."""
    sums: dict[tuple[str, str, str], Amounts] = {}
    titles: dict[str, str] = {}
    for row in rows:
        for line in row.lines:
            percent = line.tax_percent if line.parts else "0"
            unit = _NO_UNIT if line.is_service else _PIECES
            sums.setdefault((line.hsn_code, unit, percent), Amounts()).add(line, row.sign)
            titles.setdefault(line.hsn_code, line.title)
    return [
        {
            "num": place,
            "hsn_sc": code,
            "desc": titles[code][:_MOST_DESCRIPTION],
            "uqc": unit,
            "qty": 0 if unit == _NO_UNIT else amounts.quantity,
            "rt": rate(percent),
            "txval": number(amounts.value),
            "iamt": number(amounts.integrated),
            "camt": number(amounts.central),
            "samt": number(amounts.state),
            "csamt": 0.0,
        }
        for place, ((code, unit, percent), amounts) in enumerate(sorted(sums.items(), key=_code), 1)
    ]


def _code(entry: tuple[tuple[str, str, str], Amounts]) -> tuple[str, str, str]:
    return entry[0]


def _issued(supplies: Supplies) -> list[dict[str, Any]]:
    """From, to and count of each series, which has no gaps, and how many of them were cancelled at the portal of e-invoices."""
    listed = [row.document for row in supplies.rows]
    registered = [each for each in supplies.foreign if each.data["seller"]["tax_number"]]
    series: Mapping[DocumentKind, dict[str, list[Document]]] = {
        kind: {} for kind in _DOCUMENT_KINDS
    }
    for document in (*listed, *registered, *supplies.cancelled):
        found = series[DocumentKind(document.kind)]
        insort(found.setdefault(str(document.series_id), []), document, key=_sequence)
    spent = {document.pk for document in supplies.cancelled}
    return [
        {
            "doc_num": _DOCUMENT_KINDS[kind][0],
            "doc_typ": _DOCUMENT_KINDS[kind][1],
            "docs": [
                {
                    "num": place,
                    "from": issued[0].number,
                    "to": issued[-1].number,
                    "totnum": len(issued),
                    "cancel": sum(each.pk in spent for each in issued),
                    "net_issue": sum(each.pk not in spent for each in issued),
                }
                for place, issued in enumerate(found.values(), 1)
            ],
        }
        for kind, found in series.items()
        if found
    ]


def _sequence(document: Document) -> int:
    return document.sequence
