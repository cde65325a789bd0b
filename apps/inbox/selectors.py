"""Every read of the inbox that is more than one row by its key."""

from datetime import datetime

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from apps.common.clock import now
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState


def waiting_messages() -> QuerySet[InboxMessage]:
    return InboxMessage.objects.filter(state=InboxState.WAITING)


def due_messages() -> QuerySet[InboxMessage]:
    """What can be handled now, the longest due first."""
    return waiting_messages().filter(due_at__lte=now()).order_by("due_at", "id")


def dead_messages() -> QuerySet[InboxMessage]:
    """What was given up and can be replayed, the oldest first."""
    dead = InboxMessage.objects.filter(state=InboxState.DEAD, body__isnull=False)
    return dead.order_by("received_at", "id")


def find_messages(
    *, source: str = "", topic: str = "", ids: list[str] | None = None
) -> QuerySet[InboxMessage]:
    """Dead messages of a source and topic; those with the given ids in every state."""
    if ids:
        return InboxMessage.objects.filter(pk__in=ids).order_by("received_at", "id")
    wanted = Q()
    if source:
        wanted &= Q(source=source)
    if topic:
        wanted &= Q(topic=topic)
    return dead_messages().filter(wanted)


def list_senders() -> list[str]:
    """Codes of everything that has ever sent a message to this home."""
    rows = InboxMessage.objects.order_by("source").values_list("source", flat=True)
    return list(rows.distinct())


def last_received(source: str) -> datetime | None:
    """When the source was heard of last."""
    heard = InboxMessage.objects.filter(source=source)
    latest: datetime | None = heard.aggregate(latest=Max("received_at"))["latest"]
    return latest


def count_dead(source: str) -> int:
    """How many messages of the source wait for staff."""
    return dead_messages().filter(source=source).count()


def last_received_by_source() -> dict[str, datetime]:
    """When each source was heard of last. One statement."""
    rows = InboxMessage.objects.order_by().values_list("source")
    return dict(rows.annotate(latest=Max("received_at")))


def count_stuck(
    state: InboxState, *, before: datetime | None = None
) -> list[tuple[str, int, datetime]]:
    """Messages of a state by source, with the time of the oldest; those that came before then. Without those whose body has
    expired. One statement."""
    rows = InboxMessage.objects.filter(state=state, body__isnull=False)
    if before is not None:
        rows = rows.filter(received_at__lt=before)
    grouped = rows.order_by().values_list("source")
    return list(grouped.annotate(Count("pk"), Min("received_at")).order_by("source"))


def count_dead_reasons() -> dict[str, int]:
    """By source, for how many different reasons messages were given up. One statement."""
    rows = dead_messages().order_by().values_list("source")
    return dict(rows.annotate(Count("last_error", distinct=True)))


def last_dead_errors() -> dict[str, str]:
    """By source, what went wrong with the message that was given up last. One statement."""
    newest = InboxMessage.objects.filter(
        source=OuterRef("source"), state=InboxState.DEAD, body__isnull=False
    ).order_by("-received_at", "-id")
    rows = dead_messages().order_by().values("source").distinct()
    found = rows.annotate(error=Subquery(newest.values("last_error")[:1]))
    return {row["source"]: row["error"] for row in found}
