"""What an Indian seller supplied in a month, by document and rate, sorted into the sections of GSTR-1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from apps.common.money import Money, to_minor
from apps.invoices.errors import NotIndian
from apps.invoices.lines import FEE, SHIPPING, VOUCHER, DocumentLine, read_line
from apps.invoices.models import Document
from apps.invoices.registered import is_cancelled
from apps.invoices.reports.period import Period
from apps.invoices.snapshot import ABROAD, INDIA, seller_country
from apps.pricing.models import SellerKind
from apps.pricing.selectors import get_tax_settings
from apps.pricing.special_buyers import SpecialSupply

RUPEE: Final = "INR"
_CENTRAL: Final = "CGST"
_STATE: Final = ("SGST", "UTGST")
# Invoices to consumers in another state above this value are listed one by one: 1 lakh since August 2024, before 2.5 lakh
# (rule 59(4) of the CGST Rules).
_LARGE: Final = Money(Decimal(100_000), RUPEE)
_LARGE_BEFORE: Final = Money(Decimal(250_000), RUPEE)
_LOWERED_ON: Final = date(2024, 8, 1)


class Section(StrEnum):
    """Sections of GSTR-1, by the names that the return's JSON gives them."""

    B2B = "b2b"
    B2CL = "b2cl"
    B2CS = "b2cs"
    EXPORT = "exp"
    CREDIT_REGISTERED = "cdnr"
    CREDIT_UNREGISTERED = "cdnur"


@dataclass
class Amounts:
    """Minor units. Of a credit note they are positive; `Supply.sign` says which way they count."""

    value: int = 0
    central: int = 0
    state: int = 0
    integrated: int = 0
    quantity: int = 0

    def add(self, line: DocumentLine, sign: int = 1) -> None:
        self.value += sign * line.net_minor
        if line.kind not in (SHIPPING, FEE):  # a service has no pieces
            self.quantity += sign * line.quantity
        for part in line.parts:
            if part.name == _CENTRAL:
                self.central += sign * part.amount_minor
            elif part.name in _STATE:
                self.state += sign * part.amount_minor
            else:
                self.integrated += sign * part.amount_minor


@dataclass(frozen=True)
class Supply:
    """A document as the return sees it."""

    document: Document
    section: Section
    place: str
    is_inter: bool
    lines: list[DocumentLine] = field(default_factory=list)
    voucher_minor: int = 0

    @property
    def total_minor(self) -> int:
        """What was supplied: the document without its gift cards."""
        return self.document.total_minor - self.voucher_minor

    @property
    def is_supply(self) -> bool:
        """Selling a voucher is neither a supply of goods nor of services (circular 243/37/2024-GST)."""
        return bool(self.total_minor) or not self.voucher_minor

    @property
    def sign(self) -> int:
        return -1 if self.document.is_credit_note else 1

    @property
    def buyer_number(self) -> str:
        """The buyer's GSTIN."""
        return str(self.document.data["buyer"].get("gstin", ""))

    @property
    def is_to_business(self) -> bool:
        return bool(self.buyer_number) and self.place != ABROAD

    @property
    def is_taxed_export(self) -> bool:
        return any(line.parts for line in self.lines)

    @property
    def special(self) -> str:
        """To a special economic zone, or a deemed export."""
        return str(self.document.data["seller"].get("supply", ""))

    @property
    def is_zero_rated(self) -> bool:
        return self.place == ABROAD or self.special == SpecialSupply.ZONE

    def by_rate(self) -> dict[str, Amounts]:
        """Amounts of the lines that are taxed; of what is zero-rated, of all."""
        found: dict[str, Amounts] = {}
        for line in self.lines:
            if line.parts or self.is_zero_rated:
                found.setdefault(line.tax_percent if line.parts else "0", Amounts()).add(line)
        return found


@dataclass(frozen=True)
class Supplies:
    """Everything of a month. Documents in another currency than rupees (`foreign`), and what was cancelled at the portal of
    e-invoices, are in no section of supplies: they are counted among the documents issued, the cancelled as spent numbers."""

    period: Period
    gstin: str
    rows: list[Supply]
    foreign: list[Document] = field(default_factory=list)
    cancelled: list[Document] = field(default_factory=list)

    @property
    def left_out(self) -> list[str]:
        """Numbers of the documents whose supply is to be added by hand."""
        return [document.number for document in self.foreign]

    @property
    def without_code(self) -> list[str]:
        """Numbers of the documents with a line that has no HSN or SAC code, which the portal asks for."""
        return [
            row.document.number for row in self.rows if any(not line.hsn_code for line in row.lines)
        ]


def has_return() -> bool:
    """Whether the store sells from India with a GSTIN."""
    return seller_country() == INDIA and bool(get_tax_settings().tax_number)


def read_supplies(period: Period) -> Supplies:
    """The documents issued in that month by a seller with a GSTIN. Raises `NotIndian`."""
    if not has_return():
        raise NotIndian
    gstin = get_tax_settings().tax_number
    rows, foreign, cancelled = [], [], []
    for document in _documents_of(period):
        if document.currency != RUPEE:
            foreign.append(document)
        elif is_cancelled(document):
            cancelled.append(document)
        elif document.data["seller"]["tax_number"]:
            rows.append(_supply(document))
    return Supplies(period, gstin, rows, foreign, cancelled)


def _documents_of(period: Period) -> Iterator[Document]:
    found = Document.objects.filter(issued_on__gte=period.first, issued_on__lte=period.last)
    ordered = found.select_related("invoice", "einvoice").order_by("series__prefix", "sequence")
    return ordered.iterator(chunk_size=500)


def _supply(document: Document) -> Supply:
    seller = document.data["seller"]
    place = document.data["place_of_supply"].get("code") or seller["state"]
    is_composition = seller["scheme"] == SellerKind.COMPOSITION
    every = [read_line(stored) for stored in document.data["lines"]]
    lines = [] if is_composition else [line for line in every if line.kind != VOUCHER]
    is_inter = place != seller["state"] or seller.get("supply") == SpecialSupply.ZONE
    return Supply(
        document,
        _section_of(document, place, is_inter),
        place,
        is_inter,
        lines,
        voucher_minor=sum(line.total_minor for line in every if line.kind == VOUCHER),
    )


def _supplied(invoice: Document) -> int:
    lines = invoice.data["lines"]
    return invoice.total_minor - sum(
        line["total_minor"] for line in lines if line["kind"] == VOUCHER
    )


def _section_of(document: Document, place: str, is_inter: bool) -> Section:
    """A credit note of a small sale to a consumer lowers the sums of those sales and is not listed."""
    invoice = document.invoice if document.invoice is not None else document
    is_credit = document.is_credit_note
    if document.data["buyer"].get("gstin") and place != ABROAD:
        return Section.CREDIT_REGISTERED if is_credit else Section.B2B
    if place == ABROAD:
        return Section.CREDIT_UNREGISTERED if is_credit else Section.EXPORT
    large = _LARGE if invoice.issued_on >= _LOWERED_ON else _LARGE_BEFORE
    if is_inter and _supplied(invoice) > to_minor(large):
        return Section.CREDIT_UNREGISTERED if is_credit else Section.B2CL
    return Section.B2CS
