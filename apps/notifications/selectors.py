"""Reads of mails that are more than `.get()`."""

from typing import Final

from apps.common.web import normalize_email
from apps.events.models import OutboxMessage
from apps.events.states import MessageState
from apps.notifications.models import AskTwice, MailAddress, MailSettings, SentMail
from apps.notifications.states import MailState
from apps.tenancy.context import current_store

# Where courts ask for a proof that the holder of the address agreed.
_ASK_TWICE: Final = frozenset({"AT", "DE"})


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


def get_mail_settings() -> MailSettings:
    return MailSettings.objects.filter(key="store").first() or MailSettings()


def asks_twice() -> bool:
    """Whether this store's readers confirm by a mail that they want mails."""
    chosen = get_mail_settings().asks_twice
    if chosen == AskTwice.COUNTRY:
        return current_store().country in _ASK_TWICE
    return chosen == AskTwice.ALWAYS
