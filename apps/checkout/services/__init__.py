"""The purchase, and finishing or undoing what a crash left of one."""

from apps.checkout.services.placing import PlacedOrder, place_order
from apps.checkout.services.recovering import (
    decide_stalled_checkout,
    decide_stalled_checkouts,
    schedule_wake_ups_for_open_checkouts,
)

__all__ = [
    "PlacedOrder",
    "decide_stalled_checkout",
    "decide_stalled_checkouts",
    "place_order",
    "schedule_wake_ups_for_open_checkouts",
]
