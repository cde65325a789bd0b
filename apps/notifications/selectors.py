"""Reads of mails that are more than `.get()`."""

from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.notifications.models import SentMail
from apps.notifications.states import MailState


def delivery_problem(mail: SentMail) -> str:
    """Why a mail was not sent, or not yet: one line, empty when all is well."""
    if mail.state != MailState.QUEUED:
        return mail.error
    message = (
        OutboxMessage.objects.filter(
            topic="mail.requested",
            key=str(mail.pk),
            state__in=[MessageState.PENDING, MessageState.DEAD],
        )
        .order_by("-id")
        .first()
    )
    lines = message.last_error.strip().splitlines() if message is not None else []
    return lines[-1] if lines else ""
