"""Stores as customers of a provider, and the payment methods that it keeps of them."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext

from apps.accounts.selectors import list_owners
from apps.billing.errors import NoOnlinePayment
from apps.billing.models import BillingAccount
from apps.billing.providers.base import (
    BillingProvider,
    Customer,
    CustomerGone,
    KeepingProvider,
    SavedMethod,
)
from apps.billing.providers.installed import find_online, offered_online
from apps.billing.selectors import find_account, find_subscription
from apps.billing.services.moving import locked_case
from apps.billing.snapshot import payer_of
from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.platform.auditing import note
from apps.platform.models import Store
from apps.platform.states import AT_REST
from apps.tenancy.context import outside_store, system_scope, use_store
from apps.tenancy.transactions import atomic_on_platform

_MOST: Final = 5
_NO_METHOD: Final[dict[str, Any]] = {
    "method_ref": "",
    "method_kind": "",
    "last4": "",
    "expires_month": None,
    "expires_year": None,
}


def page_for_method(*, store: Store, return_url: str) -> str:
    """The provider's page on which the store's payment method is saved, or changed where there is one. Raises
    `NoOnlinePayment` where no provider keeps methods."""
    with outside_store():
        currency = _currency_of(store)
        provider = offered_online(currency)
        if not isinstance(provider, KeepingProvider):
            raise NoOnlinePayment
        prepare_customer(store, provider)
        customer = as_customer(_account_of(store, provider))
        if customer.method_ref:
            return provider.page_to_change(customer, return_url=return_url)
        return provider.page_to_save(customer, currency=currency, return_url=return_url)


def take_saved_method(*, store_id: UUID, provider_code: str, page: str) -> BillingAccount | None:
    """The page on which a method was saved is finished: the method is used from now on. Repeatable, and in any order: a page
    that was opened earlier than the one of the present method changes nothing."""
    with outside_store():
        provider, account = _known(store_id, provider_code)
        if provider is None or account is None:
            return None
        opened = provider.take_saved(as_customer(account), page, after=account.chosen_at)
        if opened is not None:
            _note_choice(account, opened)
    return refresh_account(store_id=store_id, provider_code=provider_code)


def refresh_account(*, store_id: UUID, provider_code: str) -> BillingAccount | None:
    """Ask the provider which method the store has now. With one, later invoices go to the provider; without one they are paid
    by hand, or online one by one."""
    with outside_store():
        for _ in range(_MOST):
            provider, account = _known(store_id, provider_code)
            if provider is None or account is None or not account.customer_ref:
                return account
            try:
                method = provider.read_method(as_customer(account))
            except CustomerGone:
                _forget(account)
                method = None
            else:
                if not _take_method(account, method):
                    continue
            _choose_provider(account, method)
            return find_account(store_id, provider_code)
    raise GatewayUnavailable()


def prepare_customer(store: Store, provider: BillingProvider | None) -> None:
    """The store is a customer of the provider, with the name and the address of its next invoice. Call it with no store
    active."""
    if not isinstance(provider, KeepingProvider):
        return
    for _ in range(2):
        account = _account_of(store, provider)
        if not account.customer_ref:
            ref = provider.make_customer(as_customer(account))
            rows = BillingAccount.objects.filter(pk=account.pk, customer_ref="", lost=account.lost)
            rows.update(customer_ref=ref, revision=F("revision") + 1)
            account = _account_of(store, provider)
        try:
            provider.describe_customer(as_customer(account), _facts_of(store))
        except CustomerGone:
            _forget(account)
            continue
        return
    raise GatewayRefused(gettext("The payment provider does not know this store."))


def as_customer(account: BillingAccount) -> Customer:
    return Customer(
        key=f"{account.store_id}.{account.lost}",
        store_id=account.store_id,
        ref=account.customer_ref,
        method_ref=account.method_ref,
    )


def _known(
    store_id: UUID, provider_code: str
) -> tuple[KeepingProvider | None, BillingAccount | None]:
    provider = find_online(provider_code)
    keeping = provider if isinstance(provider, KeepingProvider) else None
    return keeping, find_account(store_id, provider_code)


def _account_of(store: Store, provider: KeepingProvider) -> BillingAccount:
    with atomic_on_platform():
        return BillingAccount.objects.get_or_create(store_id=store.pk, provider=provider.code)[0]


def _currency_of(store: Store) -> str:
    subscription = find_subscription(store.pk)
    return subscription.currency if subscription is not None else store.currency


def _facts_of(store: Store) -> dict[str, str]:
    """Name and address of who pays; the first owner's address where the store has given none."""
    payer = payer_of(store)
    email = payer.email
    if not email and store.status not in AT_REST:
        with use_store(store), system_scope("billing"):
            email = next((owner.email for owner in list_owners()), "")
    return {"name": payer.legal_name, "email": email}


def _note_choice(account: BillingAccount, opened: datetime) -> None:
    with atomic_on_platform():
        locked = BillingAccount.objects.select_for_update().get(pk=account.pk)
        if locked.chosen_at is None or locked.chosen_at < opened:
            locked.chosen_at = opened
            locked.save(update_fields=["chosen_at"])


def _take_method(account: BillingAccount, method: SavedMethod | None) -> bool:
    """False where the account has changed since the provider was asked."""
    values = _NO_METHOD
    if method is not None:
        values = {
            "method_ref": method.ref,
            "method_kind": method.kind,
            "last4": method.last4,
            "expires_month": method.expires_month,
            "expires_year": method.expires_year,
        }
    rows = BillingAccount.objects.filter(pk=account.pk, revision=account.revision)
    return bool(rows.update(**values, revision=F("revision") + 1))


def _forget(account: BillingAccount) -> None:
    rows = BillingAccount.objects.filter(pk=account.pk, customer_ref=account.customer_ref)
    rows.update(
        customer_ref="",
        lost=F("lost") + 1,
        revision=F("revision") + 1,
        **_NO_METHOD,
    )


def _choose_provider(account: BillingAccount, method: SavedMethod | None) -> None:
    """Where the next invoices go. It is noted where the method is another one than before."""
    with locked_case(account.store_id) as case:
        subscription = case.subscription
        chosen = account.provider if method is not None else ""
        if subscription is not None and subscription.provider in ("", account.provider, "hand"):
            subscription.provider = chosen
            subscription.save(update_fields=["provider", "updated_at"])
        if (method.ref if method is not None else "") != account.method_ref:
            said = {"method": f"{method.kind} {method.last4}".strip() if method else ""}
            note("billing_method.changed", case.store, after=said, always=True)
