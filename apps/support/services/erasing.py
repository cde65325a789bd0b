"""Personal data of a buyer: erased words, files and names. What happened, and when, stays."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.common.clock import now
from apps.events import services as events
from apps.notifications import services as notifications
from apps.support.models import Attachment, InboundMail, MessageText, Ticket
from apps.support.selectors import tickets_of_address, tickets_of_person
from apps.support.services.clocks import follow_state
from apps.support.states import TicketState
from apps.tenancy.context import system_scope

ERASED = "erased@erased.invalid"


def erase(customer: User) -> int:
    """Delete what this person's tickets say, also those that they wrote without a login. Returns the number of tickets.

    Words of staff to them go, too: they name the person. Their tickets are closed. Mails to them and their wishes about mails are
    erased (`notifications.erase_reader`). Repeatable.
    """
    with system_scope("erasure"), events.transaction_with_wake_up():
        count = _erase(tickets_of_person(customer))
        notifications.erase_reader(email=customer.email)
    return count


def erase_tickets_of(*, email: str) -> int:
    """The same for what was written from that address, with an account or without: part of the erasure of a reader."""
    with system_scope("erasure"), events.transaction_with_wake_up():
        return _erase(tickets_of_address(email))


def _erase(rows: QuerySet[Ticket]) -> int:
    ids = list(rows.values_list("pk", flat=True))  # a join with accounts can't be locked
    tickets = list(Ticket.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    files = list(Attachment.objects.filter(message__ticket__in=ids).values_list("file", flat=True))
    files += [
        name
        for name in InboundMail.objects.filter(ticket__in=ids).values_list("file", flat=True)
        if name
    ]
    Attachment.objects.filter(message__ticket__in=ids).delete()
    MessageText.objects.filter(message__ticket__in=ids).delete()
    InboundMail.objects.filter(ticket__in=ids).update(file="")
    for ticket in tickets:
        _forget(ticket)
    transaction.on_commit(lambda: _delete(files))
    return len(tickets)


def _forget(ticket: Ticket) -> None:
    ticket.subject, ticket.email, ticket.name, ticket.tags = "-", ERASED, "", ""
    ticket.score_comment = ""
    ticket.customer = ticket.order = None
    ticket.erased_at, ticket.has_news = now(), False
    if ticket.state != TicketState.CLOSED:
        ticket.state, ticket.closed_at = TicketState.CLOSED, now()
        follow_state(ticket, now())
    ticket.save()


def _delete(names: list[str]) -> None:
    for name in set(names):
        default_storage.delete(name)
