"""Deletes delivered messages and old keys in small steps; the audit log is kept."""

from datetime import timedelta

from django.db.models import Model, QuerySet

from apps.common.clock import now
from apps.events.models import IdempotencyKey, OutboxMessage
from apps.events.states import MessageState

KEEP_DELIVERED = timedelta(days=7)
KEEP_KEYS = timedelta(hours=24)

_STEP = 500


def prune() -> int:
    """Delete delivered messages after a week and idempotency keys after a day, at most some hundreds at a time."""
    delivered = OutboxMessage.objects.filter(
        state=MessageState.DELIVERED, delivered_at__lt=now() - KEEP_DELIVERED
    )
    keys = IdempotencyKey.objects.filter(created_at__lt=now() - KEEP_KEYS)
    return _delete_some(delivered) + _delete_some(keys)


def _delete_some(rows: QuerySet[Model]) -> int:
    ids = list(rows.values_list("pk", flat=True)[:_STEP])
    if not ids:
        return 0
    return rows.filter(pk__in=ids).delete()[0]
