"""Messages that came in and could not be handled."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.progress import show_message
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.inbox.selectors import dead_messages
from apps.inbox.sources import source_label
from apps.inbox.states import InboxState
from apps.platform.dead_ends import DeadEnd, Dismissal, Kind, Rows, dead_end, states
from apps.tenancy.context import current_store

SEES: Final = "inbox.view_inboxmessage"
NEEDS: Final = "inbox.change_inboxmessage"


def _dead() -> QuerySet[InboxMessage]:
    """A sandbox has copies of messages, and handles none."""
    rows = dead_messages().defer("body", "repaired", "headers")
    return rows.none() if current_store().is_sandbox else rows


def _describe(message: InboxMessage) -> DeadEnd:
    facts = {
        "source": source_label(message.source),
        "what": message.topic,
        "subject": message.subject,
    }
    words = (
        gettext("Message of %(source)s: %(what)s about %(subject)s")
        if message.subject
        else gettext("Message of %(source)s: %(what)s")
    )
    return DeadEnd(
        key=str(message.pk),
        what=words % facts,
        since=message.received_at,
        why=show_message(message.last_error) or gettext("It was tried too often."),
    )


def _resolve(message: InboxMessage, actor: Actor) -> None:
    inbox.replay_message(message=message)


def _dismiss(message: InboxMessage) -> None:
    inbox.dismiss_message(message=message)


dead_end(
    Kind(
        code="inbox.dead",
        title=_("Messages from other systems that could not be handled"),
        button=_("Handle it again"),
        found=Rows(_dead),
        describe=_describe,
        resolve=_resolve,
        sees=SEES,
        needs=NEEDS,
        covers=states(InboxState.DEAD),
        dismissal=Dismissal(_("Dismiss"), _dismiss),
    )
)
