"""Every write to an order. Each locks the order's row first, moves by `states.py`, and leaves an event with it."""

from apps.orders.services.changing import (
    STAYS,
    Changed,
    Delivery,
    MoneyMove,
    change_lines,
    note_split,
    send_alone,
    send_together,
)
from apps.orders.services.collecting import move_pickup
from apps.orders.services.confirming import mark_confirmed
from apps.orders.services.creating import Buyer, Confirmation, create_order
from apps.orders.services.expecting import expect_gift_cards, move_days
from apps.orders.services.fulfilling import (
    cancel_order,
    deliver_downloads,
    mark_delivered,
    mark_shipped,
    note_parcel,
    undo_delivery,
)
from apps.orders.services.goods import shelf_pieces
from apps.orders.services.history import add_note, add_to_account, lock_order
from apps.orders.services.holding import (
    mark_authorized,
    mark_captured,
    mark_hold_lost,
    mark_underpaid,
)
from apps.orders.services.noting import (
    hold_order,
    release_order,
    set_tags,
    write_to_buyer,
)
from apps.orders.services.paying import (
    mark_cash_due,
    mark_cash_received,
    mark_paid,
    mark_payment_confirming,
    mark_payment_failed,
    mark_payment_pending,
    mark_refunded,
    note_given_back,
    note_prepaid,
    reduce_due,
    undo_cash,
)
from apps.orders.services.requesting import note_return, release_pieces, request_pieces
from apps.orders.services.returning import cancel_rest, mark_returned

__all__ = [
    "STAYS",
    "Buyer",
    "Changed",
    "Confirmation",
    "Delivery",
    "MoneyMove",
    "add_note",
    "add_to_account",
    "cancel_order",
    "cancel_rest",
    "change_lines",
    "create_order",
    "deliver_downloads",
    "expect_gift_cards",
    "hold_order",
    "lock_order",
    "mark_authorized",
    "mark_captured",
    "mark_cash_due",
    "mark_cash_received",
    "mark_confirmed",
    "mark_delivered",
    "mark_hold_lost",
    "mark_paid",
    "mark_payment_confirming",
    "mark_payment_failed",
    "mark_payment_pending",
    "mark_refunded",
    "mark_returned",
    "mark_shipped",
    "mark_underpaid",
    "move_days",
    "move_pickup",
    "note_given_back",
    "note_parcel",
    "note_prepaid",
    "note_return",
    "note_split",
    "reduce_due",
    "release_order",
    "release_pieces",
    "request_pieces",
    "send_alone",
    "send_together",
    "set_tags",
    "shelf_pieces",
    "undo_cash",
    "undo_delivery",
    "write_to_buyer",
]
