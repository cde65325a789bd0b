"""Reads of documents and of the store's settings."""

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.common.clock import today
from apps.invoices.errors import DocumentNotFound
from apps.invoices.kinds import DocumentKind
from apps.invoices.models import Document, InvoiceSettings, Series
from apps.invoices.numbers import fill_prefix, first_month
from apps.invoices.registrations import EInvoice
from apps.invoices.snapshot import seller_country
from apps.invoices.states import AT_WORK, EInvoiceState
from apps.orders.models import Order
from apps.orders.states import AWAITS_CASH, FulfilmentState
from apps.tenancy.single_rows import single_row

AGAIN: Final = "#"


def get_invoice_settings() -> InvoiceSettings:
    """The store's settings; unsaved defaults where there are none yet."""
    return single_row(InvoiceSettings)


def list_documents_of(order: Order) -> list[Document]:
    """The order's invoice and credit notes, oldest first, with their e-invoices and without what is printed on them: one
    query."""
    signed = ("registration__signed_invoice", "registration__signed_qr")
    rows = order.documents.select_related("einvoice", "registration").defer("data", *signed)
    return list(rows.order_by("created_at", "id"))


def valid(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Without those that were cancelled at the portal of e-invoices: they count for nothing."""
    return documents.exclude(einvoice__state=EInvoiceState.CANCELLED)


def plain_cause(cause: str) -> str:
    """Of a document that was made again in place of a cancelled one: what the first one was made for."""
    return cause.partition(AGAIN)[0]


def get_document_of(*, order: Order, document_id: UUID) -> Document:
    """A document of this order. Raises `DocumentNotFound`."""
    rows = Document.objects.select_related("einvoice", "registration")
    found = rows.filter(order=order, pk=document_id).first()
    if found is None:
        raise DocumentNotFound
    return found


def find_invoice(order: Order) -> Document | None:
    """The invoice of the order as it was then; what was added later has invoices of its own."""
    rows = valid(Document.objects.filter(order=order, kind=DocumentKind.INVOICE))
    first = rows.filter(Q(cause="order") | Q(cause__startswith=f"order{AGAIN}"))
    return first.select_related("einvoice").first()


def list_invoices(order: Order) -> list[Document]:
    """That invoice first, then those of what was added, oldest first."""
    rows = valid(Document.objects.filter(order=order, kind=DocumentKind.INVOICE))
    return list(rows.order_by("created_at", "id"))


def is_sold(order: Order) -> bool:
    """Whether an invoice can be made: it is paid or will be at the door."""
    return order.paid_at is not None or order.payment_state in AWAITS_CASH


def is_worth_offering(order: Order) -> bool:
    """Whether staff are offered to make the invoice: nothing was sold with an order that was cancelled before it left."""
    left = order.fulfilment_state != FulfilmentState.UNFULFILLED
    return is_sold(order) and (left or not order.is_cancelled)


def preview_numbers(row: InvoiceSettings) -> list[str]:
    """The numbers that the next invoice and the next credit note would have today."""
    country = seller_country()
    month = first_month(country, row.year_starts_in)
    found = []
    for prefix in (row.invoice_prefix, row.credit_prefix):
        filled = fill_prefix(prefix, today(), month)
        series = Series.objects.filter(prefix=filled).first()
        last = series.last_number if series is not None else 0
        found.append(f"{filled}{last + 1:0{row.digits}}")
    return found


def list_open_einvoices() -> list[EInvoice]:
    """What is neither registered nor cancelled nor left by staff, oldest first."""
    rows = EInvoice.objects.filter(state__in=(*AT_WORK, EInvoiceState.REFUSED))
    found = list(rows.select_related("document").order_by("created_at", "id"))
    for row in found:
        row.document.einvoice = row
    return found
