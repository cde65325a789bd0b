"""Every write to an order. Each locks the order's row first, moves by `states.py`, and leaves an event with it."""

from apps.orders.services.fulfilling import (
    cancel_order,
    deliver_downloads,
    mark_delivered,
    mark_returned,
    mark_shipped,
)
from apps.orders.services.history import add_note, lock_order
from apps.orders.services.paying import (
    mark_cash_due,
    mark_paid,
    mark_payment_confirming,
    mark_payment_failed,
    mark_payment_pending,
    mark_refunded,
)
from apps.orders.services.placing import Buyer, create_order

__all__ = [
    "Buyer",
    "add_note",
    "cancel_order",
    "create_order",
    "deliver_downloads",
    "lock_order",
    "mark_cash_due",
    "mark_delivered",
    "mark_paid",
    "mark_payment_confirming",
    "mark_payment_failed",
    "mark_payment_pending",
    "mark_refunded",
    "mark_returned",
    "mark_shipped",
]
