"""Writes the row of a document with its number."""

from collections.abc import Sequence
from typing import Annotated

from django.utils import translation

from apps.common.habits import spelling_of
from apps.common.typed_text import Code, Said, cleans_text
from apps.events import services as events
from apps.invoices.kinds import DocumentKind
from apps.invoices.lines import DocumentLine
from apps.invoices.models import Document, InvoiceSettings
from apps.invoices.selectors import AGAIN, plain_cause
from apps.invoices.services.numbering import allocate_number
from apps.invoices.services.registering import begin_registration
from apps.invoices.services.sending import send_soon
from apps.invoices.snapshot import make_snapshot
from apps.invoices.states import EInvoiceState
from apps.orders.models import Order
from apps.tenancy.context import current_store


@cleans_text
def write_document(
    order: Order,
    lines: Sequence[DocumentLine],
    settings: InvoiceSettings,
    *,
    cause: Annotated[str, Code(60)],
    invoice: Document | None = None,
    reason: Annotated[str, Said(300)] = "",
) -> Document:
    """Insert it, and have it registered and printed after the commit. The order is locked; the series is from here on."""
    store = current_store()
    kind = DocumentKind.INVOICE if invoice is None else DocumentKind.CREDIT_NOTE
    with translation.override(spelling_of(store.language, store.country)):
        title, data = make_snapshot(order, lines, settings, invoice=invoice, reason=reason)
    allocated = allocate_number(kind, settings)
    document = Document(
        kind=kind,
        title=title,
        series=allocated.series,
        sequence=allocated.sequence,
        number=allocated.number,
        order=order,
        cause=_free_cause(order, cause),
        invoice=invoice,
        issued_on=allocated.day,
        language=store.language,
        currency=order.currency,
        total_minor=data["total_minor"],
        tax_minor=data["tax_minor"],
        data=data,
    )
    document.save(force_insert=True)
    if begin_registration(document, settings):
        send_soon()
    events.emit(
        topic="document.issued", key=str(order.pk), payload={"document_id": str(document.pk)}
    )
    return document


def _free_cause(order: Order, cause: str) -> str:
    """With a number at the end in place of a document that was cancelled; a cause that is in use is refused by the table."""
    spent = Document.objects.filter(order=order, einvoice__state=EInvoiceState.CANCELLED)
    count = sum(plain_cause(each) == cause for each in spent.values_list("cause", flat=True))
    return f"{cause}{AGAIN}{count + 1}" if count else cause
