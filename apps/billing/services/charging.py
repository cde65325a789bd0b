"""Asks the provider of a transaction for its money, after the commit of its invoice."""

from uuid import UUID

from apps.billing.models import BillingTransaction
from apps.billing.providers.base import Charge
from apps.billing.providers.installed import get_provider
from apps.billing.services.paying import apply_event
from apps.billing.states import TransactionStatus
from apps.common.money import from_minor
from apps.tenancy.context import outside_store


def open_charge(transaction_id: UUID) -> None:
    """Repeatable: what is settled meanwhile is not asked for, and the provider knows a repeated charge by its id."""
    with outside_store():
        rows = BillingTransaction.objects.select_related("invoice")
        transaction = rows.filter(pk=transaction_id, status=TransactionStatus.PENDING).first()
        if transaction is None:
            return
        charge = Charge(
            id=transaction.pk,
            store_id=transaction.store_id,
            invoice_number=transaction.invoice.number,
            description=transaction.description,
            amount=from_minor(transaction.amount_minor, transaction.currency),
            due_at=transaction.invoice.due_at,
        )
        apply_event(get_provider(transaction.provider).open(charge))
