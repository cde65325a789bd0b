"""An order's history as sentences."""

from typing import Any

from django.utils.translation import ngettext

from apps.backoffice.actor_names import who
from apps.backoffice.columns import moment, money
from apps.common.progress import show_message
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
    "order.parcel_delivered": "home",
    "order.delivery_undone": "undo",
    "order.parcel_corrected": "edit_location",
    "order.parcel_refused": "assignment_return",
    "order.attempt_failed": "wrong_location",
    "order.attempt_again": "redo",
    "order.parcel_answered": "reply",
    "order.parcel_resumed": "local_shipping",
    "order.partially_returned": "assignment_return",
    "order.returned": "assignment_return",
    "order.return_requested": "assignment_return",
    "order.return_closed": "assignment_return",
    "order.return_ended": "assignment_return",
    "order.exchanged": "swap_horiz",
    "order.exchange_of": "swap_horiz",
    "order.rest_cancelled": "cancel",
    "order.days_moved": "event_repeat",
    "order.pickup_moved": "wrong_location",
    "order.changed": "edit",
    "order.lines_cancelled": "cancel",
    "order.pieces_moved": "call_split",
    "order.split_off": "call_split",
    "order.sent_with": "package_2",
    "order.sent_alone": "package_2",
    "order.authorized": "lock_clock",
    "order.partially_captured": "paid",
    "order.underpaid": "warning",
    "order.hold_lost": "error",
    "order.hold_void": "money_off",
    "order.rest_waived": "money_off",
    "order.due_reduced": "money_off",
    "order.cash_void": "money_off",
    "order.cash_undone": "undo",
    "order.partially_paid": "paid",
    "order.due_settled": "paid",
    "order.note_added": "edit_note",
    "order.held": "pan_tool",
    "order.hold_released": "play_arrow",
    "order.tagged": "sell",
    "order.message_added": "chat",
}
_SHOWN = ("carrier", "tracking_number", "reason", "text", "return_number", "shipment_number")


def timeline_rows(order: Order) -> list[dict[str, Any]]:
    """The newest first: icon, text, actor, time, details. One query."""
    return [_row(event, order.currency) for event in order.events.order_by("-sequence")]


def _row(event: OrderEvent, currency: str) -> dict[str, Any]:
    shown = {**event.data, "reason": show_message(event.data.get("reason", ""))}
    details = [str(shown[name]) for name in _SHOWN if shown.get(name)]
    if pieces := event.data.get("pieces"):
        details.insert(
            0, ngettext("%(count)s piece", "%(count)s pieces", pieces) % {"count": pieces}
        )
    if amount := event.data.get("difference_minor", event.data.get("amount_minor")):
        details.insert(0, money(amount, currency))
    return {
        "icon": ICONS.get(event.kind, "circle"),
        "words": TITLES.get(event.kind, event.kind.replace(".", " ").replace("_", " ")),
        "details": ", ".join(details),
        "who": who(event),
        "when": moment(event.created_at),
    }
