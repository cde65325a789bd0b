"""Writes one message of a ticket that the caller has locked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Block, Line, cleans_text
from apps.support.errors import ConversationFull
from apps.support.limits import MAX_MAIL_TEXT, MAX_MESSAGES
from apps.support.models import Attachment, Message, MessageText, Ticket
from apps.support.services.files import StoredFile
from apps.support.states import MessageKind, Way
from apps.tenancy.context import system_scope


def lock_ticket(ticket: Ticket) -> Ticket:
    """The row as it is now, under its lock, in place."""
    ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update())
    return ticket


def key_of(ticket: Ticket, request_key: str | None) -> str | None:
    """A form's key counts in its own ticket only."""
    return f"{ticket.number}:{request_key[:40]}" if request_key else None


def find_repeated(request_key: str | None) -> Message | None:
    """The message that this form or mail has made already."""
    if not request_key:
        return None
    with system_scope("repeated message"):
        return Message.objects.filter(request_key=request_key).first()


@cleans_text
def write_message(
    ticket: Ticket,
    *,
    kind: MessageKind,
    actor: Actor,
    way: Way,
    text: Annotated[str, Block(MAX_MAIL_TEXT)] = "",
    quoted: Annotated[str, Block(MAX_MAIL_TEXT)] = "",
    author: Annotated[str, Line(254)] = "",
    is_internal: bool = False,
    is_verified: bool = True,
    code: str = "",
    data: Mapping[str, Any] | None = None,
    files: list[StoredFile] | None = None,
    request_key: str | None = None,
    at: datetime | None = None,
) -> Message:
    """Add it and count it; the caller saves the ticket. Raises `ConversationFull`."""
    if kind == MessageKind.BUYER and ticket.message_count >= MAX_MESSAGES:
        raise ConversationFull
    ticket.message_count += 1
    if kind != MessageKind.SYSTEM:
        ticket.last_message_at = at or now()
    message = Message.objects.create(
        ticket=ticket,
        sequence=ticket.message_count,
        kind=kind,
        is_internal=is_internal or kind == MessageKind.NOTE,
        is_verified=is_verified,
        way=way,
        code=code,
        data=dict(data or {}),
        author_ref=actor.id,
        request_key=request_key or None,
        created_at=at or now(),
    )
    if text or quoted or author:
        MessageText.objects.create(message=message, text=text, quoted=quoted, author=author)
    for file in files or []:
        Attachment.objects.create(message=message, **file.columns)
    return message


@cleans_text
def write_event(
    ticket: Ticket,
    code: str,
    *,
    actor: Actor,
    is_internal: bool = False,
    way: Way = Way.DESK,
    about: Annotated[str, Line(400)] = "",
    **data: Any,
) -> Message:
    """Something that was done, in the conversation: `apps.support.words` has the sentence. Names are in `about`, which can
    be erased."""
    return write_message(
        ticket,
        kind=MessageKind.SYSTEM,
        actor=actor,
        way=way,
        text=about,
        author=actor.label if actor.is_staff else "",
        is_internal=is_internal,
        code=code,
        data={
            name: str(value) if isinstance(value, UUID) else value for name, value in data.items()
        },
    )
