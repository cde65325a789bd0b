"""Asks the provider of a transaction for its money, and what is true of it. Outside of the locks of billing: a provider may be
slow, and what it said is booked only where nothing was booked meanwhile."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from apps.billing.models import BillingTransaction, Invoice
from apps.billing.providers.base import BillingProvider, Charge, ChargeEvent, OnlineProvider
from apps.billing.providers.installed import find_online, get_provider
from apps.billing.selectors import find_account
from apps.billing.services.accounts import as_customer, prepare_customer
from apps.billing.services.paying import apply_event
from apps.billing.states import TransactionStatus
from apps.common.money import from_minor
from apps.gateways.errors import GatewayUnavailable
from apps.tenancy.context import outside_store

_MOST: Final = 5


def open_charge(transaction_id: UUID) -> None:
    """Repeatable: what is settled meanwhile is not asked for, and the provider knows a repeated charge by its id."""
    with outside_store():
        rows = BillingTransaction.objects.filter(
            pk=transaction_id, status=TransactionStatus.PENDING
        )
        if rows.exists():
            ask_for_money(transaction_id)


def ask_for_money(transaction_id: UUID) -> ChargeEvent:
    """Of a failed one, too, which the provider still collects. Call it with no store active."""
    transaction = BillingTransaction.objects.select_related("store").get(pk=transaction_id)
    if transaction.store is not None:
        prepare_customer(transaction.store, find_online(transaction.provider))
    return _ask(transaction_id, lambda provider, charge: provider.open(charge))


def refresh_charge(transaction_id: UUID) -> BillingTransaction:
    """Ask the provider what is true of it, and book that. Nothing for one that only people know of."""
    with outside_store():
        transaction = BillingTransaction.objects.get(pk=transaction_id)
        if find_online(transaction.provider) is not None:
            _ask(transaction_id, lambda provider, charge: _online(provider).fetch(charge))
            transaction.refresh_from_db()
    return transaction


def ask_again(*, invoice: Invoice) -> Invoice:
    """What is true of every try that a provider knows of is asked for, and booked. The invoice as it is then."""
    with outside_store():
        for transaction in invoice.transactions.exclude(provider_ref="").order_by("created_at"):
            refresh_charge(transaction.pk)
        return Invoice.objects.get(pk=invoice.pk)


def close_charge(transaction_id: UUID) -> None:
    """The provider asks for it no more. What was paid there in this moment is booked, and is to be given back."""
    with outside_store():
        transaction = BillingTransaction.objects.get(pk=transaction_id)
        is_open = transaction.status in (TransactionStatus.PENDING, TransactionStatus.FAILED)
        if find_online(transaction.provider) is not None and is_open and not transaction.is_closed:
            _ask(transaction_id, lambda provider, charge: _online(provider).close(charge))


def charge_of(transaction: BillingTransaction) -> Charge:
    """As its provider gets it."""
    account = None
    if transaction.store_id is not None:
        account = find_account(transaction.store_id, transaction.provider)
    return Charge(
        id=transaction.pk,
        store_id=transaction.store_id,
        invoice_number=transaction.invoice.number,
        description=transaction.description,
        amount=from_minor(transaction.amount_minor, transaction.currency),
        due_at=transaction.invoice.due_at,
        ref=transaction.provider_ref,
        payment_ref=transaction.payment_ref,
        customer=as_customer(account) if account is not None else None,
    )


def _ask(
    transaction_id: UUID, how: Callable[[BillingProvider, Charge], ChargeEvent]
) -> ChargeEvent:
    for _ in range(_MOST):
        rows = BillingTransaction.objects.select_related("invoice")
        transaction = rows.get(pk=transaction_id)
        event = how(get_provider(transaction.provider), charge_of(transaction))
        if apply_event(event, revision=transaction.revision):
            return event
    raise GatewayUnavailable()


def _online(provider: BillingProvider) -> OnlineProvider:
    assert isinstance(provider, OnlineProvider)
    return provider
