"""Writes of the store's keys of the portal of e-invoices."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from apps.common.errors import Conflict
from apps.gateways.keyed import Finding
from apps.invoices.portal.connection import examine
from apps.invoices.portal.installed import portal_keys
from apps.invoices.portal.keys import KIND, URL, clean_keys, with_saved
from apps.invoices.selectors import get_invoice_settings
from apps.platform.auditing import note
from apps.platform.crypto import Sealed
from apps.platform.selectors import get_store
from apps.platform.services import remove_integration, save_integration
from apps.pricing.selectors import get_tax_settings
from apps.tenancy.context import current_store


def save_portal_keys(*, keys: Mapping[str, str]) -> None:
    """Seal the keys; the next e-invoice is sent with them. A secret that is left empty stays, as long as it goes to the same
    address. Raises `InvalidInput` by field, and `Conflict` in a sandbox."""
    store = current_store()
    if store.is_sandbox:
        raise Conflict(gettext("A sandbox registers no invoices, so it has no keys."))
    sealed = Sealed(clean_keys(with_saved(keys, portal_keys())))
    with transaction.atomic():
        save_integration(store=get_store(store.id), kind=KIND, config=sealed)
        note("einvoice.keys_changed", get_invoice_settings(), after={"address": sealed[URL]})


def remove_portal_keys() -> None:
    """Delete the keys: e-invoices wait until there are others, or until they are not sent any more."""
    with transaction.atomic():
        remove_integration(store=get_store(current_store().id), kind=KIND)
        note("einvoice.keys_changed", get_invoice_settings(), after={"address": "none"})


def try_portal_keys(*, keys: Mapping[str, str]) -> list[Finding]:
    """Try keys at the portal; nothing is saved. Raises as `save_portal_keys`."""
    sealed = Sealed(clean_keys(with_saved(keys, portal_keys())))
    return examine(sealed, get_tax_settings().tax_number)
