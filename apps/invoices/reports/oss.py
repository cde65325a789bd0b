"""The quarterly return of the EU's one-stop shop (Union scheme): sales to consumers in other member states.

By state of consumption, goods or services, and rate (Articles 369a to 369k of Directive 2006/112/EC). What is given back in
the quarter of its invoice lowers the sums; what belongs to an earlier quarter is a correction of that quarter by state,
which the return of the quarter of the credit note names (Article 369g(4)). Sums are in the store's currency: a return in
euros is converted at the European Central Bank's rate of the quarter's last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from apps.common.money import from_minor
from apps.invoices.errors import NotEuropean
from apps.invoices.lines import SHIPPING, DocumentLine, read_line
from apps.invoices.models import Document
from apps.invoices.reports.period import Quarter, quarter_of
from apps.invoices.snapshot import seller_country
from apps.pricing.member_states import MEMBER_STATES, VAT_RATES
from apps.pricing.treatments import Treatment
from apps.tenancy.context import current_store

GOODS, SERVICES = "goods", "services"
HEADS: Final = (
    "Section", "Member state", "Supply", "Rate type", "Rate", "Taxable amount", "VAT", "Currency", "Corrected period",
)  # fmt: skip


@dataclass
class Sums:
    """Minor units of a state, a kind of supply and a rate."""

    net_minor: int = 0
    tax_minor: int = 0


@dataclass(frozen=True)
class OssRow:
    country: str
    supply: str
    percent: str
    sums: Sums

    @property
    def is_standard(self) -> bool:
        """Whether this is the state's standard rate of today's table."""
        return Decimal(self.percent) == VAT_RATES[self.country].standard


@dataclass(frozen=True)
class Correction:
    country: str
    quarter: Quarter
    tax_minor: int


@dataclass
class OssReturn:
    """`left_out` are numbers of documents in another currency than the store's."""

    quarter: Quarter
    currency: str
    rows: list[OssRow] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def tax_minor(self) -> int:
        """What is to be paid; below zero where corrections are larger."""
        sold = sum(row.sums.tax_minor for row in self.rows)
        return sold + sum(each.tax_minor for each in self.corrections)


def has_oss() -> bool:
    """Whether the store sells from a member state."""
    return seller_country() in MEMBER_STATES


def make_oss(quarter: Quarter) -> OssReturn:
    """From the documents issued in that quarter. Raises `NotEuropean`."""
    if not has_oss():
        raise NotEuropean
    made = OssReturn(quarter, current_store().currency)
    sums: dict[tuple[str, str, str], Sums] = {}
    corrected: dict[tuple[str, Quarter], int] = {}
    for document in _documents_of(quarter):
        country = _consumed_in(document)
        if not country:
            continue
        if document.currency != made.currency:
            made.left_out.append(document.number)
            continue
        original = quarter_of((document.invoice or document).issued_on)
        sign = -1 if document.is_credit_note else 1
        if original != quarter:
            key = (country, original)
            corrected[key] = corrected.get(key, 0) + sign * document.tax_minor
            continue
        _add(sums, country, [read_line(stored) for stored in document.data["lines"]], sign)
    made.rows = [
        OssRow(country, supply, percent, each)
        for (country, supply, percent), each in sorted(sums.items(), key=_by_rate)
        if each.net_minor or each.tax_minor
    ]
    made.corrections = [
        Correction(country, original, tax)
        for (country, original), tax in sorted(corrected.items())
        if tax
    ]
    return made


def make_table(made: OssReturn) -> list[list[Any]]:
    """The return as rows below the headings of `HEADS`."""
    rows: list[list[Any]] = [list(HEADS)]
    for row in made.rows:
        kind = "standard" if row.is_standard else "reduced"
        amounts = [_amount(each, made) for each in (row.sums.net_minor, row.sums.tax_minor)]
        rate = [row.supply, kind, Decimal(row.percent)]
        rows.append(["supplies", row.country, *rate, *amounts, made.currency, ""])
    for each in made.corrections:
        tax = _amount(each.tax_minor, made)
        place = ["correction", each.country]
        rows.append([*place, "", "", "", "", tax, made.currency, str(each.quarter)])
    return rows


def _amount(minor: int, made: OssReturn) -> Decimal:
    return from_minor(minor, made.currency).amount


def _documents_of(quarter: Quarter) -> Iterator[Document]:
    found = Document.objects.filter(issued_on__gte=quarter.first, issued_on__lte=quarter.last)
    ordered = found.select_related("invoice").order_by("series__prefix", "sequence")
    return ordered.iterator(chunk_size=500)


def _consumed_in(document: Document) -> str:
    """The member state where a taxed sale to a consumer was consumed; "" for every other document."""
    data = document.data
    seller, buyer = data["seller"]["country"], data["buyer"]
    address = buyer["shipping_address"] or buyer["billing_address"]
    country = str(data.get("destination") or address.get("country") or "")
    if data.get("treatment") == Treatment.REVERSE_CHARGE or not document.tax_minor:
        return ""
    return country if {seller, country} <= MEMBER_STATES and seller != country else ""


def _add(
    sums: dict[tuple[str, str, str], Sums], country: str, lines: list[DocumentLine], sign: int
) -> None:
    """Shipping is part of the goods that are sent."""
    for line in lines:
        if line.parts:
            supply = SERVICES if line.is_digital and line.kind != SHIPPING else GOODS
            found = sums.setdefault((country, supply, line.tax_percent), Sums())
            found.net_minor += sign * line.net_minor
            found.tax_minor += sign * line.tax_minor


def _by_rate(entry: tuple[tuple[str, str, str], Any]) -> tuple[str, str, Decimal]:
    country, supply, percent = entry[0]
    return country, supply, -Decimal(percent)
