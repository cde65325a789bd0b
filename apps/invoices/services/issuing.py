"""Issues invoices: once for each order."""

from apps.common.actor import Actor
from apps.events import services as events
from apps.invoices.errors import NotInvoiceable
from apps.invoices.lines import lines_of_order
from apps.invoices.models import Document
from apps.invoices.selectors import find_invoice, get_invoice_settings, is_sold
from apps.invoices.services.crediting import credit_what_is_missing
from apps.invoices.services.writing import write_document
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
def issue_invoice(*, order: Order, actor: Actor | None = None) -> Document:
    """Make the invoice of the order, and credit notes for what was given back before. Repeatable: there is one.

    Raises `NotInvoiceable`.
    """
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        known = find_invoice(order)
        if known is not None:
            return known
        if not is_sold(order):
            raise NotInvoiceable
        settings = get_invoice_settings()
        lines = lines_of_order(
            order, list(order.lines.order_by("position")), shipping_code=settings.shipping_code
        )
        invoice = write_document(order, lines, settings, cause="order")
        note("document.issued", invoice, after={"order": order.number}, actor=actor)
        credit_what_is_missing(order, invoice, settings)
    return invoice
