"""Mails about tickets, and mails that come in. Each message may come twice, each mail is written once."""

from uuid import UUID

from apps.events.consumers import Message, consumes
from apps.support import mails
from apps.support import services as support
from apps.support.models import Message as TicketMessage
from apps.support.models import Ticket


@consumes("support_mail.received")
def handle_support_mail(message: Message) -> None:
    support.handle_mail(mail_id=UUID(message.payload["mail_id"]))


@consumes("ticket.opened")
def confirm_ticket(message: Message) -> None:
    mails.mail_received(_ticket(message))


@consumes("ticket.answered")
def mail_ticket_answer(message: Message) -> None:
    written = TicketMessage.objects.get(pk=UUID(message.payload["message_id"]))
    mails.mail_answer(_ticket(message), written, is_solved=message.payload["is_solved"])


@consumes("ticket.solved")
def mail_ticket_solved(message: Message) -> None:
    mails.mail_solved(_ticket(message), about=message.id)


@consumes("ticket.breached")
def warn_of_late_ticket(message: Message) -> None:
    mails.mail_breach(_ticket(message), message.payload["target"])


def _ticket(message: Message) -> Ticket:
    tickets = Ticket.objects.select_related("assigned", "order")
    return tickets.get(pk=UUID(message.payload["ticket_id"]))
