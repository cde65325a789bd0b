"""When things happened in a demo shop: it opened ten weeks ago, and its orders come ever faster."""

import random
from datetime import datetime, time, timedelta

from apps.common.clock import day_of, moment_at, now
from apps.demo.shops import Shop

OPENED = timedelta(days=70)
_ORDERS_SINCE = timedelta(days=45)
# The buyer of the latest orders is still at the bank.
_FRESH = (timedelta(minutes=9), timedelta(minutes=4))
_WORK = (9, 17)


def opened_at() -> datetime:
    return now() - OPENED


def placed_at(number: int, count: int, chance: random.Random) -> datetime:
    """When the order with this number of so many was placed: each one later than the one before."""
    left = count - number
    if left <= len(_FRESH):
        return now() - _FRESH[-left]
    age, next_age = (_ORDERS_SINCE * ((each / count) ** 1.5) for each in (left, left - 1))
    return now() - age + (age - next_age) * 0.8 * chance.random()


def joined_at(shop: Shop, person: int, count: int) -> datetime:
    """When a customer opened the account: some days before the first order that could be theirs."""
    first = now() - _ORDERS_SINCE * (((count - person) / count) ** 1.5)
    return first - timedelta(days=person * 5 % 9, hours=2, minutes=person * 7 % 60)


def after(moment: datetime, pause: timedelta, chance: random.Random) -> datetime:
    """The moment of the next step: so much later, for whole days in the hours of work."""
    if pause < timedelta(days=1):
        return moment + pause
    clock = time(chance.randint(*_WORK), chance.randint(0, 59))
    return moment_at(day_of(moment) + pause, clock)
