"""Writes of invoices: issue documents, register and print them, save the store's settings."""

from apps.invoices.services.crediting import issue_credit_notes
from apps.invoices.services.deciding import (
    cancel_einvoice,
    leave_unregistered,
    make_again,
    register_again,
)
from apps.invoices.services.issuing import issue_invoice
from apps.invoices.services.portal_keys import (
    remove_portal_keys,
    save_portal_keys,
    try_portal_keys,
)
from apps.invoices.services.printing import (
    print_document,
    print_gift_card,
    print_slip,
    read_document,
    render_slip,
)
from apps.invoices.services.registering import send_due_einvoices
from apps.invoices.services.saving import check_codes, check_prefixes, save_invoice_settings

__all__ = [
    "cancel_einvoice",
    "check_codes",
    "check_prefixes",
    "issue_credit_notes",
    "issue_invoice",
    "leave_unregistered",
    "make_again",
    "print_document",
    "print_gift_card",
    "print_slip",
    "read_document",
    "register_again",
    "remove_portal_keys",
    "render_slip",
    "save_invoice_settings",
    "save_portal_keys",
    "send_due_einvoices",
    "try_portal_keys",
]
