"""Reads of mails that are more than `.get()`."""

from apps.common.web import normalize_email
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.notifications.models import MailAddress, SentMail
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


def find_refused_address(email: str) -> MailAddress | None:
    """What is known of an address that mail servers refused, for a time or for good."""
    row = MailAddress.objects.filter(email=normalize_email(email)).first()
    return row if row is not None and (row.bounced_at or row.soft_bounces) else None
