"""The invoice that goes with the mail about a payment or a parcel."""

from apps.fulfilment.papers import Occasion, paper
from apps.invoices import services as invoices
from apps.invoices.due import is_due
from apps.invoices.mails import file_name, is_mailed_already
from apps.invoices.registered import awaits_registration
from apps.invoices.selectors import get_invoice_settings
from apps.notifications.attachments import Attachment
from apps.orders.models import Order


@paper
def invoice_for_mail(order: Order, occasion: Occasion) -> Attachment | None:
    """Issued and printed now, where the store mails invoices. None for one that another mail has brought."""
    if not (get_invoice_settings().is_mailed and is_due(order, occasion)):
        return None
    document = invoices.issue_invoice(order=order)
    if awaits_registration(document):
        return None  # it follows by a mail of its own
    printed = invoices.print_document(document=document)
    if is_mailed_already(printed):
        return None
    return Attachment(printed.path, file_name(document))
