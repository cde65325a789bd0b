"""The one door of a ticket's state, and what staff set about it."""

from typing import Annotated, Any

from apps.accounts.models import User
from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.states import require_transition
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.platform.auditing import audited
from apps.support.errors import IsMerged
from apps.support.models import Ticket
from apps.support.services.clocks import change_targets, follow_state
from apps.support.services.writing import lock_ticket, write_event
from apps.support.states import MOVES, OVER, Priority, TicketState, Way

_CODES = {
    TicketState.SOLVED: "solved",
    TicketState.CLOSED: "closed",
    TicketState.WAITING_BUYER: "waiting_buyer",
    TicketState.WAITING_STORE: "waiting_store",
}


def change_state(ticket: Ticket, target: TicketState) -> bool:
    """Move a locked ticket and its clock; the caller saves it. False where it is there already.

    Raises `TransitionNotAllowed`, or `IsMerged` for a ticket that goes on in another one.
    """
    current = TicketState(ticket.state)
    if current == target:
        return False
    if ticket.merged_into_id is not None:
        raise IsMerged
    require_transition(MOVES, subject="The ticket", current=current, target=target)
    at = now()
    ticket.state = target
    if target == TicketState.SOLVED:
        ticket.solved_at = at
    if target == TicketState.CLOSED:
        ticket.closed_at = at
    if target not in OVER:
        ticket.closed_at = None
    if target != TicketState.WAITING_STORE:
        ticket.has_news = False
    follow_state(ticket, at)
    return True


def set_state(*, ticket: Ticket, target: TicketState, actor: Actor, way: Way = Way.DESK) -> Ticket:
    """Solve, close, reopen or hand over. Repeatable. A solution by staff is mailed to the buyer."""
    with events.transaction_with_wake_up():
        lock_ticket(ticket)
        with audited("ticket.changed", ticket):
            was_over = ticket.state in OVER
            if not change_state(ticket, target):
                return ticket
            is_reopened = was_over and target == TicketState.WAITING_STORE
            ticket.has_news = is_reopened and not actor.is_staff
            code = "reopened" if is_reopened else _CODES[target]
            is_internal = target in (TicketState.WAITING_BUYER, TicketState.WAITING_STORE)
            write_event(
                ticket,
                code,
                actor=actor,
                way=way,
                is_internal=is_internal and not is_reopened,
                by="staff" if actor.is_staff else "buyer",
            )
            ticket.save()
        if target == TicketState.SOLVED and actor.is_staff:
            emit_about(ticket, "ticket.solved")
    return ticket


def set_priority(*, ticket: Ticket, priority: Priority, actor: Actor) -> Ticket:
    """The targets follow; time that has passed counts."""
    with events.transaction_with_wake_up():
        lock_ticket(ticket)
        if ticket.priority == priority:
            return ticket
        with audited("ticket.changed", ticket):
            ticket.priority = priority
            if ticket.state not in OVER:
                change_targets(ticket, now())
            write_event(
                ticket, "priority", actor=actor, is_internal=True, priority=str(priority.value)
            )
            ticket.save()
    return ticket


def assign(*, ticket: Ticket, assignee: User | None, actor: Actor) -> Ticket:
    """To a member of staff, or to the whole team again."""
    with events.transaction_with_wake_up():
        lock_ticket(ticket)
        assignee_id = assignee.pk if assignee is not None else None
        if ticket.assigned_id == assignee_id:
            return ticket
        with audited("ticket.changed", ticket):
            ticket.assigned = assignee
            write_event(
                ticket,
                "assigned" if assignee is not None else "unassigned",
                actor=actor,
                is_internal=True,
                about=assignee.full_name if assignee is not None else "",
            )
            ticket.save()
    return ticket


@cleans_text
def set_tags(*, ticket: Ticket, tags: Annotated[str, Line(200)], actor: Actor) -> Ticket:
    """Words with commas between, each once, in their order."""
    words = list(dict.fromkeys(word.strip() for word in tags.split(",") if word.strip()))
    with events.transaction_with_wake_up():
        lock_ticket(ticket)
        with audited("ticket.changed", ticket):
            ticket.tags = ", ".join(words)
            ticket.save(update_fields=["tags"])
    return ticket


def emit_about(ticket: Ticket, topic: str, **facts: Any) -> None:
    events.emit(topic=topic, key=str(ticket.pk), payload={"ticket_id": str(ticket.pk), **facts})
