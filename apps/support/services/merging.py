"""Two tickets of one buyer become one."""

from apps.common.actor import Actor
from apps.events import services as events
from apps.platform.auditing import note
from apps.support.errors import NotMergeable
from apps.support.models import Attachment, Message, MessageText, Ticket
from apps.support.selectors import can_merge, list_conversation
from apps.support.services.moving import change_state
from apps.support.services.writing import write_event, write_message
from apps.support.states import MessageKind, TicketState, Way


def merge_tickets(*, ticket: Ticket, into: Ticket, actor: Actor) -> Ticket:
    """Copy what was written in `ticket` to `into`, and close it; mails to it go there from now on.

    Raises `NotMergeable` unless both are of the same address and the same account: a link or a login shows all of a ticket.
    Both rows are locked by id. Messages keep their times.
    """
    with events.transaction_with_wake_up():
        rows = Ticket.objects.select_for_update().filter(pk__in=[ticket.pk, into.pk])
        found = {row.pk: row for row in rows.order_by("pk")}
        if len(found) != 2:
            raise NotMergeable
        source, target = found[ticket.pk], found[into.pk]
        if not can_merge(source, target):
            raise NotMergeable
        for entry in list_conversation(source, with_internal=True):
            if entry.message.kind == MessageKind.SYSTEM:
                continue
            _copy(entry.message, target, actor)
        write_event(target, "merged_from", actor=actor, number=source.number)
        target.has_news = target.has_news or source.has_news
        if source.has_news and target.state not in (TicketState.OPEN, TicketState.WAITING_STORE):
            change_state(target, TicketState.WAITING_STORE)
        target.save()
        write_event(source, "merged_into", actor=actor, number=target.number)
        change_state(source, TicketState.CLOSED)
        source.merged_into = target
        source.save()
        note("ticket.merged", target, after={"merged": source.number}, actor=actor)
    return target


def _copy(message: Message, target: Ticket, actor: Actor) -> None:
    last = target.last_message_at
    copy = write_message(
        target,
        kind=MessageKind(message.kind),
        actor=actor,
        way=Way(message.way),
        is_internal=message.is_internal,
        is_verified=message.is_verified,
        data={"from": message.ticket.number},
        at=message.created_at,
    )
    target.last_message_at = max(last, message.created_at)
    words = MessageText.objects.filter(message=message).first()
    if words is not None:
        MessageText.objects.create(
            message=copy, text=words.text, quoted=words.quoted, author=words.author
        )
    columns = ("file", "name", "content_type", "size", "width", "height", "created_at")
    for file in Attachment.objects.filter(message=message):
        values = {name: getattr(file, name) for name in columns}
        Attachment.objects.create(message=copy, **values)
