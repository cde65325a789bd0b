"""Giving a merchant's payment back, in whole or in part, by the provider through which it came."""

from typing import Annotated, Final
from uuid import UUID, uuid5

from django.utils.translation import gettext

from apps.billing.errors import NothingToRefund
from apps.billing.models import BillingTransaction, Invoice
from apps.billing.providers.installed import find_online
from apps.billing.services.charging import charge_of, refresh_charge
from apps.billing.services.facts import lock_invoice
from apps.billing.states import TransactionStatus
from apps.common.errors import InvalidInput
from apps.common.money import from_minor
from apps.common.typed_text import Line, cleans_text
from apps.platform.auditing import note
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

REFUNDED: Final = "billing_payment.refund_asked"


@cleans_text
def refund_payment(
    *,
    invoice: Invoice,
    reason: Annotated[str, Line(200, required=True)],
    amount_minor: int | None = None,
) -> BillingTransaction:
    """Send the amount back, or all that is left; money that came twice first. The invoice stays paid: what it means for the
    subscription is for staff to say. No credit note is made.

    Idempotent until the provider has said what came of it: a second press of the same amount is the same refund. Raises
    `NothingToRefund`, `InvalidInput` for more than is left.
    """
    with outside_store():
        refresh_charge(_refundable(invoice).pk)
        with atomic_on_platform():
            lock_invoice(invoice.pk)
            transaction = _refundable(invoice)
            left = transaction.amount_minor - transaction.refunded_minor
            wanted = left if amount_minor is None else amount_minor
            if not 0 < wanted <= left:
                words = gettext("At most what is left of the payment can be given back.")
                raise InvalidInput(fields={"amount_minor": [words]})
            said = {"minor": wanted, "reason": reason, "payment": transaction.payment_ref}
            note(REFUNDED, invoice, after=said)
        provider = find_online(transaction.provider)
        assert provider is not None  # `_refundable` has seen it
        provider.refund(
            charge_of(transaction),
            key=_key_of(transaction, wanted),
            amount=from_minor(wanted, transaction.currency),
        )
        return refresh_charge(transaction.pk)


def find_refundable(invoice: Invoice) -> BillingTransaction | None:
    """The payment of which something can be given back by its provider: of one that came twice, that one."""
    rows = invoice.transactions.filter(status=TransactionStatus.COMPLETED)
    found = rows.order_by("-is_surplus", "-created_at")
    return next((row for row in found if find_online(row.provider) and row.payment_ref), None)


def _refundable(invoice: Invoice) -> BillingTransaction:
    found = find_refundable(invoice)
    if found is None:
        raise NothingToRefund
    return found


def _key_of(transaction: BillingTransaction, wanted: int) -> UUID:
    """What was given back before is in it: the next refund of the same amount is another one."""
    return uuid5(transaction.pk, f"refund.{transaction.refunded_minor}.{wanted}")
