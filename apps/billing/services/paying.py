"""Settling invoices. `apply_event` is the only door through which a transaction is settled."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Final
from uuid import UUID

import structlog
from django.utils.translation import gettext

from apps.billing.errors import AlreadyPaid
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.providers.base import ChargeEvent, Outcome
from apps.billing.providers.by_hand import BANK_TRANSFER
from apps.billing.providers.installed import BY_HAND, find_online
from apps.billing.selectors import overdue_invoices
from apps.billing.services.facts import drop_others, lock_invoice, take_facts
from apps.billing.services.issuing import ask_for
from apps.billing.services.moving import Case, locked_case, move, open_shop, save
from apps.billing.services.renewing import begin_period
from apps.billing.states import (
    INVOICE_TRANSITIONS,
    TRANSACTION_TRANSITIONS,
    InvoiceStatus,
    TransactionStatus,
)
from apps.common.clock import moment_at, now, today
from apps.common.errors import DomainError, InvalidInput
from apps.common.states import require_transition
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.platform.auditing import note
from apps.platform.states import SubscriptionStatus
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

log = structlog.get_logger(__name__)

PAYMENT_FAILED: Final = "billing.payment_failed"


def apply_event(event: ChargeEvent, *, revision: int | None = None) -> bool:
    """Book what a provider says of a charge, once: a repeated event changes nothing, nor does one that says less than is
    known. The shop opens with the payment, in a step of its own.

    `revision` is that of the transaction, read before the provider was asked: where it has changed since, what was said may be older
    than what is known. Nothing is booked then, the answer is False, and the provider is to be asked again.
    """
    with outside_store(), atomic_on_platform():
        booked = _book(event, revision)
    if booked.pays:
        _open_again(booked.store_id)
    return booked.is_fresh


@cleans_text
def mark_paid(
    *,
    invoice: Invoice,
    reference: Annotated[str, Line(120, required=True)],
    paid_on: date | None = None,
) -> Invoice:
    """The money of the invoice has come, by bank transfer: reference and day are those of the bank statement. Idempotent
    for one reference. Raises `AlreadyPaid`."""
    at = _moment_of(paid_on)
    with outside_store(), atomic_on_platform():
        locked = lock_invoice(invoice.pk)
        rows = locked.transactions.order_by("-created_at", "-id")
        paid = rows.filter(status=TransactionStatus.COMPLETED).first()
        if paid is not None:
            known = paid.provider_ref
            if known == reference:
                return locked
            raise AlreadyPaid(
                gettext("%(number)s is paid already, with the reference %(reference)s.")
                % {"number": locked.number, "reference": known}
            )
        if locked.status == InvoiceStatus.PAID:  # and the money was given back
            raise AlreadyPaid
        transaction = rows.filter(status=TransactionStatus.PENDING).first()
        if transaction is not None and transaction.provider != BY_HAND.code:
            _settle(transaction, TransactionStatus.FAILED, reason=gettext("Paid by bank transfer."))
            transaction = None
        if transaction is None:
            transaction = ask_for(locked, provider=BY_HAND.code)
        _book(ChargeEvent(transaction.pk, Outcome.PAID, reference, BANK_TRANSFER, at))
        note("billing_invoice.paid", locked, after={"reference": reference})
    _open_again(locked.store_id)
    locked.refresh_from_db()
    return locked


@cleans_text
def write_off(*, invoice: Invoice, reason: Annotated[str, Line(200, required=True)]) -> Invoice:
    """The invoice asks for nothing any more; the subscription goes on as if it were paid. Idempotent. Raises
    `AlreadyPaid`."""
    with outside_store(), atomic_on_platform():
        locked = lock_invoice(invoice.pk)
        if locked.status == InvoiceStatus.WRITTEN_OFF:
            return locked
        if locked.status == InvoiceStatus.PAID:
            raise AlreadyPaid
        for transaction in locked.transactions.filter(status=TransactionStatus.PENDING):
            _settle(transaction, TransactionStatus.FAILED, reason=reason)
        _move_invoice(locked, InvoiceStatus.WRITTEN_OFF)
        drop_others(locked)
        note("billing_invoice.written_off", locked, after={"reason": reason})
        _go_on(locked.store_id)
    _open_again(locked.store_id)
    return locked


def _moment_of(paid_on: date | None) -> datetime:
    if paid_on is None or paid_on == today():
        return now()
    if paid_on > today():
        raise InvalidInput(fields={"paid_on": [gettext("This day has not come yet.")]})
    return moment_at(paid_on, time(12))


@dataclass(frozen=True)
class _Booked:
    """What came of an event. `pays`: the invoice is paid by it."""

    store_id: UUID | None = None
    pays: bool = False
    is_fresh: bool = True


def _book(event: ChargeEvent, revision: int | None = None) -> _Booked:
    """In the caller's transaction."""
    known = BillingTransaction.objects.get(pk=event.charge_id)
    invoice = lock_invoice(known.invoice_id)
    transaction = BillingTransaction.objects.select_for_update().get(pk=event.charge_id)
    if revision is not None and transaction.revision != revision:
        return _Booked(is_fresh=False)
    before = transaction.status
    pays = False
    if _is_news(event, transaction):
        pays = _take_outcome(event, transaction, invoice)
    take_facts(event, transaction)
    transaction.revision += 1
    transaction.save()
    if before == TransactionStatus.PENDING and transaction.status == TransactionStatus.FAILED:
        _say_failed(event, transaction)
    return _Booked(invoice.store_id, pays)


