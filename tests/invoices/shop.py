"""Things to sell, without a catalog, and the invoices of orders for them."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.catalog.selectors import SaleableLine
from apps.common.clock import moved_to, start_of
from apps.common.ids import new_id
from apps.invoices import services as invoices
from apps.invoices.lines import read_line, spread
from apps.invoices.models import Document
from apps.invoices.selectors import get_invoice_settings
from apps.invoices.services.writing import write_document
from apps.orders import services as orders
from apps.orders.states import OrderPaymentState
from apps.orders.worth import worth_of_order
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import AppliedRate, TaxRules
from apps.pricing.services import BasketLine, price_order

INDIA = {"name": "Asha Rao", "country": "IN", "region": "KA", "city": "Bengaluru"}
GSTIN = "29AAGCB7383J1Z4"


def item(
    price_minor: int,
    tax_class: str,
    *,
    hsn: str = "",
    currency: str = "INR",
    is_digital: bool = False,
) -> SaleableLine:
    return SaleableLine(
        product_ref="64b0c0ffee64b0c0ffee0001",
        variant_ref="64b0c0ffee64b0c0ffee0002",
        sku="TEA-250",
        title="Tea",
        variant_title="250 g",
        unit_price_minor=price_minor,
        compare_at_minor=None,
        image_url="",
        weight_grams=250,
        slug="tea",
        is_saleable=True,
        currency=currency,
        tax_class=tax_class,
        hsn_code=hsn,
        is_digital=is_digital,
    )


def gst(percent: str, *parts: str) -> AppliedRate:
    return AppliedRate(f"GST {percent}%", Decimal(percent), parts or ("CGST", "SGST"))


def invoice_of(
    *basket: BasketLine,
    rates: dict[str, AppliedRate],
    currency: str = "INR",
    shipping_minor: int = 0,
    address: dict[str, str] = INDIA,
    tax_number: str = GSTIN,
    buyer_number: str = "",
    **rules: Any,
) -> Document:
    """The invoice of an order for these lines, by the services that place one."""
    taxes = TaxRules(
        prices_include_tax=rules.pop("prices_include_tax", True),
        rates=rates,
        seller_tax_number=tax_number,
        **rules,
    )
    method = ShippingMethod(
        code="s", name="Courier", currency=currency, amount_minor=shipping_minor
    )
    priced = price_order(
        lines=basket,
        shipping_method=method if shipping_minor else None,
        address=address,
        currency=currency,
        taxes=taxes,
    )
    order = orders.create_order(
        checkout_id=new_id(),
        cart_ref="",
        priced=priced,
        buyer=orders.Buyer(email="asha@example.com", company="Rao", tax_number=buyer_number),
        shipping_address=address,
        billing_address=address,
        shipping_method=method if shipping_minor else None,
        language="en",
        payment_state=OrderPaymentState.CASH_DUE,
    )
    document = invoices.issue_invoice(order=order)
    assert (document.total_minor, document.tax_minor) == (order.total_minor, order.tax_minor)
    return document


def give_back(invoice: Document, amount_minor: int, on: date) -> Document:
    """The credit note of a refund without pieces."""
    order = invoice.order
    lines = [read_line(stored) for stored in invoice.data["lines"]]
    given = spread(worth_of_order(order).share(amount_minor), [], lines)
    with moved_to(start_of(on)):
        return write_document(
            order, given, get_invoice_settings(), cause="refund:1", invoice=invoice
        )
