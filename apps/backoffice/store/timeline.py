"""An order's history in words."""

from typing import Any

from apps.backoffice.columns import moment
from apps.orders.models import Order, OrderEvent
from apps.orders.selectors import TITLES

ICONS = {
    "order.created": "shopping_cart",
    "order.payment_pending": "hourglass_top",
    "order.payment_confirming": "hourglass_top",
    "order.paid": "paid",
    "order.nothing_to_pay": "paid",
    "order.payment_failed": "error",
    "order.cash_due": "local_atm",
    "order.shipped": "local_shipping",
    "order.delivered": "home",
    "order.downloads_delivered": "download_done",
    "order.cancelled": "cancel",
    "order.partially_shipped": "local_shipping",
    "order.partially_refunded": "currency_exchange",
    "order.refunded": "currency_exchange",
    "order.returned": "assignment_return",
    "order.note_added": "edit_note",
}
_SHOWN = ("carrier", "tracking_number", "reason", "text", "shipment_number")


def timeline_rows(order: Order) -> list[dict[str, Any]]:
    """The newest first: icon, words, who, when, details. One query."""
    return [_row(event) for event in order.events.order_by("-sequence")]


def _row(event: OrderEvent) -> dict[str, Any]:
    details = [str(event.data[name]) for name in _SHOWN if event.data.get(name)]
    return {
        "icon": ICONS.get(event.kind, "circle"),
        "words": TITLES.get(event.kind, event.kind.replace(".", " ").replace("_", " ")),
        "details": ", ".join(details),
        "who": event.actor_label,
        "when": moment(event.created_at),
    }
