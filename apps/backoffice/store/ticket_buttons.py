"""The forms of a ticket's page: each calls one service and returns to the page. A refused one keeps what was typed."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.backoffice.base import sentence_of, staff_actor
from apps.backoffice.posting import posted
from apps.backoffice.store.refused import Refused
from apps.backoffice.store.ticket_page import CHANGES, SEES, show
from apps.backoffice.typed import MOST_SEEN
from apps.common.errors import Conflict, DomainError, InvalidInput
from apps.common.text import whole_number
from apps.support import services as support
from apps.support.answers import attachment_answer
from apps.support.models import Ticket
from apps.support.selectors import get_attachment_of
from apps.support.states import Priority, TicketState

_PAGE = "store_admin:support_ticket_change"

Press = Callable[[HttpRequest, Ticket], str]
"""Calls the service and returns a message, or raises the refusal."""


def _button(verb: str, press: Press) -> Callable[..., HttpResponseBase]:
    @posted(_PAGE, "ticket_id")
    def view(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
        if not (request.user.has_perm(SEES) and request.user.has_perm(CHANGES)):
            raise PermissionDenied
        ticket = get_object_or_404(Ticket.objects.select_related("order"), pk=ticket_id)
        if ticket.erased_at is not None:
            messages.error(request, gettext("The data of this buyer was erased."))
            return HttpResponseRedirect(reverse(_PAGE, args=[ticket.pk]))
        try:
            done = press(request, ticket)
        except DomainError as error:
            messages.error(request, sentence_of(error))
            ticket = get_object_or_404(Ticket.objects.select_related("order"), pk=ticket_id)
            refused = Refused.of(verb, request.POST, error)
            return show(
                request, ticket, refused, status=409 if isinstance(error, Conflict) else 200
            )
        messages.success(request, done)
        return HttpResponseRedirect(reverse(_PAGE, args=[ticket.pk]))

    return view


def attachment_view(request: HttpRequest, ticket_id: UUID, file_id: UUID) -> HttpResponse:
    if not request.user.has_perm(SEES):
        raise PermissionDenied
    ticket = get_object_or_404(Ticket, pk=ticket_id)
    file = get_attachment_of(ticket=ticket, attachment_id=file_id, with_internal=True)
    return attachment_answer(file)


def _answer(request: HttpRequest, ticket: Ticket) -> str:
    """An answer or a note, by the button that was pressed."""
    values: dict[str, Any] = {
        "ticket": ticket,
        "text": request.POST.get("text", ""),
        "actor": staff_actor(request),
        "author": _name_of(request),
        "files": support.check_uploads(request.FILES.getlist("attachments")),
        "request_key": request.POST.get("request_key", ""),
    }
    if "note" in request.POST:
        support.add_note(**values)
        return gettext("The note is added.")
    then = _choice(TicketState, request.POST.get("then", TicketState.WAITING_BUYER))
    support.answer_as_staff(**values, then=then, seen=_seen(request))
    return gettext("The answer is sent.")


def _state(request: HttpRequest, ticket: Ticket) -> str:
    target = _choice(TicketState, request.POST.get("state", ""))
    support.set_state(ticket=ticket, target=target, actor=staff_actor(request))
    return gettext("The state is changed.")


def _properties(request: HttpRequest, ticket: Ticket) -> str:
    """Priority, assignment and tags are one form; only what changed is written."""
    actor, assignee = staff_actor(request), _assignee(request)
    priority = _choice(Priority, request.POST.get("priority", ""))
    support.set_priority(ticket=ticket, priority=priority, actor=actor)
    support.assign(ticket=ticket, assignee=assignee, actor=actor)
    if request.POST.get("tags", "") != ticket.tags:
        support.set_tags(ticket=ticket, tags=request.POST.get("tags", ""), actor=actor)
    return gettext("Saved.")


def _take(request: HttpRequest, ticket: Ticket) -> str:
    actor, user = staff_actor(request), cast(User, request.user)
    assignee = User.objects.filter(pk=user.pk, is_staff=True).first()
    if assignee is None:
        raise Conflict(gettext("A visit takes no ticket. Choose a member of staff."))
    support.assign(ticket=ticket, assignee=assignee, actor=actor)
    return gettext("The ticket is yours.")


def _merge(request: HttpRequest, ticket: Ticket) -> str:
    """The other ticket comes into this one."""
    try:
        other = Ticket.objects.filter(pk=request.POST.get("other", "")).first()
    except (ValidationError, ValueError):
        other = None
    if other is None:
        raise InvalidInput(fields={"other": [gettext("Choose a ticket.")]})
    support.merge_tickets(ticket=other, into=ticket, actor=staff_actor(request))
    return gettext("%(number)s is in this ticket now.") % {"number": other.number}


def _assignee(request: HttpRequest) -> User | None:
    wanted = request.POST.get("assigned", "")
    if not wanted:
        return None
    try:
        found = User.objects.filter(pk=wanted, is_staff=True, is_active=True).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise InvalidInput(fields={"assigned": [gettext("Choose a member of staff.")]})
    return found


def _choice(kind: Any, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput from None


def _seen(request: HttpRequest) -> int:
    """A form without the number has seen nothing."""
    return whole_number(request.POST.get("seen", ""), most=MOST_SEEN) or 0


def _name_of(request: HttpRequest) -> str:
    """What buyers read: a name, or nothing in place of an address."""
    user: Any = request.user
    return user.full_name if user.full_name != user.email else ""


BUTTONS: dict[str, Callable[..., HttpResponseBase]] = {
    "answer": _button("answer", _answer),
    "state": _button("state", _state),
    "properties": _button("properties", _properties),
    "take": _button("take", _take),
    "merge": _button("merge", _merge),
}
