"""Amounts in the platform's currency, by the rates that its staff keep."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.conf import settings
from moneyed import Money

from apps.common.money import from_minor, round_money, to_minor
from apps.insight.models import ExchangeRate


class Rates:
    """All rates, read once. The rate of a day is the latest one that is not later; before the first one there is none."""

    def __init__(self) -> None:
        self.currency: str = settings.PLATFORM_CURRENCY
        self._days: dict[str, list[date]] = defaultdict(list)
        self._rates: dict[str, list[Decimal]] = defaultdict(list)
        rows = ExchangeRate.objects.order_by("on").values_list("currency", "on", "rate")
        for currency, on, rate in rows:
            self._days[currency].append(on)
            self._rates[currency].append(rate)

    def convert(self, minor: int, currency: str, on: date) -> int | None:
        """In minor units of the platform's currency, a half away from zero. None where there is no rate."""
        if currency == self.currency:
            return minor
        place = bisect_right(self._days.get(currency, []), on)
        if not place:
            return None
        worth = from_minor(minor, currency).amount * self._rates[currency][place - 1]
        return to_minor(round_money(Money(worth, self.currency)))
