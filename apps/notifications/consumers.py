"""Sends the mails that the outbox delivers."""

from uuid import UUID

from apps.events.consumers import Message, consumes
from apps.events.services.delivery import MAX_ATTEMPTS
from apps.notifications import services


@consumes("mail.requested")
def deliver_mail(message: Message) -> None:
    """Repeatable. A server that is down raises, and the outbox tries again later."""
    services.deliver_mail(
        mail_id=UUID(message.payload["mail_id"]),
        is_last_try=message.attempt >= MAX_ATTEMPTS,
    )
