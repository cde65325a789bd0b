"""Events of Stripe about merchants' bills, as the inbox keeps them: each is a hint, what is true is asked for again."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from apps.billing.models import BillingAccount, BillingTransaction
from apps.billing.providers.installed import STRIPE
from apps.billing.providers.stripe.events import CHARGE, CUSTOMER, PAGE, read_bill_event
from apps.billing.services.accounts import refresh_account, take_saved_method
from apps.billing.services.charging import refresh_charge
from apps.gateways.errors import MalformedEvent
from apps.inbox import services as inbox
from apps.inbox.headers import without_secrets
from apps.inbox.models import InboxMessage

SOURCE: Final = "stripe_billing"


def receive_bill_event(*, body: bytes, headers: Mapping[str, str]) -> InboxMessage:
    """Verify the raw bytes and keep them. A delivery that came before is answered like the first. Raises `InvalidSignature`,
    `MalformedEvent`."""
    event = read_bill_event(body=body, headers=headers)
    return inbox.receive(
        source=SOURCE,
        topic=event.kind,
        key=event.event_id,
        subject=event.subject,
        body=body,
        headers=without_secrets(headers),
        expires=False,
    )


def settle_bill_event(message: InboxMessage) -> str:
    """What came of it, in words; nothing for what is not of these bills: the account at Stripe may be used for more."""
    kind, _colon, ref = message.subject.partition(":")
    if not ref:
        return ""
    if kind == CUSTOMER:
        return _settle_customer(ref)
    if kind == PAGE:
        return _settle_page(ref)
    transaction = _find_charge(ref) if kind == CHARGE else _find_payment(ref)
    if transaction is None:
        return ""
    after = refresh_charge(transaction.pk)
    return f"{after.invoice.number}: {after.get_status_display()}"


def _find_charge(ref: str) -> BillingTransaction | None:
    try:
        wanted = UUID(ref)
    except ValueError:
        raise MalformedEvent(gettext("This is no charge of ours.")) from None
    return BillingTransaction.objects.filter(pk=wanted, provider=STRIPE.code).first()


def _find_payment(ref: str) -> BillingTransaction | None:
    """By the payment; before that is known here, by its invoice."""
    rows = BillingTransaction.objects.filter(provider=STRIPE.code)
    found = rows.filter(payment_ref=ref).first()
    if found is not None:
        return found
    invoice_ref = STRIPE.invoice_of_payment(ref)
    return rows.filter(provider_ref=invoice_ref).first() if invoice_ref else None


def _settle_customer(ref: str) -> str:
    account = BillingAccount.objects.filter(customer_ref=ref, provider=STRIPE.code).first()
    if account is None:
        return ""
    return _words(refresh_account(store_id=account.store_id, provider_code=STRIPE.code))


def _settle_page(page: str) -> str:
    customer = STRIPE.customer_of_page(page)
    account = BillingAccount.objects.filter(customer_ref=customer, provider=STRIPE.code).first()
    if not customer or account is None:
        return ""
    return _words(
        take_saved_method(store_id=account.store_id, provider_code=STRIPE.code, page=page)
    )


def _words(account: BillingAccount | None) -> str:
    if account is None or not account.method_ref:
        return gettext("No payment method is saved.")
    return f"{account.method_kind} {account.last4}".strip()
