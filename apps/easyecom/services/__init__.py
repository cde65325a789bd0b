"""Every write of EasyEcom. Those that call it are made outside a transaction."""

from apps.easyecom.services.applying import apply_inventory, apply_orders, apply_tracking
from apps.easyecom.services.cancelling import note_cancelled_here
from apps.easyecom.services.doubting import end_doubt, note_changed_here
from apps.easyecom.services.fetching import fetch_order
from apps.easyecom.services.mapping import map_location, map_status
from apps.easyecom.services.pushing import (
    cancel_again,
    is_pushing_due,
    note_order,
    push_again,
    push_due,
    try_now,
)
from apps.easyecom.services.syncing import is_reading_due, read_due, read_since

__all__ = [
    "apply_inventory",
    "apply_orders",
    "apply_tracking",
    "cancel_again",
    "end_doubt",
    "fetch_order",
    "is_pushing_due",
    "is_reading_due",
    "map_location",
    "map_status",
    "note_cancelled_here",
    "note_changed_here",
    "note_order",
    "push_again",
    "push_due",
    "read_due",
    "read_since",
    "try_now",
]
