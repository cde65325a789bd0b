"""The purchase, and finishing or undoing what a crash left of one."""

from apps.checkout.services.drafting import (
    DraftInput,
    DraftLineInput,
    delete_draft,
    place_draft,
    quote_draft,
    save_draft,
    send_draft,
)
from apps.checkout.services.placing import PlacedOrder, place_order
from apps.checkout.services.recovering import (
    decide_stalled_checkout,
    decide_stalled_checkouts,
    schedule_wake_ups_for_open_checkouts,
)

__all__ = [
    "DraftInput",
    "DraftLineInput",
    "PlacedOrder",
    "decide_stalled_checkout",
    "decide_stalled_checkouts",
    "delete_draft",
    "place_draft",
    "place_order",
    "quote_draft",
    "save_draft",
    "schedule_wake_ups_for_open_checkouts",
    "send_draft",
]
