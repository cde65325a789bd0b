"""Sweeps of the outbox, of idempotency keys and of the audit log."""

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


@sweep
def seal_audit_days() -> int:
    """Seal the days of the audit log that are over."""
    return events.seal_days()
