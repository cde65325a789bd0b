"""The mail with an invoice or a credit note."""

from datetime import timedelta
from typing import Final

from apps.common.clock import now
from apps.common.habits import language_shown
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.fulfilment.mails import mail_confirmation, send_to_buyer
from apps.fulfilment.parcel_mails import mail_shipment
from apps.fulfilment.states import ShipmentState
from apps.invoices.kinds import TITLES
from apps.invoices.models import Document, PrintedFile
from apps.notifications.attachments import Attachment
from apps.notifications.models import SentMail
from apps.tenancy.context import current_store

# An older payment or parcel has its mail, which may be forgotten by now.
_MOMENT: Final = timedelta(hours=1)


def file_name(document: Document) -> str:
    """`CC-25-26-00042.pdf`: a number has no sign but `/` that a file can't have."""
    return f"{document.number.replace('/', '-')}.pdf"


def is_mailed_already(printed: PrintedFile) -> bool:
    return SentMail.objects.filter(attached_file=printed.path).exists()


def mail_with_news(document: Document, printed: PrintedFile) -> bool:
    """Write the mail about the payment or the parcel of a moment ago with the invoice in it, if that is not written yet.

    Then the consumer that comes to it later finds it written: one mail, whichever of the two is first.
    """
    order, since = document.order, now() - _MOMENT
    if document.is_credit_note:
        return False
    file = Attachment(printed.path, file_name(document))
    is_just_paid = order.paid_at is not None and order.paid_at > since
    if is_just_paid and not _is_written(f"order_confirmation:{order.pk}"):
        mail_confirmation(order, attachment=file)
        return True
    for shipment in order.shipments.filter(state=ShipmentState.SHIPPED, created_at__gt=since):
        if not _is_written(f"order_shipped:{shipment.pk}"):
            mail_shipment(shipment, attachment=file)
            return True
    return False


def _is_written(message_ref: str) -> bool:
    return SentMail.objects.filter(message_ref=message_ref).exists()


def mail_document(document: Document, printed: PrintedFile) -> None:
    """Once for each document. In the buyer's language; the file is in the store's."""
    order = document.order
    send_to_buyer(
        order,
        "order_document",
        about=document.pk,
        facts={
            "title": TITLES[document.title],
            "document_number": document.number,
            "is_credit": document.is_credit_note,
            "is_receipt": order.is_gift_cards,
            "invoice_number": document.data["invoice"].get("number", ""),
            "total": _total(document),
        },
        attachment=Attachment(printed.path, file_name(document)),
    )


def mail_cancellation(document: Document) -> None:
    """Once for each document whose registration at the portal of e-invoices was cancelled."""
    send_to_buyer(
        document.order,
        "einvoice_cancelled",
        about=document.pk,
        facts={
            "title": TITLES[document.title],
            "document_number": document.number,
            "is_credit": document.is_credit_note,
            "total": _total(document),
        },
    )


def _total(document: Document) -> str:
    language = language_shown(document.order.language, otherwise=current_store().language)
    amount = from_minor(document.total_minor, document.currency)
    return format_money(amount, str(locale_of(language)))