def _is_news(event: ChargeEvent, transaction: BillingTransaction) -> bool:
    """Whether it says more than is known. A payment counts after a failure that was said of the same charge."""
    if transaction.status == TransactionStatus.PENDING:
        return event.outcome != Outcome.PENDING
    return transaction.status == TransactionStatus.FAILED and event.outcome == Outcome.PAID


def _take_outcome(event: ChargeEvent, transaction: BillingTransaction, invoice: Invoice) -> bool:
    """Whether the invoice is paid by it. Money for an invoice that is paid in another way is kept in mind, to be given back."""
    if event.outcome == Outcome.FAILED:
        _settle(transaction, TransactionStatus.FAILED, reason=event.reason, event=event)
        return False
    if invoice.status == InvoiceStatus.PAID:
        log.error("An invoice was paid twice.", invoice=invoice.number, reference=event.ref)
        transaction.is_surplus = True
        _settle(transaction, TransactionStatus.COMPLETED, event=event)
        note("billing_invoice.paid_twice", invoice, after={"reference": event.ref}, always=True)
        return False
    _settle(transaction, TransactionStatus.COMPLETED, event=event)
    invoice.paid_at = event.at or now()
    _move_invoice(invoice, InvoiceStatus.PAID)
    drop_others(invoice)
    _go_on(invoice.store_id)
    return True


def _say_failed(event: ChargeEvent, transaction: BillingTransaction) -> None:
    """The owners get a mail about a payment that the bank has refused."""
    if find_online(transaction.provider) is not None and not event.is_closed:
        events.emit(
            topic=PAYMENT_FAILED,
            key=str(transaction.pk),
            payload={"transaction": str(transaction.pk)},
        )


def _settle(
    transaction: BillingTransaction,
    target: TransactionStatus,
    *,
    reason: str = "",
    event: ChargeEvent | None = None,
) -> None:
    require_transition(
        TRANSACTION_TRANSITIONS,
        subject=transaction.description,
        current=transaction.status,
        target=target,
    )
    transaction.status = target
    transaction.failure_message = reason[:300]
    transaction.processed_at = (event.at if event is not None else None) or now()
    if event is not None:
        transaction.method = event.method or transaction.method
        transaction.provider_ref = event.ref or transaction.provider_ref
    transaction.save()


def _move_invoice(invoice: Invoice, target: InvoiceStatus) -> None:
    require_transition(
        INVOICE_TRANSITIONS,
        subject=gettext("Invoice %(number)s") % {"number": invoice.number},
        current=invoice.status,
        target=target,
    )
    invoice.status = target
    invoice.save(update_fields=["status", "paid_at"])


def _go_on(store_id: UUID | None) -> None:
    """After an invoice was settled: a subscription without overdue invoices is active again."""
    if store_id is None:
        return
    with locked_case(store_id) as case:
        subscription = case.subscription
        if subscription is None:
            return
        late = (SubscriptionStatus.PAST_DUE, SubscriptionStatus.EXPIRED)
        was_expired = subscription.status == SubscriptionStatus.EXPIRED
        if (
            subscription.status in late
            and not overdue_invoices(case.store.pk, case.moment).exists()
        ):
            move(case, subscription, SubscriptionStatus.ACTIVE)
            if was_expired:
                _continue_expired(case)
        if subscription.due_at is not None or was_expired:
            save(case, subscription, is_due_now=bool(subscription.suspension_reason))


def _continue_expired(case: Case) -> None:
    """The time during which the shop was closed is not charged: where the period has ended meanwhile, the next one begins
    now."""
    subscription = case.subscription
    if subscription is None or subscription.period_ends_at is None:
        return
    if subscription.period_ends_at <= case.moment:
        subscription.anchored_at = case.moment
        begin_period(case, subscription, begin=case.moment)


def _open_again(store_id: UUID | None) -> None:
    """What is refused now is tried again by the clock: the payment stays booked."""
    if store_id is None:
        return
    try:
        open_shop(store_id)
    except DomainError as error:
        log.warning("A paid store was not opened yet.", store=str(store_id), reason=str(error))
