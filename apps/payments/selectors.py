"""Reads of payments, and the row locks every write of money begins with."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from apps.orders.models import Order
from apps.payments.errors import PaymentMethodUnavailable, PaymentNotFound
from apps.payments.models import Payment, PaymentMethod, Refund
from apps.payments.states import OPEN_STATES, RefundState

METHODS_CACHE_KEY = "payments.methods"
_METHODS_CACHE_SECONDS = 15


@dataclass(frozen=True)
class OfferedMethod:
    """One way to pay, as a buyer sees it. `code` is the gateway's."""

    code: str
    label: str
    description: str
    is_test: bool
    pays_on_delivery: bool


def list_payment_methods() -> list[OfferedMethod]:
    """What the store offers now, in its order. Cached for some seconds."""
    rows = cache.get(METHODS_CACHE_KEY)
    if rows is None:
        rows = list(
            PaymentMethod.objects.filter(is_active=True).values_list(
                "gateway", "label", "description", "is_test", "pays_on_delivery"
            )
        )
        cache.set(METHODS_CACHE_KEY, rows, _METHODS_CACHE_SECONDS)
    methods = [OfferedMethod(*row) for row in rows]
    return [method for method in methods if settings.PAYMENTS_TEST_GATEWAY or not method.is_test]


def get_payment_method(code: str) -> OfferedMethod:
    """A method this store offers. Raises `PaymentMethodUnavailable`."""
    for method in list_payment_methods():
        if method.code == code:
            return method
    raise PaymentMethodUnavailable(
        fields={"payment_method": ["This payment method is not offered here."]}
    )


def get_payment(payment_id: UUID) -> Payment:
    """With its order. Raises `PaymentNotFound`."""
    try:
        return Payment.objects.select_related("order").get(pk=payment_id)
    except Payment.DoesNotExist:
        raise PaymentNotFound() from None


def get_payment_of(order: Order) -> Payment | None:
    """The order's latest payment."""
    return Payment.objects.filter(order_id=order.pk).order_by("-created_at", "-id").first()


def list_payments_of(order: Order) -> list[Payment]:
    """Latest first, with attempts and refunds: three queries."""
    return list(
        Payment.objects.filter(order_id=order.pk)
        .prefetch_related("attempts", "refunds")
        .order_by("-created_at", "-id")
    )


def can_pay_now(order: Order, payment: Payment | None) -> bool:
    """Whether to show the buyer a "pay" button."""
    return (
        payment is not None
        and order.cancelled_at is None
        and payment.state in OPEN_STATES
        and not payment.pays_on_delivery
    )


def lock_payment(payment_id: UUID) -> tuple[Order, Payment]:
    """Lock order, then payment; stock comes after. Every write of money locks in this order."""
    order_id = Payment.objects.values_list("order_id", flat=True).filter(pk=payment_id).first()
    if order_id is None:
        raise PaymentNotFound()
    order = Order.objects.select_for_update().get(pk=order_id)
    return order, Payment.objects.select_for_update().get(pk=payment_id)


def count_settled_minor(payment: Payment) -> int:
    """What the gateway has really given back."""
    amounts = Refund.objects.filter(payment=payment, state=RefundState.SUCCEEDED)
    return sum(amounts.values_list("amount_minor", flat=True))

