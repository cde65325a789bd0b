"""Reads of the figures. Call them with no store active. Each is one statement, however many stores there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Self

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext

from apps.common.clock import today
from apps.common.errors import InvalidInput
from apps.common.money import part_of
from apps.insight.models import CohortMonth, PlatformDay, RevenueDay, SalesDay, StoreSpan
from apps.insight.rates import Rates
from apps.insight.replaying import MOVEMENTS, month_of
from apps.insight.spans import LEAST_CALLS
from apps.platform.models import Subscription
from apps.platform.states import SubscriptionStatus

MOST_DAYS: Final = 366
USUAL_DAYS: Final = 90
SIGNS: Final = {"new": 1, "expansion": 1, "reactivation": 1, "contraction": -1, "churn": -1}
ORDERS_FELL: Final = 300  # thousandths
ERRORS_ROSE: Final = 50
TREND_DAYS: Final = 30
_MOVED: Final = tuple(f"{name}_minor" for name in MOVEMENTS)


class Span(NamedTuple):
    """Both days included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=after) for after in range(count)]

    @property
    def before(self) -> date:
        return self.first - timedelta(days=1)

    @classmethod
    def of(cls, first: date | None, last: date | None) -> Self:
        """What is asked for: until today where no last day is given, and 90 days where no first one is. Raises `InvalidInput` for
        a range that has not come, has no day or more than `MOST_DAYS`."""
        end = min(last or today(), today())
        begin = first or end - timedelta(days=USUAL_DAYS - 1)
        fault = ""
        if begin > end:
            fault = gettext("The first day is after the last one, or has not come yet.")
        elif (end - begin).days >= MOST_DAYS:
            fault = gettext("At most %(days)s days at once.") % {"days": MOST_DAYS}
        if fault:
            raise InvalidInput(fields={"begin": [fault]})
        return cls(begin, end)


def list_days(span: Span) -> QuerySet[PlatformDay]:
    return PlatformDay.objects.filter(on__range=span).order_by("on")


def list_revenue(span: Span) -> list[dict[str, Any]]:
    """By day and currency, the day before included: what a movement begins with."""
    rows = RevenueDay.objects.filter(on__range=(span.before, span.last)).values("on", "currency")
    names = ("stores", "yearly_minor", *_MOVED)
    found = rows.annotate(**{f"sum_{name}": Sum(name) for name in names}).order_by("on", "currency")
    return [{key.removeprefix("sum_"): value for key, value in row.items()} for row in found]


def list_sales(span: Span) -> list[dict[str, Any]]:
    rows = SalesDay.objects.filter(on__range=span).order_by("on", "currency")
    return [{**row} for row in rows.values("on", "currency", "orders", "value_minor")]


def list_plans(on: date) -> QuerySet[RevenueDay]:
    """Revenue by plan at the end of that day."""
    return RevenueDay.objects.filter(on=on, stores__gt=0).order_by("-yearly_minor")


