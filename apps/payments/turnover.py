"""The sales of a store by day: the single definition for all figures about sales.

An order is a sale once it is paid, or is to be paid on delivery; its total, tax and delivery included, counts on the day
it was placed. What was added later counts there once it is paid. Refunds and reductions are deducted on their own day, not on the day of the order, so past days do not
change. A refund counts when the money has gone back. A gift card is no sale: what is bought with it is one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from apps.common.clock import start_of
from apps.orders.models import Order
from apps.orders.sales import HAS_GOODS, IS_SALE, OF_SALE, SOLD
from apps.payments.models import PaymentAttempt, Refund
from apps.payments.states import RefundState

REDUCED: Final = ("reduced", "not_collected")


@dataclass(frozen=True)
class DaySales:
    """Orders that were placed on a day, and its turnover: below zero where more went back than was sold."""

    orders: int = 0
    value_minor: int = 0


def sales_by_day(*, since: date, currency: str) -> dict[date, DaySales]:
    """The days on which something was sold or given back, in the store's time zone. Three statements."""
    by_day = partial(_by_day, begin=start_of(since), currency=currency)
    sold = by_day(Order.objects.filter(IS_SALE & HAS_GOODS), "placed_at", SOLD)
    refunds = Refund.objects.filter(state=RefundState.SUCCEEDED)
    back = by_day(refunds, "settled_at", F("credited_minor") - F("voucher_minor"))
    reductions = PaymentAttempt.objects.filter(OF_SALE, outcome__in=REDUCED)
    less = by_day(reductions, "created_at", F("amount_minor"))
    return {
        day: DaySales(
            orders=sold.get(day, (0, 0))[0],
            value_minor=sold.get(day, (0, 0))[1] - sum(m.get(day, (0, 0))[1] for m in (back, less)),
        )
        for day in sorted({*sold, *back, *less})
    }


def _by_day(
    rows: QuerySet[Any], moment: str, value: Combinable, *, begin: datetime, currency: str
) -> dict[date, tuple[int, int]]:
    """How many rows a day has, and the sum of their values. One statement."""
    found = (
        rows.filter(currency=currency, **{f"{moment}__gte": begin})
        .order_by()
        .annotate(day=TruncDate(moment))
        .values("day")
        .annotate(count=Count("id"), value=Sum(value))
    )
    return {row["day"]: (row["count"], row["value"]) for row in found}
