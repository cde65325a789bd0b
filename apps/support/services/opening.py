"""New tickets."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.db import IntegrityError

from apps.common.actor import Actor, ActorKind
from apps.common.ids import public_number
from apps.common.typed_text import Block, Email, Line, cleans_text
from apps.events import services as events
from apps.orders.models import Order
from apps.support.limits import MAX_MAIL_TEXT, MAX_SUBJECT
from apps.support.models import Message, Ticket
from apps.support.services.clocks import start_clocks
from apps.support.services.files import CheckedFile, drop_files, store_files
from apps.support.services.writing import find_repeated, write_message
from apps.support.states import MessageKind, Way
from apps.tenancy.context import current_store, system_scope


@cleans_text
def open_ticket(
    *,
    email: Annotated[str, Email(254, required=True)],
    subject: Annotated[str, Line(MAX_SUBJECT, required=True)],
    text: Annotated[str, Block(MAX_MAIL_TEXT, required=True)],
    actor: Actor,
    name: Annotated[str, Line(120)] = "",
    quoted: Annotated[str, Block(MAX_MAIL_TEXT)] = "",
    order: Order | None = None,
    customer_id: UUID | None = None,
    files: Sequence[CheckedFile] = (),
    way: Way = Way.PAGE,
    is_verified: bool = True,
    request_key: str | None = None,
) -> Ticket:
    """A new request with its first message; its confirmation is mailed. Repeatable by `request_key`.

    The caller says whose it is: `customer_id` only of a person who logged in, `order` only of one who may see it.
    """
    request_key = f"new:{request_key[:50]}" if request_key else None
    known = find_repeated(request_key)
    if known is not None:
        return _ticket_of(known)
    stored = store_files(files)
    ticket = Ticket(
        subject=subject, email=email, name=name, order=order, customer_id=customer_id, way=way
    )
    writer = actor if actor.kind is ActorKind.CUSTOMER else Actor.guest()
    message = {"actor": writer, "text": text, "quoted": quoted, "is_verified": is_verified}
    try:
        # As the system: a guest sees no row before it is there.
        with system_scope("new ticket"), events.transaction_with_wake_up():
            _write(ticket, files=stored, request_key=request_key, **message)
    except Exception as error:
        drop_files(stored)
        known = find_repeated(request_key) if isinstance(error, IntegrityError) else None
        if known is None:
            raise
        return _ticket_of(known)  # the same form, sent twice at once
    return ticket


def _write(ticket: Ticket, **message: Any) -> None:
    ticket.number, ticket.language = _free_number(), current_store().language
    start_clocks(ticket, ticket.created_at)
    ticket.save(force_insert=True)
    author = ticket.name or ticket.email
    kind, way = MessageKind.BUYER, Way(ticket.way)
    write_message(ticket, kind=kind, way=way, author=author, **message)
    ticket.save(update_fields=["message_count", "last_message_at"])
    events.emit(topic="ticket.opened", key=str(ticket.pk), payload={"ticket_id": str(ticket.pk)})


def _ticket_of(message: Message) -> Ticket:
    with system_scope("repeated form"):
        return Ticket.objects.get(pk=message.ticket_id)


def _free_number() -> str:
    """Twenty bits a group: a collision is rare, and the unique column has the last word."""
    while True:
        number = public_number()
        if not Ticket.objects.filter(number=number).exists():
            return number
