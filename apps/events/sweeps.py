"""Sweeps of the outbox and of idempotency keys."""

from apps.events import services as events
from apps.platform.sweeps import sweep


@sweep
def relay_outbox() -> int:
    """Deliver what no task delivered: the broker was down, a worker died, a retry is due."""
    return events.relay_outbox()


@sweep
def prune_events() -> int:
    """Forget delivered messages and old idempotency keys."""
    return events.prune()
