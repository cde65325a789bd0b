"""Which documents have to be registered at the portal."""

from apps.invoices.einvoices.payload import is_einvoice, is_export
from apps.invoices.kinds import Registers
from apps.invoices.models import Document, InvoiceSettings


def must_register(document: Document, settings: InvoiceSettings) -> bool:
    if settings.registers == Registers.NONE or not is_einvoice(document):
        return False
    return settings.registers == Registers.ALL or not is_export(document)
