"""An owner pays an open invoice online, now."""

from dataclasses import dataclass
from uuid import UUID

from apps.billing.errors import AlreadyPaid, NoOnlinePayment, NotAsked
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.providers.base import OnlineProvider, Outcome
from apps.billing.providers.installed import BY_HAND, find_online, offered_online
from apps.billing.services.charging import ask_for_money
from apps.billing.services.facts import lock_invoice
from apps.billing.services.issuing import ask_for
from apps.billing.states import InvoiceStatus, TransactionStatus
from apps.platform.auditing import note
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform


@dataclass(frozen=True)
class WayToPay:
    """Paid already, by the saved method; or the page on which it is paid."""

    is_paid: bool
    url: str


def pay_online(*, invoice: Invoice) -> WayToPay:
    """Ask for the money at the provider that is offered, or goes on where it is asked for already. Repeatable. Raises
    `AlreadyPaid`, `NotAsked`, `NoOnlinePayment`."""
    with outside_store():
        provider = offered_online(invoice.currency)
        if provider is None or invoice.store_id is None:
            raise NoOnlinePayment
        with atomic_on_platform():
            transaction_id = _choose(invoice, provider)
        event = ask_for_money(transaction_id)
    return WayToPay(event.outcome is Outcome.PAID, event.pay_url)


def _choose(invoice: Invoice, provider: OnlineProvider) -> UUID:
    """The transaction by which it is paid online: one that the provider collects already, else the one by hand, of which no other
    system knows, else a new one."""
    locked = lock_invoice(invoice.pk)
    if locked.status == InvoiceStatus.PAID:
        raise AlreadyPaid
    if locked.status == InvoiceStatus.WRITTEN_OFF:
        raise NotAsked
    rows = locked.transactions.order_by("-created_at", "-id")
    pending = rows.filter(status=TransactionStatus.PENDING).first()
    if pending is not None and _is_usable(pending):
        return pending.pk
    if pending is not None:  # by hand, or at a provider that is switched off
        pending.provider, pending.method, pending.provider_ref = provider.code, "", ""
        pending.revision += 1
        pending.save()
        found = pending
    else:
        again = rows.filter(
            status=TransactionStatus.FAILED, provider=provider.code, is_closed=False
        ).first()
        found = again or ask_for(locked, provider=provider.code)
    note("billing_invoice.paying_online", locked, after={"provider": provider.code})
    return found.pk


def _is_usable(transaction: BillingTransaction) -> bool:
    provider = find_online(transaction.provider)
    return transaction.provider != BY_HAND.code and provider is not None and provider.is_enabled()
