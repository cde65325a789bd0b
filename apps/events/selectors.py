"""Reading messages and the audit log."""

from django.db.models import Model, QuerySet

from apps.events.models import AuditEntry, OutboxMessage
from apps.events.states import MessageState


def list_dead_messages() -> QuerySet[OutboxMessage]:
    """What was given up and waits for people, newest first."""
    return OutboxMessage.objects.filter(state=MessageState.DEAD).order_by("-id")


def count_waiting_messages() -> int:
    """How many messages of the active home still wait for their consumer."""
    return OutboxMessage.objects.filter(state=MessageState.PENDING).count()


def list_audit_of(target: Model) -> QuerySet[AuditEntry]:
    """Everything that was written about this row, newest first."""
    return AuditEntry.objects.filter(
        target_type=target._meta.label_lower, target_ref=str(target.pk)
    ).order_by("-id")
