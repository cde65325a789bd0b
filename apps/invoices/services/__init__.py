"""Writes of invoices: issue documents, print them, save the store's settings."""

from apps.invoices.services.crediting import issue_credit_notes
from apps.invoices.services.issuing import issue_invoice
from apps.invoices.services.printing import (
    print_document,
    print_slip,
    read_document,
    render_slip,
)
from apps.invoices.services.saving import check_prefixes, save_invoice_settings

__all__ = [
    "check_prefixes",
    "issue_credit_notes",
    "issue_invoice",
    "print_document",
    "print_slip",
    "read_document",
    "render_slip",
    "save_invoice_settings",
]
