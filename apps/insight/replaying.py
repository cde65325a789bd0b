"""The history of agreements, replayed into days: recurring revenue, what moved it, trials, open stores, cohorts.

No database here. A store counts by what it is at the end of a day: two changes on one day are the difference of both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from apps.insight.recording import NOTHING, State
from apps.platform.states import SubscriptionStatus

MOVEMENTS: Final = ("new", "expansion", "contraction", "churn", "reactivation")
_DAY: Final = timedelta(days=1)

Change = tuple[UUID, date, State]
Counts = dict[str, int]


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return month_of(month + timedelta(days=31))


@dataclass
class Replay:
    """`revenue` by day, currency and plan, `days` by day, `cohorts` by months of opening and since."""

    revenue: dict[tuple[date, str, str], Counts] = field(default_factory=dict)
    days: dict[date, Counts] = field(default_factory=dict)
    cohorts: dict[tuple[date, date], Counts] = field(default_factory=dict)
    opened: dict[UUID, date] = field(default_factory=dict)


def replay(changes: Iterable[Change], *, last: date) -> Replay:
    """Of changes in the order of stores, then of time. Days from the first change to `last`."""
    found = _Sums(last)
    for store, rows in groupby(changes, key=lambda change: change[0]):
        states = {day: state for _store, day, state in rows if day <= last}
        found.add(store, states)
    return found.finish()


def movements(
    before: State, after: State, *, has_paid: bool
) -> Iterator[tuple[str, str, str, int]]:
    """Currency, plan, movement and amount a year, of one store on one day."""
    if not (before.yearly or after.yearly):
        return
    if not before.yearly:
        yield after.currency, after.plan, "reactivation" if has_paid else "new", after.yearly
    elif not after.yearly:
        yield before.currency, before.plan, "churn", before.yearly
    elif before.currency != after.currency:
        yield before.currency, before.plan, "contraction", before.yearly
        yield after.currency, after.plan, "expansion", after.yearly
    elif after.yearly > before.yearly:
        yield after.currency, after.plan, "expansion", after.yearly - before.yearly
    elif after.yearly < before.yearly:
        yield after.currency, after.plan, "contraction", before.yearly - after.yearly


class _Sums:
    """Differences of each day, which `finish` adds up."""

    def __init__(self, last: date) -> None:
        self.last = last
        self.moved: dict[tuple[date, str, str], Counts] = defaultdict(lambda: defaultdict(int))
        self.levels: dict[tuple[str, str], dict[date, list[int]]] = defaultdict(dict)
        self.changed: dict[date, Counts] = defaultdict(lambda: defaultdict(int))
        self.replay = Replay()

    def add(self, store: UUID, states: dict[date, State]) -> None:
        before, has_paid, opened = NOTHING, False, False
        for day, after in states.items():
            for currency, plan, name, amount in movements(before, after, has_paid=has_paid):
                self.moved[day, currency, plan][f"{name}_minor"] += amount
            self._level(day, before, -1)
            self._level(day, after, 1)
            self._count(day, before, after)
            if after.is_open and not opened:
                opened = True
                self.changed[day]["stores_opened"] += 1
                self.replay.opened[store] = month_of(day)
            before, has_paid = after, has_paid or after.yearly > 0
        if opened:
            self._cohort(self.replay.opened[store], states)

    def _level(self, day: date, state: State, sign: int) -> None:
        if state.yearly:
            level = self.levels[state.currency, state.plan].setdefault(day, [0, 0])
            level[0] += sign
            level[1] += sign * state.yearly

    def _count(self, day: date, before: State, after: State) -> None:
        counts = self.changed[day]
        counts["stores_open"] += after.is_open - before.is_open
        counts["stores_paying"] += bool(after.yearly) - bool(before.yearly)
        was, is_now = (one.status == SubscriptionStatus.TRIAL for one in (before, after))
        counts["trials_running"] += is_now - was
        counts["trials_started"] += is_now and not was
        counts["trials_ended"] += was and not is_now
        counts["trials_converted"] += was and not is_now and after.yearly > 0

    def _cohort(self, opened: date, states: dict[date, State]) -> None:
        month, state, rest = opened, NOTHING, list(states.items())
        while month <= self.last:
            end = next_month(month)
            while rest and rest[0][0] < end:
                state = rest.pop(0)[1]
            counts = self.replay.cohorts.setdefault(
                (opened, month), {"stores": 0, "active": 0, "paying": 0}
            )
            counts["stores"] += 1
            counts["paying"] += bool(state.yearly)
            month = end

    def finish(self) -> Replay:
        if not self.changed:
            return self.replay
        running: Counts = dict.fromkeys(("stores_open", "stores_paying", "trials_running"), 0)
        day = min(self.changed)
        while day <= self.last:
            changed = self.changed.get(day, {})
            for name in running:
                running[name] += changed.get(name, 0)
            self.replay.days[day] = {**changed, **running}
            day += _DAY
        self._finish_revenue()
        return self.replay

    def _finish_revenue(self) -> None:
        for (currency, plan), changes in self.levels.items():
            stores = yearly = 0
            day = min(changes)
            while day <= self.last:
                more = changes.get(day, (0, 0))
                stores, yearly = stores + more[0], yearly + more[1]
                if stores:
                    row = {"stores": stores, "yearly_minor": yearly}
                    self.replay.revenue[day, currency, plan] = row
                day += _DAY
        for key, moved in self.moved.items():
            self.replay.revenue.setdefault(key, {"stores": 0, "yearly_minor": 0}).update(moved)
