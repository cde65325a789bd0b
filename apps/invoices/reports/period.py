"""The period of a return: a month."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from apps.common.text import ascii_digits, clean_code
from apps.invoices.errors import WrongPeriod


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
