"""The purchase, and finishing or undoing what a crash left of one."""

from apps.checkout.services.drafting import (
    MOST_CODES,
    MOST_DAYS,
    MOST_PIECES,
    DraftInput,
    DraftLineInput,
    delete_draft,
    duplicate_draft,
    place_draft,
    prepare_draft,
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
from apps.checkout.services.reminding import ask_for_reminders, note_return, send_cart_reminders

__all__ = [
    "MOST_CODES",
    "MOST_DAYS",
    "MOST_PIECES",
    "DraftInput",
    "DraftLineInput",
    "PlacedOrder",
    "ask_for_reminders",
    "decide_stalled_checkout",
    "decide_stalled_checkouts",
    "delete_draft",
    "duplicate_draft",
    "note_return",
    "place_draft",
    "place_order",
    "prepare_draft",
    "quote_draft",
    "save_draft",
    "schedule_wake_ups_for_open_checkouts",
    "send_cart_reminders",
    "send_draft",
]
