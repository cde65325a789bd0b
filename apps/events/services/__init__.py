"""Messages out, requests handled once, and the audit log."""

from apps.events.services.audit import record_audit
from apps.events.services.delivery import relay_outbox
from apps.events.services.idempotency import StoredAnswer, idempotent, make_fingerprint
from apps.events.services.outbox import (
    drop_copied_messages,
    emit,
    is_heard,
    replay_message,
    transaction_with_wake_up,
)
from apps.events.services.pruning import prune
from apps.events.services.sealing import SealFault, check_seals, seal_days

__all__ = [
    "SealFault",
    "StoredAnswer",
    "check_seals",
    "drop_copied_messages",
    "emit",
    "idempotent",
    "is_heard",
    "make_fingerprint",
    "prune",
    "record_audit",
    "relay_outbox",
    "replay_message",
    "seal_days",
    "transaction_with_wake_up",
]
