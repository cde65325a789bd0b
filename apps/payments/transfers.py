"""The rest of a bank transfer that brought less than was to be paid."""

from uuid import UUID, uuid5

from apps.orders.models import Order
from apps.orders.states import OrderPaymentState
from apps.payments.balances import balance_of
from apps.payments.models import Payment
from apps.payments.selectors import can_be_followed


def following_id(payment: Payment) -> UUID:
    """The id of the payment for one more transfer after this one."""
    return uuid5(payment.pk, "next")


def rest_to_transfer(order: Order, payment: Payment) -> int:
    """What one more transfer is to bring after this one; 0 where another came, or nothing is missing.

    No query for orders that are not underpaid.
    """
    if order.payment_state != OrderPaymentState.UNDERPAID or not can_be_followed(payment):
        return 0
    if Payment.objects.filter(pk=following_id(payment)).exists():
        return 0
    return balance_of(order).missing_minor
