"""Saves the settings of a store's invoices."""

import re
from typing import Final

from django.utils.translation import gettext

from apps.common.addresses import check_address
from apps.common.clock import today
from apps.common.errors import InvalidInput
from apps.common.text import plain_signs
from apps.invoices.errors import WrongPrefix
from apps.invoices.kinds import DocumentKind, Registers
from apps.invoices.models import InvoiceSettings, Series
from apps.invoices.numbers import check_prefix, fill_prefix, first_month
from apps.invoices.portal.installed import portal_keys
from apps.invoices.snapshot import INDIA, seller_country
from apps.platform.auditing import audited
from apps.pricing.selectors import get_tax_settings
from apps.tenancy.context import current_store

_HSN: Final = re.compile(r"\d{4}|\d{6}|\d{8}", re.ASCII)
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


def check_codes(row: InvoiceSettings) -> dict[str, str]:
    """Brings the seller's postal code and the code of shipping into their normal form and returns the faults by field."""
    country, errors = seller_country(), dict[str, list[str]]()
    place = {"country": country, "postal_code": row.postal_code}
    row.postal_code = check_address(place, errors=errors, needed=())["postal_code"]
    faults = {name: said[0] for name, said in errors.items()}
    row.shipping_code = re.sub(r"[ .-]", "", plain_signs(row.shipping_code))
    if country == INDIA and row.shipping_code and not _HSN.fullmatch(row.shipping_code):
        faults["shipping_code"] = gettext("An HSN or SAC code has 4, 6 or 8 digits.")
    return faults


def save_invoice_settings(row: InvoiceSettings) -> None:
    """Save changes by staff; they hold for documents that are made from now on. Raises `WrongPrefix`, and `InvalidInput` for
    wrong codes, and where documents are to be sent to the portal of e-invoices and it can't be reached."""
    faults = check_prefixes(row)
    if faults:
        raise WrongPrefix(fields={name: [text] for name, text in faults.items()})
    if wrong := check_codes(row):
        raise InvalidInput(fields={name: [text] for name, text in wrong.items()})
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
