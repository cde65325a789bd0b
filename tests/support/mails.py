"""The mails of a test."""

from typing import Any

from django.core import mail


def news() -> list[Any]:
    """Not those that only bring an invoice or a credit note."""
    return [message for message in mail.outbox if not message.body.startswith("Attached: ")]
