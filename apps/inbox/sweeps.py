"""Sweeps of the inbox."""

from apps.inbox import services as inbox
from apps.platform.sweeps import sweep


@sweep
def handle_due_messages() -> int:
    """Handle what no task has handled: the broker was down, a worker died, a retry is due."""
    return inbox.handle_due()


@sweep
def forget_bodies() -> int:
    """Remove the bodies of old messages."""
    return inbox.forget_bodies()
