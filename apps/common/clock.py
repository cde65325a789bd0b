"""The clock, in one module, so that tests can control it.

A day is counted in the time zone of the active store, and of the platform outside a store.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from django.utils import timezone

_MINUTE: Final = timedelta(minutes=1)
_shift: Final[ContextVar[timedelta]] = ContextVar("clock_shift", default=timedelta())


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return timezone.now() + _shift.get()


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """The clock goes on from that moment inside the block: what the demo's services do there happened then.

    For the demo alone. Fields with `auto_now_add` and databases keep the real time.
    """
    token = _shift.set(moment - timezone.now())
    try:
        yield
    finally:
        _shift.reset(token)


def day_of(moment: datetime) -> date:
    """The day of this moment in the local time zone."""
    return timezone.localdate(moment)


def today() -> date:
    return day_of(now())


def today_in(zone: tzinfo) -> date:
    """The same where no store is active, in the time zone of one."""
    return now().astimezone(zone).date()


def start_of(day: date) -> datetime:
    """The first moment of a day here, for `>=`."""
    return moment_at(day, time.min)


def end_of(day: date) -> datetime:
    """The first moment after a day, for `<`. A day may have 23 or 25 hours."""
    return start_of(day + timedelta(days=1))


def moment_at(day: date, clock: time, *, is_last: bool = False) -> datetime:
    """The UTC moment at which the local clock shows this time.

    If clocks are put back and show it twice, the first or the last time. If clocks are put forward and skip it, the
    moment of the change.
    """
    zone = timezone.get_current_timezone()
    wanted = datetime.combine(day, clock, tzinfo=zone)
    found = wanted.replace(fold=int(is_last)).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return found
    moment = wanted.replace(fold=1).astimezone(UTC).replace(second=0, microsecond=0)
    before = moment.astimezone(zone).utcoffset()
    while moment.astimezone(zone).utcoffset() == before:
        moment += _MINUTE
    return moment
