"""The first half: a verified message becomes a row, in one statement, and the sender can be answered."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError

from apps.common.clock import now
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.tenancy.transactions import savepoint_at_home


def receive(
    *,
    source: str,
    topic: str,
    body: bytes,
    key: str = "",
    subject: str = "",
    headers: Mapping[str, str] | None = None,
    size: int | None = None,
    fault: str = "",
    expires: bool = True,
) -> InboxMessage:
    """Keep a message. A delivery that came before is answered like the first. Call `start_handling` afterwards.

    `key` is the sender's own id of the message; without one it is a hash of topic and body. `headers` are kept as they
    are: see `without_secrets`. `size` is that of the whole body where `body` is its beginning. With a `fault`, the
    reason why it can't be handled at all, the message is given up at once and waits for staff. `expires` is False where bodies are evidence and stay.
    """
    key = key or hash_of(topic, body)
    at = now()
    message = InboxMessage(
        source=source,
        topic=topic,
        key=key,
        subject=subject,
        body=body,
        size=len(body) if size is None else size,
        headers=dict(headers or {}),
        state=InboxState.DEAD if fault else InboxState.WAITING,
        last_error=fault,
        due_at=at,
        received_at=at,
        forget_at=at + timedelta(days=settings.INBOX_KEEP_DAYS) if expires else None,
    )
    try:
        with savepoint_at_home():
            message.save(force_insert=True)
    except IntegrityError:
        return InboxMessage.objects.get(source=source, key=key)
    return message


def hash_of(topic: str, body: bytes) -> str:
    """The key of a message whose sender gives it none."""
    return sha256(topic.encode() + b"\0" + body).hexdigest()
