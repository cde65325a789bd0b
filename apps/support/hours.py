"""Working time: pure functions over a week of opening hours, holidays and a time zone.

Moments come and go in UTC. A day is the zone's: a shift over a change of clocks has the hours that really pass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_ONE_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = time(0)
# A calendar with nothing but holidays has an end.
_MOST_DAYS: Final = 1_100


@dataclass(frozen=True)
class WorkingHours:
    """`week` maps weekdays (Monday is 0) to begin and end; an end at 00:00 is the end of the day. An empty week means
    that time always runs."""

    zone: tzinfo
    week: Mapping[int, tuple[time, time]]
    holidays: frozenset[date] = field(default_factory=frozenset)


def add_working_time(start: datetime, amount: timedelta, hours: WorkingHours) -> datetime:
    """The moment at which `amount` of working time has passed since `start`."""
    if not hours.week:
        return start + amount
    left = amount
    for begin, end in _shifts(start, hours):
        begin = max(begin, start)
        if end <= begin:
            continue
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return start + amount


def working_time_between(start: datetime, end: datetime, hours: WorkingHours) -> timedelta:
    """Negative where `end` is before `start`."""
    if end < start:
        return -working_time_between(end, start, hours)
    if not hours.week:
        return end - start
    total = timedelta()
    for begin, close in _shifts(start, hours):
        if begin >= end:
            break
        total += max(timedelta(), min(close, end) - max(begin, start))
    return total


def is_working(moment: datetime, hours: WorkingHours) -> bool:
    return not hours.week or any(
        begin <= moment < end for begin, end in _shifts(moment, hours, days=1)
    )


def _shifts(
    start: datetime, hours: WorkingHours, *, days: int = _MOST_DAYS
) -> Iterator[tuple[datetime, datetime]]:
    """The shifts of the days from that of `start` on, in UTC."""
    day = start.astimezone(hours.zone).date()
    for _number in range(days):
        shift = hours.week.get(day.weekday())
        if shift is not None and day not in hours.holidays:
            last = day + _ONE_DAY if shift[1] == _MIDNIGHT else day
            yield _moment(day, shift[0], hours.zone), _moment(last, shift[1], hours.zone)
        day += _ONE_DAY


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
