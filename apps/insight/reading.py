"""The figures of some days, read once for the page, its tables and its files."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from apps.insight.models import PlatformDay
from apps.insight.rates import Rates
from apps.insight.replaying import MOVEMENTS
from apps.insight.selectors import (
    Month,
    Revenue,
    Span,
    add_up_revenue,
    add_up_sales,
    list_days,
    list_months,
    list_revenue,
    list_sales,
)

_FLOWS = ("orders", "api_calls", "api_errors", "trials_ended", "trials_converted", "stores_opened")


@dataclass(frozen=True)
class Reading:
    """`currency` is that of all amounts; `unconverted` are the currencies that are not in them, `others` all there are."""

    span: Span
    currency: str
    days: list[PlatformDay]
    revenue: Revenue
    sales: dict[date, int]
    months: list[Month]
    unconverted: list[str]
    others: list[str]

    @property
    def sums(self) -> dict[str, int]:
        """Of what happened on the days."""
        return {name: sum(getattr(day, name) for day in self.days) for name in _FLOWS}

    @property
    def moved(self) -> dict[str, int]:
        """By movement, as amounts a year."""
        days = {on: of for on, of in self.revenue.moved.items() if on >= self.span.first}
        return {name: sum(of[name] for of in days.values()) for name in MOVEMENTS}


def read_figures(span: Span, currency: str = "") -> Reading:
    """Four statements. Without a currency all amounts, in the platform's."""
    rates = None if currency else Rates()
    shown = currency or settings.PLATFORM_CURRENCY
    revenue_rows, sales_rows = list_revenue(span), list_sales(span)
    revenue = add_up_revenue(revenue_rows, shown, rates)
    sales, unconverted = add_up_sales(sales_rows, shown, rates)
    return Reading(
        span=span,
        currency=shown,
        days=list(list_days(span)),
        revenue=revenue,
        sales=sales,
        months=list_months(revenue, span),
        unconverted=sorted(unconverted | revenue.unconverted),
        others=sorted({row["currency"] for row in (*revenue_rows, *sales_rows)}),
    )
