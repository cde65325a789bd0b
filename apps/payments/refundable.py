"""Payments of which money can be given back, and the refunds that a gateway makes."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from apps.gateways.exchange import ReturnedGoods
from apps.orders.models import Order
from apps.orders.states import UNPAID_REST
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundTo


def list_refundable(order: Order) -> list[Payment]:
    """The order's payments of which money can be given back, locked."""
    rows = Payment.objects.select_for_update().filter(
        order_id=order.pk, captured_minor__gt=F("refunded_minor") + F("disputed_minor")
    )
    return list(rows.order_by("pk"))


def gives_money_back(order: Order, payments: Iterable[Payment] | None = None) -> bool:
    """Whether a cancellation of the order is a refund. What a gift card has paid of an order whose rest never came goes back
    by itself, as when the order expires. One query, none with its payments."""
    is_unpaid = order.payment_state in UNPAID_REST
    if payments is None:
        payments = Payment.objects.filter(order_id=order.pk)
    return any(
        each.refundable_minor > 0 and not (is_unpaid and each.is_stored_value) for each in payments
    )


def refunds_at_gateway(payment: Payment) -> QuerySet[Refund]:
    """The refunds that the payment's gateway makes: without money that pays another order now, and with what is given back
    of orders that it pays."""
    paid_with_it = Q(payment__gateway=ReturnedGoods.code, payment__gateway_ref=str(payment.pk))
    rows = Refund.objects.filter(Q(payment_id=payment.pk) | paid_with_it)
    return rows.filter(pays_order="", destination=RefundTo.SOURCE)
