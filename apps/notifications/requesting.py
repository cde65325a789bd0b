"""Hands a written mail to the outbox."""

from apps.events import services as events
from apps.notifications.models import SentMail


def request_delivery(mail: SentMail) -> None:
    """After the commit, by the consumer of `mail.requested`. For a transaction with a wake-up."""
    events.emit(topic="mail.requested", key=str(mail.pk), payload={"mail_id": str(mail.pk)})
