"""Reads of tickets: scoped to who asks."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.sought import MOST, RECENT, FoldedWords, Sought
from apps.common.text import NotText, clean_code
from apps.common.web import normalize_email
from apps.support.desk import DAYS, SupportSettings, read_holidays
from apps.support.errors import AttachmentNotFound, TicketNotFound
from apps.support.hours import WorkingHours
from apps.support.models import Attachment, CannedAnswer, Message, Ticket
from apps.support.states import OVER, RUNNING, MessageKind, Priority, TicketState
from apps.tenancy.context import show_order
from apps.tenancy.single_rows import single_row


@dataclass(frozen=True)
class Entry:
    """A message with its words and files, ready to show. An erased one has no words."""

    message: Message
    text: str = ""
    quoted: str = ""
    author: str = ""
    files: list[Attachment] = field(default_factory=list)

    @property
    def is_erased(self) -> bool:
        return self.message.kind != MessageKind.SYSTEM and not (self.text or self.files)


def get_support_settings() -> SupportSettings:
    """The store's settings; unsaved defaults where there are none yet."""
    return single_row(SupportSettings)


def get_working_hours(desk: SupportSettings) -> WorkingHours:
    """In the active store's time zone. Without any day, time always runs."""
    week: dict[int, tuple[time, time]] = {}
    for number, day in enumerate(DAYS):
        begin, end = getattr(desk, f"{day}_from"), getattr(desk, f"{day}_until")
        if begin is not None and end is not None:
            week[number] = (begin, end)
    return WorkingHours(timezone.get_current_timezone(), week, read_holidays(desk.holidays))


def get_targets(desk: SupportSettings, priority: str) -> tuple[timedelta, timedelta]:
    """Of the first answer and of the solution."""
    word = Priority(priority).value
    first, solved = getattr(desk, f"answer_{word}"), getattr(desk, f"solve_{word}")
    return timedelta(hours=first), timedelta(hours=solved)


def list_tickets_for(*, actor: Actor) -> QuerySet[Ticket]:
    """A customer's own tickets, latest message first; all for staff; none for a guest."""
    return Ticket.objects.filter(_scope(actor)).select_related("order")


def get_ticket_for(*, actor: Actor, number: str) -> Ticket:
    """The ticket if it is theirs, or they are staff. Raises `TicketNotFound`."""
    try:
        code = clean_code(number).upper()
    except NotText:
        raise TicketNotFound from None
    return _get(Ticket.objects.filter(_scope(actor), number=code))


def get_ticket_by_id_for(*, actor: Actor, ticket_id: UUID) -> Ticket:
    """As `get_ticket_for`, by the ticket's id."""
    return _get(Ticket.objects.filter(_scope(actor), pk=ticket_id))


def get_ticket_by_token(token: str) -> Ticket:
    """The ticket of a guest's link. From here on row security shows this ticket and its rows to the request."""
    show_order(token)
    return _get(Ticket.objects.filter(access_token=token, erased_at=None))


def list_conversation(ticket: Ticket, *, with_internal: bool = False) -> list[Entry]:
    """What was written, oldest first: two queries. Notes of staff only where they are asked for."""
    found = Message.objects.filter(ticket=ticket).select_related("words").prefetch_related("files")
    if not with_internal:
        found = found.filter(is_internal=False)
    return [_entry(message) for message in found.order_by("sequence")]


def get_attachment_of(
    *, ticket: Ticket, attachment_id: UUID, with_internal: bool = False
) -> Attachment:
    """A file of this conversation. Raises `AttachmentNotFound`."""
    found = Attachment.objects.filter(message__ticket=ticket, pk=attachment_id)
    if not with_internal:
        found = found.filter(message__is_internal=False)
    file = found.first()
    if file is None:
        raise AttachmentNotFound
    return file


def is_overdue(moment: datetime) -> Q:
    """Tickets whose first answer or solution is late at this moment."""
    no_answer = Q(first_answered_at=None, first_due_at__lt=moment) & ~Q(state__in=OVER)
    return no_answer | Q(solve_due_at__lt=moment)


def fits_search(term: str) -> Q:
    """Tickets by number, buyer, order, tag or a word of the subject. `term` is one clean line."""
    fits = Q(number__istartswith=term) | Q(order__number__istartswith=term)
    fits |= Q(email__icontains=normalize_email(term)) | Q(name__icontains=term)
    fits |= Q(subject__icontains=term) | Q(tags__icontains=term)
    return fits | Q(pk__in=_find_folded(term))


