"""What gift cards and store credit have paid of an order, and how a payment is named for people."""

from django.db.models import F, Sum

from apps.gateways.installed import STORED_VALUE, gateway_label
from apps.orders.models import Order
from apps.payments.models import Payment


def paid_with(payment: Payment) -> str:
    """How it was paid, for people: `Gift card …Q9TX`."""
    label = gateway_label(payment.gateway)
    return f"{label} …{payment.last_four}" if payment.last_four else label


def get_prepaid_minor(order: Order, payment: Payment) -> int:
    """What gift cards and store credit have paid of an order whose rest this payment brings later. No query."""
    return max(order.payable_minor - payment.amount_minor, 0)


def get_refundable_to_stored_minor(order: Order) -> int:
    """What can go back to the order's gift cards and store credit. One query."""
    rows = Payment.objects.filter(order_id=order.pk, gateway__in=STORED_VALUE)
    left = rows.aggregate(sum=Sum(F("captured_minor") - F("refunded_minor")))["sum"]
    return max(left or 0, 0)
