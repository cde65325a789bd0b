"""Writes of payment methods, of the keys of providers, and of the time to pay."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from apps.common.errors import Conflict
from apps.gateways.installed import get_keyed_gateway
from apps.gateways.keyed import Finding, read_keys
from apps.payments.models import PaymentMethod, PaymentSettings
from apps.payments.ways import BankAccount, CashSettings
from apps.platform.auditing import audited, note
from apps.platform.crypto import Sealed
from apps.platform.selectors import get_store
from apps.platform.services import remove_integration, save_integration
from apps.tenancy.context import current_store
from apps.tenancy.page_versions import note_change


def save_payment_method(method: PaymentMethod) -> None:
    """Save changes by staff; the next buyer sees them, and a method that is switched off can't be chosen."""
    with audited("payment_method.changed", method), transaction.atomic():
        method.save()


def save_gateway_keys(*, method: PaymentMethod, keys: Mapping[str, str]) -> None:
    """Seal the keys of the store's account at the provider; the next buyer pays into it.

    A key that is left empty stays as it is. Raises `InvalidInput` by field, and `Conflict` in a sandbox.
    """
    store = current_store()
    if store.is_sandbox:
        raise Conflict(gettext("A sandbox takes no payments, so it has no keys."))
    gateway = get_keyed_gateway(method.gateway)
    if gateway is None:
        raise Conflict(gettext("This way to pay needs no keys."))
    sealed = Sealed(gateway.clean_keys(_with_saved(method, keys)))
    with transaction.atomic():
        save_integration(store=get_store(store.id), kind=method.gateway, config=sealed)
        mode = "test" if gateway.is_test_mode(sealed) else "live"
        note("payment_method.keys_changed", method, after={"keys": mode})
        transaction.on_commit(lambda: note_change(store.id, "payments"))


def remove_gateway_keys(*, method: PaymentMethod) -> None:
    """Delete the keys: buyers are not offered the way to pay, and payments made by it can't be refunded any more."""
    store = current_store()
    with transaction.atomic():
        remove_integration(store=get_store(store.id), kind=method.gateway)
        note("payment_method.keys_changed", method, after={"keys": "none"})
        transaction.on_commit(lambda: note_change(store.id, "payments"))


def try_gateway_keys(*, method: PaymentMethod, keys: Mapping[str, str]) -> list[Finding]:
    """Try keys at the provider; nothing is saved. Raises as `save_gateway_keys`."""
    gateway = get_keyed_gateway(method.gateway)
    if gateway is None:
        raise Conflict(gettext("This way to pay needs no keys."))
    return gateway.test_connection(Sealed(gateway.clean_keys(_with_saved(method, keys))))


def _with_saved(method: PaymentMethod, keys: Mapping[str, str]) -> Mapping[str, str]:
    given = {name: value.strip() for name, value in keys.items() if value.strip()}
    return Sealed({**read_keys(method.gateway), **given})


def save_payment_settings(row: PaymentSettings) -> None:
    """Save the settings; they hold for orders placed from now on."""
    with audited("payment_settings.changed", row), transaction.atomic():
        row.save()


def save_cash_settings(row: CashSettings) -> None:
    """Save the rules; they hold for orders placed from now on."""
    with audited("cash_settings.changed", row), transaction.atomic():
        row.save()


def save_bank_account(row: BankAccount) -> None:
    """Save the account; every order that still waits for its transfer shows it from now on."""
    with audited("bank_account.changed", row), transaction.atomic():
        row.save()