def _find_folded(term: str) -> list[UUID]:
    """Among the latest tickets: accents, case and widths do not count. One query."""
    sought, folded = Sought(term), FoldedWords()
    rows = Ticket.objects.order_by("-pk").values_list("pk", "email", "name", "subject")[:RECENT]
    found = [pk for pk, *texts in rows if sought.fits(folded.of(texts))]
    return found[:MOST]


def count_open() -> tuple[int, int]:
    """Tickets that wait for the store, and those of them that are overdue. For the start page of the admin."""
    waiting = Ticket.objects.filter(state__in=RUNNING)
    return waiting.count(), Ticket.objects.filter(is_overdue(now())).count()


def can_rate(ticket: Ticket, desk: SupportSettings) -> bool:
    """Once, after it was solved, where the store asks."""
    return (
        desk.asks_satisfaction
        and ticket.score is None
        and ticket.solved_at is not None
        and ticket.state in OVER
        and ticket.merged_into_id is None
    )


def can_reopen(ticket: Ticket) -> bool:
    return ticket.state in OVER and ticket.merged_into_id is None


def can_close(ticket: Ticket) -> bool:
    return ticket.state != TicketState.CLOSED


def can_merge(source: Ticket, target: Ticket) -> bool:
    """Of the same address and the same account, neither erased nor merged before."""
    is_same = source.email == target.email and source.customer_id == target.customer_id
    is_erased = source.erased_at is not None or target.erased_at is not None
    is_merged = source.merged_into_id is not None or target.merged_into_id is not None
    return is_same and not is_erased and not is_merged


def list_tickets_of_buyer(ticket: Ticket) -> QuerySet[Ticket]:
    """Other tickets of the same buyer, latest first. For staff."""
    same = Q(email=ticket.email)
    if ticket.customer_id is not None:
        same |= Q(customer_id=ticket.customer_id)
    return Ticket.objects.filter(same, erased_at=None).exclude(pk=ticket.pk)


def list_canned_answers() -> list[CannedAnswer]:
    return list(CannedAnswer.objects.filter(is_active=True))


def _entry(message: Message) -> Entry:
    words = getattr(message, "words", None)
    return Entry(
        message=message,
        text=words.text if words else "",
        quoted=words.quoted if words else "",
        author=words.author if words else "",
        files=list(message.files.all()),
    )


def _scope(actor: Actor) -> Q:
    if actor.sees_all:
        return Q()
    if actor.kind is ActorKind.CUSTOMER:
        return Q(customer_id=actor.id)
    return Q(pk__in=[])


def _get(tickets: QuerySet[Ticket]) -> Ticket:
    ticket = tickets.select_related("order").first()
    if ticket is None:
        raise TicketNotFound
    return ticket


def tickets_of_person(customer: User) -> QuerySet[Ticket]:
    """Of the account, and those that were written from its address without a login."""
    of_guest = Q(customer=None, email=customer.email)
    return Ticket.objects.filter(Q(customer=customer) | of_guest, erased_at=None)


def tickets_of_address(email: str) -> QuerySet[Ticket]:
    """Of accounts with that address, and those that were written from it without a login."""
    return Ticket.objects.filter(
        Q(customer__email=email) | Q(customer=None, email=email), erased_at=None
    )


def personal_data_of(customer: User) -> list[dict[str, Any]]:
    """What this person's tickets say, for the file they may ask for: JSON values, oldest first. Without notes of staff."""
    return [_exported(ticket) for ticket in tickets_of_person(customer).order_by("created_at")]


def _exported(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "email": ticket.email,
        "name": ticket.name,
        "order": ticket.order.number if ticket.order else None,
        "state": ticket.state,
        "created_at": ticket.created_at.isoformat(),
        "satisfaction": ticket.score,
        "comment": ticket.score_comment,
        "messages": [
            {
                "at": entry.message.created_at.isoformat(),
                "from": entry.message.kind,
                "text": entry.text,
                "quoted": entry.quoted,
                "files": [{"name": file.name, "file": file.file} for file in entry.files],
            }
            for entry in list_conversation(ticket)
            if entry.message.kind != MessageKind.SYSTEM
        ],
    }
