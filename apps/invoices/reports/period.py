"""The period of a return: a month or a quarter."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from apps.common.text import ascii_digits, clean_code
from apps.invoices.errors import WrongPeriod, WrongQuarter


@dataclass(frozen=True)
class Period:
    """A calendar month."""

    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


def read_period(typed: str) -> Period:
    """`2026-04`. Raises `WrongPeriod`."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", ascii_digits(clean_code(typed)), re.ASCII)
    if found is None:
        raise WrongPeriod
    year, month = int(found[1]), int(found[2])
    if not (2000 <= year <= 2999 and 1 <= month <= 12):
        raise WrongPeriod
    return Period(year, month)


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a calendar year; `number` is 1 to 4."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return Period(self.year, 3 * self.number).last

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(typed: str) -> Quarter:
    """`2026-Q4`. Raises `WrongQuarter`."""
    found = re.fullmatch(r"(\d{4})-?[Qq]([1-4])", ascii_digits(clean_code(typed)), re.ASCII)
    if found is None or not 2000 <= int(found[1]) <= 2999:
        raise WrongQuarter
    return Quarter(int(found[1]), int(found[2]))
