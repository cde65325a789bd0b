"""The texts and amounts of a printed document, in its own language and currency."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django.utils import translation
from django.utils.translation import gettext

from apps.common.addresses import address_lines
from apps.common.habits import spelling_of, text_language_of
from apps.common.money import format_money, format_percent, from_minor
from apps.common.places import locale_of
from apps.content.selectors import ThemeView
from apps.content.theme import PAPER_LIGHT, readable_on
from apps.invoices.kinds import TITLES
from apps.invoices.lines import DocumentLine, read_line
from apps.invoices.models import Document
from apps.invoices.printing.qr_codes import qr_picture
from apps.invoices.registered import registration_of
from apps.invoices.snapshot import INDIA

Row = list[Any]

INDIAN_TIME: Final = ZoneInfo("Asia/Kolkata")
_PIECE: Final = 16
# Typst sets these languages from the right in any script; `dir` in the template does not change that.
_WRITTEN_BOTH_WAYS: Final = frozenset({"ks", "pa", "sd"})


@dataclass(frozen=True)
class _Column:
    label: str
    cell: Callable[[DocumentLine], Any]
    wide: bool = False


def print_values(document: Document, theme: ThemeView) -> dict[str, Any]:
    """What `document.typ` prints."""
    with translation.override(spelling_of(document.language, document.data["seller"]["country"])):
        return _Sheet(document).values(theme)


class _Sheet:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.data: Final = document.data
        self.seller: Final = document.data["seller"]
        self.is_indian: Final = self.seller["country"] == INDIA
        self.lines: Final = [read_line(stored) for stored in self.data["lines"]]
        self.locale: Final = str(locale_of(document.language))

    def values(self, theme: ThemeView) -> dict[str, Any]:
        columns = self._columns()
        return {
            **look(theme, self.document.language),
            "shop": self.seller["shop"],
            "title": str(TITLES[self.document.title]),
            "number": self.document.number,
            "foot": " · ".join(filter(None, (self.seller["name"], self.seller["email"]))),
            "page": gettext("Page"),
            "seller_title": gettext("Sold by"),
            "seller": self._seller(),
            "parties": self._parties(),
            "facts": self._facts(),
            "einvoice": self._einvoice(),
            "columns": [{"label": each.label, "wide": each.wide} for each in columns],
            "rows": [[each.cell(line) for each in columns] for line in self.lines],
            "tax_heads": [gettext("Tax"), gettext("Taxable value"), gettext("Amount")],
            "taxes": self._taxes(),
            "totals": self._totals(),
            "words": self._words(),
            "signatory": self._signatory(),
        }

    def money(self, minor: int) -> str:
        return format_money(from_minor(minor, self.document.currency), self.locale)

    def day(self, iso: str) -> str:
        return format_date(date.fromisoformat(iso), format="medium", locale=self.locale)

    def percent(self, percent: str) -> str:
        return format_percent(percent, self.locale)

    def _seller(self) -> list[str]:
        lines = address_lines({**self.seller["address"], "name": ""}, self.document.language)
        found = [self.seller["name"], *lines]
        if self.seller["tax_number"]:
            found.append(f"{self.seller['tax_label']}: {self.seller['tax_number']}")
        if self.is_indian and self.seller["state"]:
            found.append(gettext("State code: %(code)s") % {"code": self.seller["state"]})
        return found

    def _parties(self) -> list[list[Any]]:
        buyer = self.data["buyer"]
        language = self.document.language
        billing = address_lines(buyer["billing_address"], language) or [buyer["name"]]
        if buyer.get("company"):
            billing = [buyer["company"], *billing]
        if buyer["tax_number"]:
            label = buyer.get("tax_label") or self.seller["tax_label"]
            billing.append(f"{label}: {buyer['tax_number']}")
        parties: list[list[Any]] = [[gettext("Bill to"), [*billing, buyer["email"]]]]
        if buyer["shipping_address"] and buyer["shipping_address"] != buyer["billing_address"]:
            shipping = address_lines(buyer["shipping_address"], language)
            parties.append([gettext("Ship to"), shipping])
        return parties

    def _facts(self) -> list[list[str]]:
        place, order, invoice = (
            self.data[name] for name in ("place_of_supply", "order", "invoice")
        )
        found = [[gettext("Date"), self.day(self.document.issued_on.isoformat())]]
        if invoice:
            words = gettext("%(number)s of %(day)s") % {
                "number": invoice["number"],
                "day": self.day(invoice["issued_on"]),
            }
            found.append([gettext("For invoice"), words])
        ordered = {"number": order["number"], "day": self.day(order["placed_on"])}
        found.append([gettext("Order"), gettext("%(number)s of %(day)s") % ordered])
        if place and place["code"]:
            found.append([gettext("Place of supply"), f"{place['name']} ({place['code']})"])
        if self.is_indian and self.seller["tax_number"]:
            found.append([gettext("Reverse charge"), gettext("No")])
        return found

    def _einvoice(self) -> dict[str, Any]:
        """India: the portal's number, and the QR code that it has signed (rules 46(r) and 48(4))."""
        found = registration_of(self.document)
        if found is None:
            return {}
        day = format_datetime(
            found.ack_at.astimezone(INDIAN_TIME), format="medium", locale=self.locale
        )
        return {
            "facts": [
                [gettext("IRN"), wrap(found.irn, _PIECE)],
                [
                    gettext("Acknowledgement"),
                    gettext("%(number)s of %(day)s") % {"number": found.ack_number, "day": day},
                ],
            ],
            "qr": qr_picture(found.signed_qr),
        }

    def _columns(self) -> list[_Column]:
        found = [_Column(gettext("Item"), lambda line: [line.title, line.sku], wide=True)]
        if any(line.hsn_code for line in self.lines):
            found.append(_Column(gettext("HSN/SAC"), lambda line: line.hsn_code))
        found.append(_Column(gettext("Pieces"), lambda line: str(line.quantity or "")))
        found.append(_Column(gettext("Price"), self._price))
        if any(line.discount_minor for line in self.lines):
            found.append(
                _Column(
                    gettext("Discount"),
                    lambda line: self.money(line.discount_minor) if line.discount_minor else "",
                )
            )
        if self.document.tax_minor:
            found += [
                _Column(gettext("Taxable value"), lambda line: self.money(line.net_minor)),
                _Column(gettext("Tax"), lambda line: self.percent(line.tax_percent)),
            ]
        found.append(_Column(gettext("Total"), lambda line: self.money(line.total_minor)))
        return found

    def _price(self, line: DocumentLine) -> str:
        return self.money(line.unit_price_minor) if line.quantity else ""

    def _taxes(self) -> Iterable[Row]:
        return [
            [
                f"{row['name']} {self.percent(row['percent'])}",
                self.money(row["net_minor"]),
                self.money(row["amount_minor"]),
            ]
            for row in self.data["taxes"]
        ]

    def _totals(self) -> list[list[str]]:
        total = [gettext("Total"), self.money(self.document.total_minor)]
        if not self.document.tax_minor:
            return [total]
        return [
            [gettext("Without tax"), self.money(self.data["net_minor"])],
            [gettext("Tax"), self.money(self.document.tax_minor)],
            total,
        ]

    def _words(self) -> list[str]:
        reason = self.data["reason"]
        return [
            *([gettext("Reason: %(reason)s") % {"reason": reason}] if reason else []),
            *([self.data["law"]] if self.data["law"] else []),
            *self.seller["note"].splitlines(),
        ]

    def _signatory(self) -> list[str]:
        """India: a signature or its electronic form (rule 46(q)); the name of the person who may sign."""
        if not (self.is_indian and self.seller["signatory"]):
            return []
        words = gettext("For %(seller)s") % {"seller": self.seller["name"]}
        return [words, self.seller["signatory"], gettext("Authorised signatory")]


def look(theme: ThemeView, language: str) -> dict[str, Any]:
    """Colours of the store; language and direction of the texts, which are English where no others are complete."""
    texts = text_language_of(language)
    base, is_rtl = texts.partition("-")[0], locale_of(texts).text_direction == "rtl"
    return {
        "brand": theme.brand,
        "brand_text": readable_on(theme.brand, PAPER_LIGHT),
        "lang": "en" if base in _WRITTEN_BOTH_WAYS and not is_rtl else base,
        "rtl": is_rtl,
    }
