"""An order's history in words."""

from typing import Any

from apps.backoffice.columns import moment
from apps.orders.models import Order, OrderEvent

WORDS = {
    "order.created": ("shopping_cart", "Order placed"),
    "order.payment_pending": ("hourglass_top", "Waiting for the payment"),
    "order.paid": ("paid", "Paid"),
    "order.payment_failed": ("error", "Payment failed"),
    "order.cash_due": ("local_atm", "To be paid on delivery"),
    "order.shipped": ("local_shipping", "Shipped"),
    "order.delivered": ("home", "Delivered"),
    "order.cancelled": ("cancel", "Cancelled"),
    "order.partially_shipped": ("local_shipping", "Partly shipped"),
    "order.partially_refunded": ("currency_exchange", "Partly refunded"),
    "order.refunded": ("currency_exchange", "Refunded"),
    "order.returned": ("assignment_return", "Returned"),
    "order.note_added": ("edit_note", "Note"),
}
_SHOWN = ("carrier", "tracking_number", "reason", "text", "shipment_number")


def timeline_rows(order: Order) -> list[dict[str, Any]]:
    """The newest first: icon, words, who, when, details. One query."""
    return [_row(event) for event in order.events.order_by("-sequence")]


def _row(event: OrderEvent) -> dict[str, Any]:
    icon, words = WORDS.get(event.kind, ("circle", event.kind.replace(".", " ").replace("_", " ")))
    details = [str(event.data[name]) for name in _SHOWN if event.data.get(name)]
    return {
        "icon": icon,
        "words": words,
        "details": ", ".join(details),
        "who": event.actor_label,
        "when": moment(event.created_at),
    }
