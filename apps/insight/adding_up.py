"""Days of stores (`UsageMetric`) added up to days of the platform, in one pass over rows that come store by store."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple
from uuid import UUID

ACTIVE_DAYS: Final = 30
_DAY: Final = timedelta(days=1)


class Used(NamedTuple):
    """One day of one store."""

    store: UUID
    on: date
    orders: int
    value: int
    currency: str
    calls: int
    errors: int
    stored: int


@dataclass
class Sums:
    days: dict[date, dict[str, int]] = field(default_factory=dict)
    sales: dict[tuple[date, str], dict[str, int]] = field(default_factory=dict)


class Adding:
    """`first` and `last` are the days that are wanted. Rows of `ACTIVE_DAYS` before are needed, too."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.begin = first - timedelta(days=ACTIVE_DAYS - 1)
        self._days: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._sales: dict[tuple[date, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, rows: Iterable[Used], stored: dict[UUID, int]) -> None:
        """`stored`: the bytes of each store before the first row."""
        self._days[self.begin]["storage_bytes"] += sum(stored.values())
        for store, days in groupby(rows, key=lambda row: row.store):
            before, active_until = stored.get(store, 0), date.min
            for day in days:
                self._days[day.on]["storage_bytes"] += day.stored - before
                before = day.stored
                if day.orders:
                    until = day.on + timedelta(days=ACTIVE_DAYS)  # the first day without
                    self._days[max(day.on, active_until)]["stores_active"] += 1
                    self._days[until]["stores_active"] -= 1
                    active_until = until
                self._count(day)

    def _count(self, day: Used) -> None:
        if not self.first <= day.on <= self.last:
            return
        counts = self._days[day.on]
        counts["orders"] += day.orders
        counts["api_calls"] += day.calls
        counts["api_errors"] += day.errors
        if day.orders and day.currency:
            sales = self._sales[day.on, day.currency]
            sales["orders"] += day.orders
            sales["value_minor"] += day.value

    def finish(self) -> Sums:
        levels = dict.fromkeys(("storage_bytes", "stores_active"), 0)
        found = Sums(sales={key: dict(counts) for key, counts in self._sales.items()})
        day = self.begin
        while day <= self.last:
            counts = self._days.get(day, {})
            for name in levels:
                levels[name] += counts.get(name, 0)
            if day >= self.first:
                found.days[day] = {**counts, **levels}
            day += _DAY
        return found
