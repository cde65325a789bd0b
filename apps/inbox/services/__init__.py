"""Messages in: kept, handled, repaired, replayed, dismissed, forgotten."""

from apps.inbox.services.dismissing import dismiss_message
from apps.inbox.services.forgetting import forget_bodies
from apps.inbox.services.handling import (
    handle_due,
    handle_message,
    wake_source,
    wake_waiting,
)
from apps.inbox.services.receiving import receive
from apps.inbox.services.repairing import (
    drop_copied,
    repair_message,
    replay_message,
    replay_messages,
)

__all__ = [
    "dismiss_message",
    "drop_copied",
    "forget_bodies",
    "handle_due",
    "handle_message",
    "receive",
    "repair_message",
    "replay_message",
    "replay_messages",
    "wake_source",
    "wake_waiting",
]
