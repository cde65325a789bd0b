"""Issues invoices: once for each order, and once for what each change has added to it since."""

from apps.common.actor import Actor
from apps.events import services as events
from apps.invoices.errors import NotInvoiceable
from apps.invoices.lines import lines_of_order, read_line
from apps.invoices.models import Document
from apps.invoices.selectors import find_invoice, get_invoice_settings, is_sold, list_invoices
from apps.invoices.services.crediting import credit_what_is_missing
from apps.invoices.services.writing import write_document
from apps.invoices.supplements import lines_added
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
def issue_invoice(*, order: Order, actor: Actor | None = None) -> Document:
    """Make the invoice of the order, and credit notes for what was given back before. Repeatable: there is one.

    With an invoice, what was added since gets another one, once it is sold. Raises `NotInvoiceable`.
    """
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        known = find_invoice(order)
        if known is not None:
            _issue_supplement(order)
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


def _issue_supplement(order: Order) -> None:
    """An invoice over what no invoice of the locked order has: lines, a dearer delivery. Nothing while it is not paid."""
    issued = list_invoices(order)
    if not is_sold(order) or sum(each.total_minor for each in issued) >= order.total_minor:
        return
    settings = get_invoice_settings()
    code, rows = settings.shipping_code, list(order.lines.order_by("position"))
    known = [read_line(stored) for each in issued for stored in each.data["lines"]]
    whole = lines_of_order(order, rows, shipping_code=code)
    lines = lines_added(order, rows, whole, known, shipping_code=code)
    if lines:
        write_document(order, lines, settings, cause=f"change:{len(issued)}")
        credit_what_is_missing(order, issued[0], settings)
