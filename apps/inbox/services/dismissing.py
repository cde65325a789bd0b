"""A message that was given up and that staff need not have: it is dismissed, and stays readable."""

from typing import Annotated, Final

from apps.common.typed_text import Line, cleans_text
from apps.inbox.errors import NotGivenUp
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.transactions import atomic_at_home

LONGEST_REASON: Final = 300


@cleans_text
@repeated_on_deadlock
def dismiss_message(
    *, message: InboxMessage, reason: Annotated[str, Line(LONGEST_REASON)] = ""
) -> InboxMessage:
    """It needs no decision any more; it can still be repaired and handled again. A second call changes nothing. Raises
    `NotGivenUp` for one that waits or was handled."""
    with atomic_at_home():
        locked = InboxMessage.objects.select_for_update().get(pk=message.pk)
        if locked.state == InboxState.DISMISSED:
            return locked
        if locked.state != InboxState.DEAD:
            raise NotGivenUp()
        locked.state, locked.effect = InboxState.DISMISSED, reason
        locked.save(update_fields=["state", "effect"])
        note(
            "inbox_message.dismissed",
            locked,
            before={"state": InboxState.DEAD},
            after={"reason": reason} if reason else None,
            always=True,
        )
    return locked
