"""A company in Bengaluru with a GSTIN buys from one."""

from contextlib import nullcontext
from datetime import date
from typing import Any

from apps.common.clock import moved_to, start_of
from apps.invoices import services as invoices
from apps.invoices.kinds import Registers
from apps.invoices.models import Document, InvoiceSettings
from apps.pricing.models import TaxSettings
from apps.pricing.services import BasketLine
from tests.invoices.shop import GSTIN, INDIA, gst, invoice_of, item

ADDRESS = {**INDIA, "line1": '5 "Rose" Street', "line2": "", "postal_code": "560001"}
PUNE = {**ADDRESS, "region": "MH", "city": "Pune", "postal_code": "411001"}

BERLIN = {**ADDRESS, "country": "DE", "region": "", "city": "Berlin", "postal_code": "10115"}


def register_seller() -> None:
    TaxSettings.objects.update_or_create(
        key="store",
        defaults={"origin_country": "IN", "origin_region": "KA", "tax_number": GSTIN},
    )
    InvoiceSettings.objects.update_or_create(
        key="store",
        defaults={
            "legal_name": "Chai and Clay Private Limited",
            "line1": "12 MG Road",
            "line2": "2",
            "city": "Bengaluru",
            "postal_code": "560 001",
        },
    )


def switch(registers: Registers) -> None:
    row = InvoiceSettings.objects.get()
    row.registers = registers
    invoices.save_invoice_settings(row)


def sell(*, on: date | None = date(2026, 4, 5), **more: Any) -> Document:
    """Three mugs of 100.00 and a book without tax of 50.00; shipping 30.00; GST 18 % on top. Without `on`: now."""
    values: dict[str, Any] = {
        "rates": {"standard": gst("18")},
        "prices_include_tax": False,
        "address": ADDRESS,
        "buyer_number": GSTIN,
        "shipping_minor": 3_000,
        **more,
    }
    with moved_to(start_of(on)) if on else nullcontext():
        money = {"currency": values.get("currency", "INR")}
        mug = item(10_000, "standard", hsn=values.pop("hsn", "69120010"), **money)
        book = item(5_000, "exempt", hsn="49011010", **money)
        return invoice_of(BasketLine(mug, 3), BasketLine(book, 1), **values)
