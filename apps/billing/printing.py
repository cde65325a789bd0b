"""An invoice as a PDF file: printed from its row with each request: the same values, so the same file."""

from typing import Any, Final

from django.utils.translation import gettext

from apps.billing.models import Invoice
from apps.billing.snapshot import LANGUAGE, day_text
from apps.billing.taxes import INDIA
from apps.common.addresses import address_lines
from apps.common.clock import day_of
from apps.common.money import format_money, format_percent, from_minor
from apps.invoices.kinds import TITLES
from apps.invoices.printing.rendering import render
from apps.pricing.tax_numbers import gst_state, tax_number_label

_BRAND: Final = "#24694c"


def print_invoice(invoice: Invoice) -> bytes:
    return render("document.typ", print_values(invoice))


def print_values(invoice: Invoice) -> dict[str, Any]:
    """What `document.typ` prints."""
    data, seller = invoice.data, invoice.data["seller"]
    has_code = bool(invoice.tax_minor and seller["service_code"])
    heads = [gettext("Item"), *([gettext("HSN/SAC")] if has_code else []), gettext("Total")]
    return {
        "brand": _BRAND,
        "brand_text": _BRAND,
        "lang": LANGUAGE,
        "rtl": False,
        "shop": seller["name"],
        "title": str(TITLES[data["title"]]),
        "number": invoice.number,
        "foot": " · ".join(filter(None, (seller["name"], seller["email"]))),
        "page": gettext("Page"),
        "seller_title": gettext("Sold by"),
        "seller": _party(seller),
        "parties": [[gettext("Bill to"), [*_party(data["payer"]), data["payer"]["email"]]]],
        "facts": _facts(invoice),
        "einvoice": {},
        "columns": [{"label": head, "wide": not at} for at, head in enumerate(heads)],
        "rows": [
            [
                [line["title"], line["detail"]],
                *([seller["service_code"]] if has_code else []),
                _money(invoice, line["amount_minor"]),
            ]
            for line in data["lines"]
        ],
        "tax_heads": [gettext("Tax"), gettext("Taxable value"), gettext("Amount")],
        "taxes": [
            [
                f"{row['name']} {format_percent(row['percent'], LANGUAGE)}",
                _money(invoice, row["net_minor"]),
                _money(invoice, row["amount_minor"]),
            ]
            for row in data["taxes"]
        ],
        "totals": _totals(invoice),
        "words": _words(invoice),
        "signatory": _signatory(seller),
    }


def _money(invoice: Invoice, minor: int) -> str:
    return format_money(from_minor(minor, invoice.currency), LANGUAGE)


def _party(party: dict[str, str]) -> list[str]:
    found = [party["name"], *address_lines({**party, "name": ""}, LANGUAGE)]
    if party["tax_number"]:
        found.append(f"{tax_number_label(party['country'])}: {party['tax_number']}")
    if party["country"] == INDIA and gst_state(party["region"]):
        found.append(gettext("State code: %(code)s") % {"code": gst_state(party["region"])})
    return found


def _facts(invoice: Invoice) -> list[list[str]]:
    code, name = invoice.data["place_of_supply"]
    found = [
        [gettext("Date"), day_text(invoice.issued_on)],
        [gettext("Pay until"), day_text(day_of(invoice.due_at))],
        [gettext("Store"), invoice.data["store"]["name"]],
    ]
    if code:
        found.append([gettext("Place of supply"), f"{name} ({code})"])
        found.append([gettext("Reverse charge"), gettext("No")])
    return found


def _totals(invoice: Invoice) -> list[list[str]]:
    total = [gettext("Total"), _money(invoice, invoice.total_minor)]
    if not invoice.tax_minor:
        return [total]
    return [
        [gettext("Without tax"), _money(invoice, invoice.net_minor)],
        [gettext("Tax"), _money(invoice, invoice.tax_minor)],
        total,
    ]


def _words(invoice: Invoice) -> list[str]:
    found = [gettext(invoice.data["words"])] if invoice.data["words"] else []
    if invoice.data["seller"]["bank_details"]:
        reference = gettext("Please name %(number)s when you pay.") % {"number": invoice.number}
        found += [*invoice.data["seller"]["bank_details"].splitlines(), reference]
    return found


def _signatory(seller: dict[str, str]) -> list[str]:
    if seller["country"] != INDIA or not seller["signatory"]:
        return []
    words = gettext("For %(seller)s") % {"seller": seller["name"]}
    return [words, seller["signatory"], gettext("Authorised signatory")]
