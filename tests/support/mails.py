"""The mails of a test."""

from typing import Any

from django.core import mail

from apps.events.services import relay_outbox
from tests.support.acting import seeing_all


def delivered(store: Any) -> list[Any]:
    """All mails so far, after the store's outbox was emptied."""
    with seeing_all(store):
        relay_outbox()
    return list(mail.outbox)


def news() -> list[Any]:
    """Not those that only bring an invoice or a credit note."""
    return [message for message in mail.outbox if not message.body.startswith("Attached: ")]
