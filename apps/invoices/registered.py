"""How far a document is with the portal of e-invoices, how much time there is, and what can still be done."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext, ngettext

from apps.common.clock import now, today
from apps.invoices.models import Document, InvoiceSettings
from apps.invoices.registrations import EInvoice, Registration
from apps.invoices.states import UNREGISTERED, EInvoiceState

CANCELLED_WITHIN: Final = timedelta(hours=24)
_WARNED_BEFORE_DAYS: Final = 10


def einvoice_of(document: Document) -> EInvoice | None:
    """One query, unless it was loaded with the document."""
    return getattr(document, "einvoice", None)


def registration_of(document: Document) -> Registration | None:
    """As `einvoice_of`."""
    return getattr(document, "registration", None)


def awaits_registration(document: Document) -> bool:
    """Its file has to wait for the portal's number and QR code, or for a decision of staff."""
    found = einvoice_of(document)
    return found is not None and found.state in UNREGISTERED


def is_cancelled(document: Document) -> bool:
    """At the portal: it counts for nothing, and its number is spent."""
    found = einvoice_of(document)
    return found is not None and found.state == EInvoiceState.CANCELLED


def can_be_cancelled(registration: Registration) -> bool:
    """Whether the portal still takes it: later a credit note is needed."""
    return now() < registration.ack_at + CANCELLED_WITHIN


def age_warning(document: Document, settings: InvoiceSettings) -> str:
    """Of a document that is not registered: how many days the law leaves; empty as long as there are many."""
    if not (settings.register_days and awaits_registration(document)):
        return ""
    left = settings.register_days - (today() - document.issued_on).days
    if left < 0:
        words = gettext(
            "The document is older than %(days)s days: the portal refuses it from sellers with this limit."
        )
        return words % {"days": settings.register_days}
    if left > min(_WARNED_BEFORE_DAYS, settings.register_days // 2):
        return ""
    return ngettext(
        "%(left)s day is left to register it.", "%(left)s days are left to register it.", left
    ) % {"left": left}
