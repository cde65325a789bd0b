"""Months and years of the calendar, counted from the moment at which a subscription began.

The anchor's day and time of day in the store's time zone are kept: what began on 31 January ends on 28 or 29 February, then
on 31 March.
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo

from apps.common.money import part_of
from apps.platform.models import BillingInterval

_SECOND = timedelta(seconds=1)


def months_after(anchor: datetime, months: int, zone: tzinfo) -> datetime:
    """The moment so many months after the anchor, on its day of the month or the month's last one."""
    local = anchor.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day, fold=0).astimezone(UTC)


def period_end(*, anchor: datetime, begin: datetime, interval: str, zone: tzinfo) -> datetime:
    """The end of the period that begins at `begin`: the first whole number of months or years after the anchor that is
    later."""
    step = 12 if interval == BillingInterval.ANNUAL else 1
    first, local = anchor.astimezone(zone), begin.astimezone(zone)
    passed = (local.year - first.year) * 12 + local.month - first.month
    count = max(passed // step - 1, 0)
    while (end := months_after(anchor, count * step, zone)) <= begin:
        count += 1
    return end


def prorated(price_minor: int, *, begin: datetime, end: datetime, moment: datetime) -> int:
    """The part of a period's price that belongs to the time from `moment` to its end: price x seconds left / seconds of
    the period, a half rounded up, each price by itself."""
    whole = (end - begin) // _SECOND
    left = min(max((end - moment) // _SECOND, 0), whole)
    return part_of(price_minor, left, whole) if whole else 0
