"""News of subscriptions that become mails to owners, and charges at a provider. They are messages of the platform's outbox."""

from uuid import UUID

from apps.billing import services
from apps.billing.mails import mail_failure, mail_invoice, mail_reminder
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.selectors import unpaid_since
from apps.billing.states import InvoiceStatus
from apps.events.consumers import Message, consumes
from apps.platform.models import Subscription
from apps.platform.states import SubscriptionStatus

_STILL = {
    "trial_ends": SubscriptionStatus.TRIAL,
    "overdue": SubscriptionStatus.PAST_DUE,
}


@consumes("billing.invoice_issued")
def open_charge(message: Message) -> None:
    services.open_charge(UUID(message.payload["transaction"]))


@consumes("billing.invoice_issued")
def write_invoice_mail(message: Message) -> None:
    invoice = Invoice.objects.select_related("store").get(pk=message.payload["invoice"])
    if invoice.store is not None:
        mail_invoice(invoice, invoice.store)


@consumes("billing.charge_dropped")
def close_charge(message: Message) -> None:
    services.close_charge(UUID(message.payload["transaction"]))


@consumes("billing.payment_failed")
def write_failure_mail(message: Message) -> None:
    """Nothing where the invoice was settled meanwhile."""
    rows = BillingTransaction.objects.select_related("invoice", "store")
    transaction = rows.get(pk=message.payload["transaction"])
    is_open = transaction.invoice.status == InvoiceStatus.OPEN
    if transaction.store is not None and is_open:
        mail_failure(transaction, transaction.store)


@consumes("billing.reminded")
def write_reminder(message: Message) -> None:
    """A reminder that comes late is dropped where it is not true any more."""
    kind, days = message.payload["kind"], message.payload["days"]
    rows = Subscription.objects.select_related("store", "plan")
    subscription = rows.filter(pk=message.payload["subscription"], status=_STILL[kind]).first()
    if subscription is None:
        return
    since = unpaid_since(subscription.store_id) if kind == "overdue" else None
    mail_reminder(subscription, kind=kind, days=days, since=since)
