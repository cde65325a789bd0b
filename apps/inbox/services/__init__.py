"""Messages in: kept, handled, repaired, replayed, put away, forgotten."""

from apps.inbox.services.forgetting import forget_bodies
from apps.inbox.services.handling import (
    handle_due,
    handle_message,
    wake_source,
    wake_waiting,
)
from apps.inbox.services.putting_away import put_away_message
from apps.inbox.services.receiving import receive
from apps.inbox.services.repairing import (
    drop_copied,
    repair_message,
    replay_message,
    replay_messages,
)

__all__ = [
    "drop_copied",
    "forget_bodies",
    "handle_due",
    "handle_message",
    "put_away_message",
    "receive",
    "repair_message",
    "replay_message",
    "replay_messages",
    "wake_source",
    "wake_waiting",
]
