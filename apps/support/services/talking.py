"""Messages of buyers and staff in a ticket that exists."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

from django.db.models import Max

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Block, Line, cleans_text
from apps.events import services as events
from apps.platform.auditing import note
from apps.support.errors import ConversationFull, IsMerged, NotRateable, Overtaken
from apps.support.limits import MAX_COMMENT, MAX_FILES_OF_TICKET, MAX_MAIL_TEXT, MAX_TEXT
from apps.support.models import Attachment, Message, Ticket
from apps.support.selectors import can_rate, get_support_settings
from apps.support.services.files import CheckedFile, StoredFile, drop_files, store_files
from apps.support.services.moving import change_state, emit_about
from apps.support.services.writing import (
    find_repeated,
    key_of,
    lock_ticket,
    write_event,
    write_message,
)
from apps.support.states import OVER, MessageKind, TicketState, Way


@cleans_text
def reply_as_buyer(
    *,
    ticket: Ticket,
    text: Annotated[str, Block(MAX_MAIL_TEXT, required=True)],
    actor: Actor,
    quoted: Annotated[str, Block(MAX_MAIL_TEXT)] = "",
    files: Sequence[CheckedFile] = (),
    way: Way = Way.PAGE,
    request_key: str | None = None,
) -> Message:
    """What the buyer adds; a ticket that is over is open again. Repeatable by `request_key`."""

    def write(stored: list[StoredFile], key: str | None) -> Message:
        if ticket.merged_into_id is not None:
            raise IsMerged
        _check_room(ticket, stored)
        if ticket.state in OVER:
            write_event(ticket, "reopened", actor=actor, way=way, by="buyer")
        if ticket.state != TicketState.OPEN:
            change_state(ticket, TicketState.WAITING_STORE)
        message = write_message(
            ticket,
            kind=MessageKind.BUYER,
            actor=actor,
            way=way,
            text=text,
            quoted=quoted,
            author=ticket.name or ticket.email,
            files=stored,
            request_key=key,
        )
        ticket.has_news = True
        ticket.save()
        return message

    return _write_once(ticket, files, request_key, write)


@cleans_text
def answer_as_staff(
    *,
    ticket: Ticket,
    text: Annotated[str, Block(MAX_TEXT, required=True)],
    actor: Actor,
    then: TicketState = TicketState.WAITING_BUYER,
    seen: int | None = None,
    author: Annotated[str, Line(120)] = "",
    files: Sequence[CheckedFile] = (),
    request_key: str | None = None,
) -> Message:
    """An answer, mailed to the buyer, and the state behind it. Repeatable by `request_key`.

    `seen` is the number of the last message that its author has read: raises `Overtaken` when another one came since.
    """
    if then == TicketState.OPEN:
        raise InvalidInput

    def write(stored: list[StoredFile], key: str | None) -> Message:
        if ticket.merged_into_id is not None:
            raise IsMerged
        check_seen(ticket, seen)
        _check_room(ticket, stored)
        message = write_message(
            ticket,
            kind=MessageKind.STAFF,
            actor=actor,
            way=Way.DESK,
            text=text,
            author=author or actor.label,
            files=stored,
            request_key=key,
        )
        _settle(ticket, then, actor)
        note("ticket.answered", ticket, actor=actor)
        emit_about(
            ticket,
            "ticket.answered",
            message_id=str(message.pk),
            is_solved=then == TicketState.SOLVED,
        )
        return message

    return _write_once(ticket, files, request_key, write)


@cleans_text
def add_note(
    *,
    ticket: Ticket,
    text: Annotated[str, Block(MAX_TEXT, required=True)],
    actor: Actor,
    author: Annotated[str, Line(120)] = "",
    files: Sequence[CheckedFile] = (),
    request_key: str | None = None,
) -> Message:
    """A note for staff. The buyer never sees it, and no state changes."""

    def write(stored: list[StoredFile], key: str | None) -> Message:
        message = write_message(
            ticket,
            kind=MessageKind.NOTE,
            actor=actor,
            way=Way.DESK,
            text=text,
            author=author or actor.label,
            files=stored,
            request_key=key,
        )
        ticket.save()
        note("ticket.note_added", ticket, actor=actor)
        return message

    return _write_once(ticket, files, request_key, write)


@cleans_text
def rate(
    *, ticket: Ticket, score: int, comment: Annotated[str, Block(MAX_COMMENT)], actor: Actor
) -> Ticket:
    """The buyer's satisfaction, 1 to 5, once. Raises `NotRateable`."""
    with events.transaction_with_wake_up():
        lock_ticket(ticket)
        if score not in range(1, 6) or not can_rate(ticket, get_support_settings()):
            raise NotRateable
        ticket.score, ticket.score_comment, ticket.scored_at = score, comment, now()
        write_event(ticket, "rated", actor=actor, way=Way.PAGE, score=score)
        ticket.save()
    return ticket


def _settle(ticket: Ticket, then: TicketState, actor: Actor) -> None:
    """What an answer of staff changes about the ticket."""
    if ticket.first_answered_at is None:
        ticket.first_answered_at = now()
    if ticket.state in OVER and then != ticket.state:
        change_state(ticket, TicketState.WAITING_STORE)
    if change_state(ticket, then) and then in OVER:
        write_event(ticket, then.value, actor=actor, by="staff")
    ticket.has_news = False
    ticket.save()


def check_seen(ticket: Ticket, seen: int | None) -> None:
    """What was written since, besides events. The ticket is locked."""
    if seen is None:
        return
    written = Message.objects.filter(ticket=ticket).exclude(kind=MessageKind.SYSTEM)
    if (written.aggregate(last=Max("sequence"))["last"] or 0) > seen:
        raise Overtaken


def _check_room(ticket: Ticket, stored: Sequence[StoredFile]) -> None:
    if stored:
        there = Attachment.objects.filter(message__ticket=ticket).count()
        if there + len(stored) > MAX_FILES_OF_TICKET:
            raise ConversationFull


def _write_once(
    ticket: Ticket,
    files: Sequence[CheckedFile],
    request_key: str | None,
    write: Callable[[list[StoredFile], str | None], Message],
) -> Message:
    """Call `write` under the ticket's lock, once for each key: a repeated call returns the message of the first."""
    key = key_of(ticket, request_key)
    if (known := find_repeated(key)) is not None:
        return known
    with _stored(files) as stored, events.transaction_with_wake_up():
        lock_ticket(ticket)
        if (known := find_repeated(key)) is not None:
            drop_files(stored)
            return known
        return write(stored, key)


@contextmanager
def _stored(files: Sequence[CheckedFile]) -> Iterator[list[StoredFile]]:
    """Files are written first, and are gone when the rows were not written."""
    stored = store_files(files)
    try:
        yield stored
    except Exception:
        drop_files(stored)
        raise
