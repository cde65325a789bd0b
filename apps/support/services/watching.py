"""Periodic work: targets that were missed, and solved tickets that stay quiet."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from apps.common.actor import Actor
from apps.common.clock import now
from apps.events import services as events
from apps.platform.sweeps import do_each
from apps.support.models import Ticket
from apps.support.selectors import get_support_settings
from apps.support.services.moving import change_state, emit_about
from apps.support.services.writing import write_event
from apps.support.states import OVER, TicketState

_SYSTEM = Actor.system("sweeper")
_AT_ONCE = 200


def mark_breaches() -> int:
    """Each missed target of a ticket is written and mailed to staff once."""
    at = now()
    late = Q(first_due_at__lt=at, first_answered_at=None, first_breached_at=None)
    late = (late & ~Q(state__in=OVER)) | Q(solve_due_at__lt=at, solve_breached_at=None)
    return do_each(list(Ticket.objects.filter(late).values_list("pk", flat=True)[:_AT_ONCE]), _mark)


def close_solved() -> int:
    """Solved tickets of some days ago."""
    limit = now() - timedelta(days=get_support_settings().auto_close_days)
    quiet = Ticket.objects.filter(state=TicketState.SOLVED, solved_at__lt=limit)
    return do_each(list(quiet.values_list("pk", flat=True)[:_AT_ONCE]), _close)


def _mark(ticket_id: UUID) -> bool:
    with events.transaction_with_wake_up():
        ticket, at = Ticket.objects.select_for_update().get(pk=ticket_id), now()
        found = []
        if ticket.is_answer_overdue and ticket.first_breached_at is None:
            ticket.first_breached_at = at
            found.append("first")
        is_late = ticket.solve_due_at is not None and ticket.solve_due_at < at
        if is_late and ticket.solve_breached_at is None:
            ticket.solve_breached_at = at
            found.append("solve")
        for kind in found:
            write_event(ticket, f"breached_{kind}", actor=_SYSTEM, is_internal=True)
            emit_about(ticket, "ticket.breached", target=kind)
        ticket.save()
    return bool(found)


def _close(ticket_id: UUID) -> bool:
    limit = now() - timedelta(days=get_support_settings().auto_close_days)
    with events.transaction_with_wake_up():
        ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
        if ticket.state != TicketState.SOLVED or ticket.solved_at is None:
            return False
        if ticket.solved_at >= limit:
            return False
        change_state(ticket, TicketState.CLOSED)
        write_event(ticket, "auto_closed", actor=_SYSTEM)
        ticket.save()
    return True
