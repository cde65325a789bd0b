"""What becomes of the outbox when a backup is put back."""

from typing import Final

from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.platform.archive.reconciling import after_restore

REASON: Final = "This store is a copy; its original has delivered this."


@after_restore
def leave_news_to_the_original(copied: bool) -> None:
    """A copy tells nobody the original's news: no second mail, no second push. Staff can send a message again."""
    if copied:
        pending = OutboxMessage.objects.filter(state=MessageState.PENDING)
        pending.update(state=MessageState.DEAD, last_error=REASON)
