"""Saves the settings of a store's invoices."""

from django.utils.translation import gettext

from apps.common.clock import today
from apps.common.errors import InvalidInput
from apps.invoices.errors import WrongPrefix
from apps.invoices.kinds import DocumentKind, Registers
from apps.invoices.models import InvoiceSettings, Series
from apps.invoices.numbers import check_prefix, fill_prefix, first_month
from apps.invoices.portal.installed import portal_keys
from apps.invoices.snapshot import INDIA, seller_country
from apps.platform.auditing import audited
from apps.pricing.selectors import get_tax_settings
from apps.tenancy.context import current_store

_PREFIXES = {
    "invoice_prefix": DocumentKind.INVOICE,
    "credit_prefix": DocumentKind.CREDIT_NOTE,
}


def check_prefixes(row: InvoiceSettings) -> dict[str, str]:
    """Brings both prefixes into their normal form and returns the faults by field. A series is of one kind for ever."""
    country = seller_country()
    month = first_month(country, row.year_starts_in)
    faults, filled = {}, {}
    for name, kind in _PREFIXES.items():
        try:
            prefix = check_prefix(
                getattr(row, name), digits=row.digits, day=today(), month=month, country=country
            )
        except WrongPrefix as error:
            faults[name] = str(error)
            continue
        setattr(row, name, prefix)
        filled[name] = fill_prefix(prefix, today(), month)
        taken = Series.objects.filter(prefix=filled[name]).exclude(kind=kind)
        if taken.exists() or list(filled.values()).count(filled[name]) > 1:
            faults[name] = gettext("Invoices and credit notes need different numbers.")
    return faults


def save_invoice_settings(row: InvoiceSettings) -> None:
    """Save changes by staff; they hold for documents that are made from now on. Raises `WrongPrefix`, and `InvalidInput` where
    documents are to be sent to the portal of e-invoices and it can't be reached."""
    faults = check_prefixes(row)
    if faults:
        raise WrongPrefix(fields={name: [text] for name, text in faults.items()})
    if fault := _fault_of_portal(row):
        raise InvalidInput(fields={"registers": [fault]})
    with audited("invoice_settings.changed", row):
        row.save()


def _fault_of_portal(row: InvoiceSettings) -> str:
    """A sandbox sends nothing, whatever its settings say."""
    if row.registers == Registers.NONE or current_store().is_sandbox:
        return ""
    if seller_country() != INDIA or not get_tax_settings().tax_number:
        return gettext("E-invoices are for stores that sell from India with a GSTIN.")
    return "" if portal_keys() else gettext("Enter the keys of the portal first.")
