"""One ticket's page: the conversation, and beside it the buyer, the order and the clocks. `ticket_buttons` handles the
forms."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.selectors import list_notes_about, list_staff
from apps.backoffice.columns import money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.refused import Refused
from apps.common.clock import now
from apps.common.ids import random_token
from apps.orders.buyers import list_orders_by
from apps.orders.models import Order
from apps.support.canned import fill_answer
from apps.support.hours import is_working
from apps.support.models import Ticket
from apps.support.selectors import (
    Entry,
    can_merge,
    get_support_settings,
    get_working_hours,
    list_canned_answers,
    list_conversation,
    list_tickets_of_buyer,
)
from apps.support.services import ACCEPT
from apps.support.states import MOVES, MessageKind, Priority, TicketState
from apps.support.words import sentence_of_event

SEES: Final = "support.view_ticket"
CHANGES: Final = "support.change_ticket"
_OTHERS: Final = 8
_ORDERS: Final = 5
_WHY: Final = {
    "loop": _("It came from us"),
    "bounce": _("A mail server's report"),
    "automatic": _("An automatic answer"),
    "other_sender": _("From an address that is not the buyer's"),
    "unreadable": _("It can't be read"),
    "no_sender": _("It has no sender"),
    "conversation_full": _("The conversation is full"),
}
_ACTIONS: Final = {
    TicketState.SOLVED: _("Solved"),
    TicketState.CLOSED: _("Close"),
    TicketState.WAITING_STORE: _("Waiting for us"),
    TicketState.WAITING_BUYER: _("Waiting for the buyer"),
}


def why_of(reason: str) -> str:
    return str(_WHY.get(reason, reason))


def show(
    request: HttpRequest, ticket: Ticket, refused: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    """The page; after a form that was refused with what was typed in it."""
    context = {
        **store_admin.each_context(request),
        "title": gettext("Ticket %(number)s") % {"number": ticket.number},
        "opts": Ticket._meta,
        "refused": refused,
        **present(request, ticket),
    }
    return TemplateResponse(request, "backoffice/ticket.html", context, status=status)


def present(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """Everything the template needs, in a constant number of queries."""
    user: Any = request.user
    may_change = user.has_perm(CHANGES) and ticket.erased_at is None
    entries = list_conversation(ticket, with_internal=True)
    others = list(list_tickets_of_buyer(ticket)[:_OTHERS])
    sees_orders = user.has_perm("orders.view_order")
    mergeable = [one for one in others if can_merge(ticket, one)]
    return {
        "ticket": ticket,
        "entries": [_present_entry(entry) for entry in entries],
        "seen": max((one.message.sequence for one in entries), default=0),
        "may_change": may_change,
        "is_open": ticket.merged_into_id is None and ticket.erased_at is None,
        "states": _states(ticket),
        "priorities": Priority.choices,
        "staff": [one for one in list_staff() if one.is_active] if may_change else [],
        "answers": [
            {"title": one.title, "text": fill_answer(one.text, ticket, staff=user.full_name)}
            for one in (list_canned_answers() if may_change else [])
        ],
        "others": others,
        "mergeable": mergeable if may_change else [],
        "order": _order(ticket.order) if ticket.order and sees_orders else None,
        "orders": [_order(one) for one in _orders_of(ticket)] if sees_orders else [],
        "notes": list_notes_about(ticket.email)
        if user.has_perm("accounts.view_customernote")
        else [],
        "is_working": is_working(now(), get_working_hours(get_support_settings())),
        "accept": ACCEPT,
        "request_key": random_token(),
    }


def _present_entry(entry: Entry) -> dict[str, Any]:
    message = entry.message
    is_event = message.kind == MessageKind.SYSTEM
    return {
        "row": entry,
        "message": message,
        "is_event": is_event,
        "sentence": sentence_of_event(entry) if is_event else "",
        "why": why_of(message.code) if message.code and not is_event else "",
    }


def _states(ticket: Ticket) -> list[tuple[str, Any]]:
    if ticket.merged_into_id is not None:
        return []
    found = MOVES[TicketState(ticket.state)]
    return [(state.value, words) for state, words in _ACTIONS.items() if state in found]


def _orders_of(ticket: Ticket) -> list[Order]:
    found = list_orders_by(user_id=ticket.customer_id, email=ticket.email)
    return [one for one in found[: _ORDERS + 1] if one.pk != ticket.order_id][:_ORDERS]


def _order(order: Order) -> dict[str, Any]:
    return {
        "row": order,
        "total": money(order.payable_minor, order.currency),
        "lines": list(order.lines.order_by("position")[:6]),
        "parcels": list(order.shipments.order_by("pk")) if hasattr(order, "shipments") else [],
    }
