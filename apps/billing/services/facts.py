"""What the bookings of a charge share: the lock of its invoice, and what a provider says beside paid or failed."""

from typing import Final
from uuid import UUID

from django.db.models import Q

from apps.billing.models import BillingTransaction, Invoice
from apps.billing.providers.base import ChargeEvent, Outcome
from apps.billing.providers.installed import BY_HAND
from apps.billing.services.moving import locked_case
from apps.billing.states import DisputeState, TransactionStatus
from apps.common.money import to_minor
from apps.events import services as events
from apps.platform.auditing import note

DROPPED: Final = "billing.charge_dropped"


def lock_invoice(invoice_id: UUID) -> Invoice:
    """Locks the store's row, where there still is one, then the invoice's."""
    found = Invoice.objects.get(pk=invoice_id)
    if found.store_id is not None:
        with locked_case(found.store_id):
            pass  # the lock is held until the caller's transaction ends
    return Invoice.objects.select_for_update().get(pk=invoice_id)


def take_facts(event: ChargeEvent, transaction: BillingTransaction) -> None:
    """Unsaved: the address to pay at, references, why it failed last, what was given back, a dispute."""
    transaction.method = event.method or transaction.method
    transaction.provider_ref = event.ref or transaction.provider_ref
    transaction.payment_ref = event.payment_ref or transaction.payment_ref
    transaction.pay_url = event.pay_url or transaction.pay_url
    transaction.is_closed = transaction.is_closed or event.is_closed
    is_failed = transaction.status == TransactionStatus.FAILED
    if is_failed and event.outcome == Outcome.FAILED and event.reason:
        transaction.failure_message = event.reason[:300]
    if transaction.status not in (TransactionStatus.COMPLETED, TransactionStatus.REFUNDED):
        return
    if event.refunded is not None:
        _take_refunded(transaction, to_minor(event.refunded))
    if event.dispute is not None and event.dispute != transaction.dispute:
        transaction.dispute = event.dispute
        transaction.dispute_reason = event.dispute_reason
        said = {"state": event.dispute, "reason": event.dispute_reason}
        note("billing_payment.disputed", transaction.invoice, after=said, always=True)


def _take_refunded(transaction: BillingTransaction, refunded_minor: int) -> None:
    """Wholly given back is a state of its own, which a refund that fails at the bank ends."""
    if refunded_minor != transaction.refunded_minor:
        before, after = {"minor": transaction.refunded_minor}, {"minor": refunded_minor}
        transaction.refunded_minor = refunded_minor
        note(
            "billing_payment.refunded",
            transaction.invoice,
            before=before,
            after=after,
            always=True,
        )
    is_whole = refunded_minor >= transaction.amount_minor > 0
    transaction.status = TransactionStatus.REFUNDED if is_whole else TransactionStatus.COMPLETED


def drop_others(invoice: Invoice) -> None:
    """The invoice is settled: what else asks for its money at a provider is closed there, after the commit."""
    rows = invoice.transactions.exclude(provider=BY_HAND.code).filter(
        Q(status=TransactionStatus.PENDING) | Q(status=TransactionStatus.FAILED), is_closed=False
    )
    for transaction_id in rows.values_list("pk", flat=True):
        events.emit(
            topic=DROPPED, key=str(transaction_id), payload={"transaction": str(transaction_id)}
        )


def dispute_words(transaction: BillingTransaction) -> str:
    return str(DisputeState(transaction.dispute).label) if transaction.dispute else ""
