"""Documents follow the order: each message may come twice, each document is made once."""

from contextlib import suppress
from uuid import UUID

from apps.events.consumers import Message, consumes
from apps.fulfilment.papers import Occasion
from apps.invoices import services as invoices
from apps.invoices.due import is_due
from apps.invoices.errors import NotInvoiceable
from apps.invoices.mails import (
    is_mailed_already,
    mail_cancellation,
    mail_document,
    mail_with_news,
)
from apps.invoices.models import Document
from apps.invoices.registered import awaits_registration
from apps.invoices.selectors import find_invoice, get_invoice_settings
from apps.orders.models import Order


@consumes("order.paid")
def issue_for_payment(message: Message) -> None:
    order = _order(message)
    if is_due(order, Occasion.PAID):
        _issue(order)


@consumes("order.shipped")
def issue_for_parcel(message: Message) -> None:
    order = _order(message)
    if is_due(order, Occasion.SHIPPED):
        _issue(order)


def _issue(order: Order) -> None:
    """An order that was refused or cancelled before the message came has nothing to invoice."""
    with suppress(NotInvoiceable):
        invoices.issue_invoice(order=order)


@consumes("order.refunded")
def credit_refund(message: Message) -> None:
    invoices.issue_credit_notes(order=_order(message))


@consumes("return.received")
def credit_return(message: Message) -> None:
    """Of cash that is not due any more. A refund is credited when it has gone back."""
    invoices.issue_credit_notes(order=_order(message))


@consumes("order.rest_cancelled")
def credit_rest(message: Message) -> None:
    invoices.issue_credit_notes(order=_order(message))


@consumes("order.changed")
def follow_change(message: Message) -> None:
    """What was added is invoiced once it is sold, and what is not to be paid any more is credited."""
    order = _order(message)
    if find_invoice(order) is not None:
        invoices.issue_invoice(order=order)
        invoices.issue_credit_notes(order=order)


@consumes("order.cancelled")
def credit_cancelled(message: Message) -> None:
    invoices.issue_credit_notes(order=_order(message))


def _order(message: Message) -> Order:
    return Order.objects.get(pk=UUID(message.payload["order_id"]))


@consumes("document.issued")
def deliver_document(message: Message) -> None:
    """Print it, and send it where the store wants that: by the mail about the payment or the parcel, if that is not written
    yet, else by one of its own. Not yet, if it has to be registered first."""
    _deliver(message)


@consumes("document.ready")
def deliver_ready_document(message: Message) -> None:
    """The same, once the portal of e-invoices has registered it, or staff have decided that it needs no number of it."""
    _deliver(message)


@consumes("document.cancelled")
def mail_cancelled_registration(message: Message) -> None:
    """The buyer may have booked it, or claimed its tax."""
    documents = Document.objects.select_related("order")
    mail_cancellation(documents.get(pk=UUID(message.payload["document_id"])))


def _deliver(message: Message) -> None:
    documents = Document.objects.select_related("order", "einvoice", "registration")
    document = documents.get(pk=UUID(message.payload["document_id"]))
    if awaits_registration(document):
        return
    printed = invoices.print_document(document=document)
    if not get_invoice_settings().is_mailed or is_mailed_already(printed):
        return
    if not mail_with_news(document, printed):
        mail_document(document, printed)
