"""The mail with an invoice or a credit note."""

from apps.common.habits import language_shown
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.fulfilment.mails import send_to_buyer
from apps.invoices.kinds import TITLES
from apps.invoices.models import Document, PrintedFile
from apps.notifications.attachments import Attachment
from apps.tenancy.context import current_store


def file_name(document: Document) -> str:
    """`CC-25-26-00042.pdf`: a number has no sign but `/` that a file can't have."""
    return f"{document.number.replace('/', '-')}.pdf"


def mail_document(document: Document, printed: PrintedFile) -> None:
    """Once for each document. In the buyer's language; the file is in the store's."""
    order = document.order
    language = language_shown(order.language, otherwise=current_store().language)
    send_to_buyer(
        order,
        "order_document",
        about=document.pk,
        facts={
            "title": TITLES[document.title],
            "document_number": document.number,
            "is_credit": document.is_credit_note,
            "invoice_number": document.data["invoice"].get("number", ""),
            "total": format_money(
                from_minor(document.total_minor, document.currency), str(locale_of(language))
            ),
        },
        attachment=Attachment(printed.path, file_name(document)),
    )