def list_cohorts(last: date, months: int = 12) -> QuerySet[CohortMonth]:
    """Those that opened in the last months."""
    number = last.year * 12 + last.month - months
    first = date(number // 12, number % 12 + 1, 1)
    return CohortMonth.objects.filter(opened__gte=first, month__lte=month_of(last))


def list_largest(days: int, measure: str, most: int) -> list[StoreSpan]:
    rows = StoreSpan.objects.filter(days=days, **{f"{_not_empty(measure)}__gt": 0})
    order = F(measure).desc(nulls_last=True)
    return list(rows.select_related("store").order_by(order, "-orders", "store_id")[:most])


def _not_empty(measure: str) -> str:
    return "value_minor" if measure == "converted_minor" else measure


def list_slowest(days: int, most: int) -> list[StoreSpan]:
    """By the time in which 95 % of the calls were answered; of stores with enough calls."""
    enough = Q(days=days, api_calls__gte=LEAST_CALLS, api_p95_ms__isnull=False)
    rows = StoreSpan.objects.filter(enough).select_related("store")
    return list(rows.order_by("-api_p95_ms", "-api_calls", "store_id")[:most])


def list_falling(most: int) -> list[StoreSpan]:
    rows = StoreSpan.objects.filter(days=TREND_DAYS, orders_fall__gte=ORDERS_FELL)
    return list(rows.select_related("store").order_by("-orders_fall", "store_id")[:most])


def list_erring(most: int) -> list[StoreSpan]:
    rows = StoreSpan.objects.filter(days=TREND_DAYS, errors_rise__gte=ERRORS_ROSE)
    return list(rows.select_related("store").order_by("-errors_rise", "store_id")[:most])


def list_past_due(most: int) -> list[Subscription]:
    late = Q(status=SubscriptionStatus.PAST_DUE, store__is_sandbox=False)
    rows = Subscription.objects.filter(late).select_related("store", "plan")
    return list(rows.order_by("period_started_at", "id")[:most])


@dataclass
class Revenue:
    """Amounts a year, in one currency: `levels` by day, `moved` by month and movement."""

    currency: str
    levels: dict[date, int] = field(default_factory=dict)
    moved: dict[date, dict[str, int]] = field(default_factory=dict)
    unconverted: set[str] = field(default_factory=set)

    def level(self, on: date) -> int:
        return self.levels.get(on, 0)


def add_up_revenue(rows: Iterable[dict[str, Any]], currency: str, rates: Rates | None) -> Revenue:
    """In the platform's currency with `rates`, else the rows of that currency alone."""
    found = Revenue(currency)
    for row in rows:
        amounts = _converted(row, ("yearly_minor", *_MOVED), currency, rates)
        if amounts is None:
            if rates is not None:
                found.unconverted.add(row["currency"])
            continue
        found.levels[row["on"]] = found.level(row["on"]) + amounts[0]
        moved = found.moved.setdefault(row["on"], dict.fromkeys(MOVEMENTS, 0))
        for name, amount in zip(MOVEMENTS, amounts[1:], strict=True):
            moved[name] += amount
    return found


def add_up_sales(
    rows: Iterable[dict[str, Any]], currency: str, rates: Rates | None
) -> tuple[dict[date, int], set[str]]:
    """Value by day, and the currencies without a rate."""
    found: dict[date, int] = {}
    unconverted: set[str] = set()
    for row in rows:
        amounts = _converted(row, ("value_minor",), currency, rates)
        if amounts is not None:
            found[row["on"]] = found.get(row["on"], 0) + amounts[0]
        elif rates is not None:
            unconverted.add(row["currency"])
    return found, unconverted


def _converted(
    row: dict[str, Any], names: Iterable[str], currency: str, rates: Rates | None
) -> list[int] | None:
    if rates is None:
        return [row[name] for name in names] if row["currency"] == currency else None
    found = [rates.convert(row[name], row["currency"], row["on"]) for name in names]
    return None if None in found else [amount for amount in found if amount is not None]


class Month(NamedTuple):
    """Revenue of one month, as amounts a month: `rates` is what changed without a movement."""

    month: date
    begin: int
    moved: dict[str, int]
    rates: int
    end: int


def list_months(revenue: Revenue, span: Span) -> list[Month]:
    """The months of the span, the first and the last one perhaps in part."""
    found: list[Month] = []
    begin = revenue.level(span.before)
    days = span.days
    for place, day in enumerate(days):
        is_last = place + 1 == len(days) or month_of(days[place + 1]) != month_of(day)
        if not is_last:
            continue
        month = month_of(day)
        moved = {
            name: sum(
                by_name[name]
                for on, by_name in revenue.moved.items()
                if span.first <= on <= span.last and month_of(on) == month
            )
            for name in MOVEMENTS
        }
        end = revenue.level(day)
        rest = end - begin - sum(SIGNS[name] * amount for name, amount in moved.items())
        shown = {name: monthly(amount) for name, amount in moved.items()}
        found.append(Month(month, monthly(begin), shown, monthly(rest), monthly(end)))
        begin = end
    return found


def monthly(yearly_minor: int) -> int:
    return part_of(yearly_minor, 1, 12)
