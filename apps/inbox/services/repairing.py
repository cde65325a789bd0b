"""What staff do about messages: correct the copy that is handled, and have messages handled again."""

from collections.abc import Iterable
from typing import Annotated, Final

from django.utils.translation import gettext, gettext_noop

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Raw, cleans_text
from apps.inbox.errors import BodyForgotten
from apps.inbox.models import InboxMessage
from apps.inbox.services.handling import handle_message
from apps.inbox.states import InboxState
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.transactions import atomic_at_home

LONGEST_COPY: Final = 1024 * 1024
COPIED: Final = gettext_noop("This store is a copy; its original handles this.")


@cleans_text
def repair_message(
    *, message: InboxMessage, text: Annotated[str, Raw(why="a body is kept to the letter")]
) -> None:
    """Keep a corrected copy, which is handled in place of the body; the body stays as it came. A copy equal to the body
    removes the copy. Raises `InvalidInput` and `BodyForgotten`."""
    if len(text.encode(errors="replace")) > LONGEST_COPY:
        raise InvalidInput(fields={"repaired": [gettext("This is too long.")]})
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidInput(fields={"repaired": [gettext("Text must be valid Unicode.")]})
    with atomic_at_home():
        locked = InboxMessage.objects.select_for_update().get(pk=message.pk)
        if locked.is_forgotten:
            raise BodyForgotten()
        copy = None if text.encode() == locked.raw else text
        if copy == locked.repaired:
            return
        locked.repaired = copy
        locked.save(update_fields=["repaired"])
        note("inbox_message.repaired", locked, after={"bytes": len(locked.content)})
    message.repaired = copy


def replay_message(*, message: InboxMessage) -> InboxMessage:
    """Handle a message again, now, whatever its state. A second call at the same time waits for the first and
    handles nothing twice at once. Raises `BodyForgotten`."""
    _make_due(message)
    return handle_message(message_id=message.pk)


def replay_messages(*, messages: Iterable[InboxMessage]) -> list[InboxMessage]:
    """Handle them again, one after the other; those whose body has expired are left out. Returns them as they are
    afterwards."""
    return [replay_message(message=message) for message in messages if not message.is_forgotten]


@repeated_on_deadlock
def _make_due(message: InboxMessage) -> None:
    with atomic_at_home():
        locked = InboxMessage.objects.select_for_update().get(pk=message.pk)
        if locked.is_forgotten:
            raise BodyForgotten()
        is_held = locked.attempts > 0 and locked.due_at > now() and not locked.last_error
        if locked.state == InboxState.WAITING and is_held:
            return  # a worker has it
        before = locked.state
        locked.state, locked.attempts, locked.due_at = InboxState.WAITING, 0, now()
        locked.last_error, locked.effect, locked.handled_at = "", "", None
        locked.save(
            update_fields=["state", "attempts", "due_at", "last_error", "effect", "handled_at"]
        )
        note("inbox_message.replayed", locked, before={"state": before}, always=True)


def drop_copied() -> int:
    """Give up the waiting messages of a restored copy; its original handles them. Staff can have one handled here. The
    number of messages."""
    waiting = InboxMessage.objects.filter(state=InboxState.WAITING)
    return waiting.update(state=InboxState.DEAD, last_error=COPIED)
