"""The clocks of a ticket: first answer and solution, in working time. The caller saves the row."""

from datetime import datetime, timedelta

from apps.support.hours import WorkingHours, add_working_time, working_time_between
from apps.support.models import Ticket
from apps.support.selectors import get_support_settings, get_targets, get_working_hours
from apps.support.states import RUNNING


def start_clocks(ticket: Ticket, at: datetime) -> None:
    desk = get_support_settings()
    hours = get_working_hours(desk)
    first, solved = get_targets(desk, ticket.priority)
    ticket.first_due_at = add_working_time(at, first, hours)
    ticket.solve_due_at = add_working_time(at, solved, hours)
    ticket.solve_left = None
    ticket.solve_target = int(solved.total_seconds())


def follow_state(ticket: Ticket, at: datetime) -> None:
    """The clock of the solution rests while the buyer has to act and when all is done."""
    hours = get_working_hours(get_support_settings())
    is_running = ticket.state in RUNNING
    if is_running and ticket.solve_left is not None:
        ticket.solve_due_at = add_working_time(at, timedelta(seconds=ticket.solve_left), hours)
        ticket.solve_left = None
    elif not is_running and ticket.solve_due_at is not None:
        ticket.solve_left = max(0, _seconds(at, ticket.solve_due_at, hours))
        ticket.solve_due_at = None


def change_targets(ticket: Ticket, at: datetime) -> None:
    """After another priority: what has passed counts."""
    desk = get_support_settings()
    hours = get_working_hours(desk)
    first, solved = get_targets(desk, ticket.priority)
    if ticket.first_answered_at is None:
        ticket.first_due_at = add_working_time(ticket.created_at, first, hours)
    target = int(solved.total_seconds())
    change, ticket.solve_target = target - ticket.solve_target, target
    if ticket.solve_due_at is not None:
        left = _seconds(at, ticket.solve_due_at, hours) + change
        ticket.solve_due_at = (
            add_working_time(at, timedelta(seconds=left), hours) if left > 0 else at
        )
    elif ticket.solve_left is not None:
        ticket.solve_left = max(0, ticket.solve_left + change)


def _seconds(at: datetime, due: datetime, hours: WorkingHours) -> int:
    return int(working_time_between(at, due, hours).total_seconds())
