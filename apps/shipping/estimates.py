"""When an order arrives: arithmetic on a calendar, no query.

An order before the cut-off of a working day is handled that day, one at the cut-off or later on the next working day. Handling
counts working days; the days of the method count days on which carriers deliver. Holidays are neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from apps.common.habits import zone_of

WEEK: Final = frozenset(range(7))
_DAY: Final = timedelta(days=1)
_MOST_DAYS: Final = 400  # a calendar without a working day ends here


@dataclass(frozen=True)
class Calendar:
    """When parcels leave one place, and arrive. `cut_off` None: midnight."""

    time_zone: str
    cut_off: time | None = None
    handling_days: int = 0
    working: frozenset[int] = WEEK
    delivering: frozenset[int] = WEEK
    holidays: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.working and day not in self.holidays

    def delivers_on(self, day: date) -> bool:
        return day.weekday() in self.delivering and day not in self.holidays

    def closes_at(self, day: date) -> datetime:
        """The moment from which an order is too late for that day. Of a time that the clock shows twice, the first; of one
        that it skips, the moment that would have been it."""
        clock, at = (self.cut_off, day) if self.cut_off else (time.min, day + _DAY)
        return datetime.combine(at, clock, tzinfo=zone_of(self.time_zone)).astimezone(UTC)


@dataclass(frozen=True)
class Estimate:
    """`valid_until`: an order from then on comes later."""

    leaves_on: date
    earliest: date
    latest: date
    valid_until: datetime


def estimate(calendar: Calendar, *, days: tuple[int, int], at: datetime) -> Estimate:
    """For an order at that moment, by a method that takes that many days."""
    begins_on = _begin(calendar, at)
    leaves_on = _advance(begins_on, calendar.handling_days, calendar.works_on)
    least, most = sorted(days)
    return Estimate(
        leaves_on=leaves_on,
        earliest=_advance(leaves_on, least, calendar.delivers_on),
        latest=_advance(leaves_on, most, calendar.delivers_on),
        valid_until=calendar.closes_at(begins_on),
    )


def latest_of(found: Iterable[Estimate]) -> Estimate:
    """For goods that come from several places: the buyer waits for the last parcel."""
    all_of_them = list(found)
    last = max(all_of_them, key=lambda each: (each.latest, each.earliest))
    return replace(last, valid_until=min(each.valid_until for each in all_of_them))


def _begin(calendar: Calendar, at: datetime) -> date:
    day = at.astimezone(zone_of(calendar.time_zone)).date()
    for _ in range(_MOST_DAYS):
        if calendar.works_on(day) and at < calendar.closes_at(day):
            return day
        day += _DAY
    return day


def _advance(day: date, count: int, is_counted: Callable[[date], bool]) -> date:
    """That many counted days later."""
    left = count
    for _ in range(_MOST_DAYS):
        if not left:
            break
        day += _DAY
        left -= is_counted(day)
    return day
