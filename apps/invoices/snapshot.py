"""Everything that a document prints and reports, taken from the order when it is issued. Nothing is read again later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext

from apps.common.addresses import find_region, region_name
from apps.common.clock import day_of
from apps.content.selectors import get_theme
from apps.invoices.kinds import (
    COMPOSITION_WORDS,
    DEEMED_WORDS,
    EUROPEAN_VOUCHER_WORDS,
    EXPORT_FROM_EU_WORDS,
    EXPORT_WITH_TAX_WORDS,
    EXPORT_WORDS,
    REVERSE_CHARGE_GOODS,
    REVERSE_CHARGE_SERVICES,
    VOUCHER_WORDS,
    ZONE_WITH_TAX_WORDS,
    ZONE_WORDS,
    DocumentKind,
)
from apps.invoices.lines import GOODS, VOUCHER, DocumentLine, sum_taxes
from apps.invoices.models import Document, InvoiceSettings
from apps.orders.models import Order
from apps.pricing.member_states import MEMBER_STATES
from apps.pricing.models import SellerKind
from apps.pricing.selectors import get_tax_settings
from apps.pricing.special_buyers import SpecialSupply, special_supply
from apps.pricing.tax_numbers import gst_state, tax_number_label
from apps.pricing.treatments import Treatment
from apps.tenancy.context import current_store

INDIA: Final = "IN"
ABROAD: Final = "96"


def seller_country() -> str:
    """The country that the store sells from."""
    return get_tax_settings().origin_country or current_store().country


def present_seller(order: Order, settings: InvoiceSettings) -> dict[str, Any]:
    """The tax number is that of the moment of sale."""
    store, taxes = current_store(), get_tax_settings()
    country = taxes.origin_country or store.country
    return {
        "name": settings.legal_name or store.name,
        "shop": store.name,
        "address": {
            "line1": settings.line1,
            "line2": settings.line2,
            "city": settings.city,
            "postal_code": settings.postal_code,
            "region": taxes.origin_region,
            "country": country,
        },
        "country": country,
        "state": gst_state(taxes.origin_region) if country == INDIA else "",
        "tax_number": order.seller_tax_number,
        "tax_label": tax_number_label(country),
        "scheme": taxes.seller_kind,
        "email": get_theme().contact_email,
        "signatory": settings.signatory,
        "note": settings.note,
    }


def present_buyer(order: Order) -> dict[str, Any]:
    billing = order.billing_address or order.shipping_address
    country = str(billing.get("country") or "")
    return {
        "name": order.company or str(billing.get("name") or ""),
        "company": order.company,
        "email": order.email,
        "tax_number": order.tax_number,
        "tax_label": tax_number_label(country),
        "gstin": order.tax_number if country == INDIA else "",
        "billing_address": dict(billing),
        "shipping_address": dict(order.shipping_address) if order.needs_shipping else {},
    }


def place_of_supply(order: Order, country: str) -> dict[str, str]:
    """India: where the goods are sent, for downloads where the buyer lives (sections 10(1)(a) and 12(2) of the IGST
    Act). Empty for sellers elsewhere."""
    if country != INDIA:
        return {}
    address = order.shipping_address or order.billing_address
    if address.get("country") != INDIA:
        return {"code": ABROAD, "name": str(address.get("country") or "")}
    region = str(address.get("region") or "")
    found = find_region(INDIA, region)
    return {"code": gst_state(region), "name": region_name(INDIA, region) if found else region}


def supply_of(order: Order, lines: Sequence[DocumentLine], place: str) -> str:
    """India: whether it is a sale to a special economic zone or a deemed export. What bears the taxes of one state was sold
    before the buyer was known to be in a zone."""
    if order.tax_treatment == Treatment.ZONE:
        return SpecialSupply.ZONE.value
    settings = get_tax_settings()
    found = special_supply(
        settings,
        origin=seller_country(),
        country="" if place == ABROAD else INDIA,
        number=order.tax_number,
    )
    is_inside = any(part.name in ("CGST", "SGST", "UTGST") for line in lines for part in line.parts)
    is_untaxed = not any(line.parts for line in lines)
    if found == SpecialSupply.ZONE and (is_inside or is_untaxed):
        return SpecialSupply.NONE.value
    return found.value


def title_of(seller: dict[str, Any], lines: Sequence[DocumentLine]) -> str:
    """The heading. India: a bill of supply for what bears no tax and of a composition seller, a tax invoice of a
    registered one, a plain invoice of others; both in one for taxed and untaxed goods (rule 46A). Gift cards alone get a
    receipt: their sale is no supply."""
    if all(line.kind == VOUCHER for line in lines):
        return "voucher_receipt"
    if seller["country"] != INDIA or not seller["tax_number"]:
        return "invoice"
    is_taxed = any(line.parts for line in lines)
    if not is_taxed:
        is_zero_rated = seller["is_export"] or seller.get("supply") == SpecialSupply.ZONE
        is_export = is_zero_rated and seller["scheme"] != SellerKind.COMPOSITION
        return "tax_invoice" if is_export else "bill_of_supply"
    if any(not line.parts for line in lines if line.kind == "goods"):
        return "invoice_cum_bill"
    return "tax_invoice"


def law_words(seller: dict[str, Any], lines: Sequence[DocumentLine], treatment: str) -> str:
    """The sentences that the law wants on it; empty for most."""
    goods = [line for line in lines if line.kind != VOUCHER]
    words = _words_of_goods(seller, goods, treatment) if goods else ""
    if len(goods) == len(lines):
        return words
    is_european = seller["country"] in MEMBER_STATES
    return f"{words} {EUROPEAN_VOUCHER_WORDS if is_european else VOUCHER_WORDS}".strip()


def _words_of_goods(seller: dict[str, Any], lines: Sequence[DocumentLine], treatment: str) -> str:
    if treatment and seller["country"] in MEMBER_STATES:
        return _european_words(lines, treatment)
    if seller["country"] != INDIA or not seller["tax_number"]:
        return ""
    is_taxed = any(line.parts for line in lines)
    if seller["scheme"] == SellerKind.COMPOSITION and not is_taxed:
        return str(COMPOSITION_WORDS)
    if seller["is_export"]:
        return str(EXPORT_WITH_TAX_WORDS if is_taxed else EXPORT_WORDS)
    if seller.get("supply") == SpecialSupply.ZONE:
        return str(ZONE_WITH_TAX_WORDS if is_taxed else ZONE_WORDS)
    if seller.get("supply") == SpecialSupply.DEEMED:
        return str(DEEMED_WORDS)
    return ""


def _european_words(lines: Sequence[DocumentLine], treatment: str) -> str:
    if treatment == Treatment.EXPORT:
        return str(EXPORT_FROM_EU_WORDS)
    goods = [line for line in lines if line.kind == GOODS] or lines
    words = [
        *([REVERSE_CHARGE_GOODS] if any(not line.is_digital for line in goods) else []),
        *([REVERSE_CHARGE_SERVICES] if any(line.is_digital for line in goods) else []),
    ]
    return " ".join(map(str, words))


def make_snapshot(
    order: Order,
    lines: Sequence[DocumentLine],
    settings: InvoiceSettings,
    *,
    invoice: Document | None = None,
    reason: str = "",
) -> tuple[str, dict[str, Any]]:
    """Title and data of a document; of a credit note with its `invoice`, whose parties it takes over."""
    if invoice is None:
        seller = present_seller(order, settings)
        place = place_of_supply(order, seller["country"])
        seller["is_export"] = place.get("code") == ABROAD
        seller["supply"] = supply_of(order, lines, place.get("code", ""))
        title = title_of(seller, lines)
        parties = {"seller": seller, "buyer": present_buyer(order), "place_of_supply": place}
    else:
        title = DocumentKind.CREDIT_NOTE.value
        parties = {name: invoice.data[name] for name in ("seller", "buyer", "place_of_supply")}
    net = sum(line.net_minor for line in lines)
    tax = sum(line.tax_minor for line in lines)
    data = {
        **parties,
        "order": {"number": order.number, "placed_on": day_of(order.placed_at).isoformat()},
        "invoice": _reference(invoice),
        "reason": reason,
        "law": _exemption(order) or law_words(parties["seller"], lines, order.tax_treatment),
        "treatment": order.tax_treatment,
        "destination": _destination(order),
        "prices_include_tax": order.prices_include_tax,
        "lines": [line.as_json() for line in lines],
        "taxes": sum_taxes(lines),
        "discount_minor": sum(line.discount_minor for line in lines),
        "net_minor": net,
        "tax_minor": tax,
        "total_minor": net + tax,
    }
    return title, data


def _exemption(order: Order) -> str:
    if order.tax_treatment != Treatment.EXEMPT:
        return ""
    number = str((order.tax_evidence or {}).get("certificate") or "")
    return gettext("Exempt from tax by certificate %(number)s.") % {"number": number}


def _destination(order: Order) -> str:
    """The country whose tax it bears."""
    return str((order.shipping_address or order.billing_address).get("country") or "")


def _reference(invoice: Document | None) -> dict[str, str]:
    if invoice is None:
        return {}
    return {"number": invoice.number, "issued_on": invoice.issued_on.isoformat()}
