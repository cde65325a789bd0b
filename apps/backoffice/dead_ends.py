"""Background tasks that were given up: their words are the admin's."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.backoffice.names import task_name, topic_name
from apps.common.progress import show_message
from apps.events import services
from apps.events.models import OutboxMessage
from apps.events.services.outbox import COPIED
from apps.events.states import MessageState
from apps.platform.dead_ends import DeadEnd, Kind, Rows, dead_end, states


def _dead() -> QuerySet[OutboxMessage]:
    """Without what a copy of a store leaves to its original, and without mails, which have a kind of their own."""
    rows = OutboxMessage.objects.filter(state=MessageState.DEAD)
    others = rows.exclude(last_error=COPIED).exclude(consumer="notifications.deliver_mail")
    return others.order_by("created_at", "id")


def _describe(message: OutboxMessage) -> DeadEnd:
    lines = message.last_error.strip().splitlines()
    facts = {"task": task_name(message.consumer), "what": topic_name(message.topic)}
    return DeadEnd(
        key=str(message.pk),
        what=gettext("%(task)s (%(what)s)") % facts,
        since=message.created_at,
        why=show_message(lines[-1]) if lines else gettext("It was tried too often."),
        order_id=_order_of(message),
    )


def _order_of(message: OutboxMessage) -> UUID | None:
    try:
        return UUID(str(message.payload.get("order_id") or message.key))
    except ValueError:
        return None


dead_end(
    Kind(
        code="events.message",
        title=_("Background tasks that failed"),
        button=_("Start it again"),
        found=Rows(_dead),
        describe=_describe,
        resolve=lambda message, actor: services.replay_message(message=message),
        sees="events.view_outboxmessage",
        needs="events.change_outboxmessage",
        covers=states(MessageState.DEAD),
    )
)
