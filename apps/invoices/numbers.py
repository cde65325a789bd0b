"""The form of a document's number: a prefix with the financial year, then digits.

India, rule 46(b) of the CGST Rules, 2017: a consecutive serial number, at most 16 characters, letters, digits, `-` and
`/`, unique for a financial year. The portal of e-invoices takes no number that begins with 0, `-` or `/` and holds
capitals and small letters for the same. EU, Article 226(2) of the VAT Directive: a sequential number that identifies the
invoice.
"""

import re
from datetime import date
from typing import Final

from django.utils.translation import gettext

from apps.invoices.errors import NumberTooLong, WrongPrefix

INDIA: Final = "IN"
YEAR: Final = "{year}"
_MOST: Final = {INDIA: 16}
_MOST_ELSEWHERE: Final = 30
_SIGNS: Final = re.compile(r"[A-Z0-9/-]*", re.ASCII)
_APRIL, _JANUARY = 4, 1


def first_month(country: str, chosen: int | None = None) -> int:
    """The month in which the financial year begins."""
    return chosen or (_APRIL if country == INDIA else _JANUARY)


def financial_year(day: date, month: int) -> int:
    """The calendar year in which the day's financial year began."""
    return day.year if day.month >= month else day.year - 1


def year_words(first: int, month: int) -> str:
    """`2026` for a year of the calendar, `25-26` for one that begins in another month."""
    return str(first) if month == _JANUARY else f"{first % 100:02}-{(first + 1) % 100:02}"


def fill_prefix(prefix: str, day: date, month: int) -> str:
    return prefix.replace(YEAR, year_words(financial_year(day, month), month))


def write_number(prefix: str, sequence: int, *, digits: int, country: str) -> str:
    """The number; `prefix` has its year. Raises `NumberTooLong`."""
    number = f"{prefix}{sequence:0{digits}}"
    if len(number) > most_signs(country):
        raise NumberTooLong
    return number


def most_signs(country: str) -> int:
    return _MOST.get(country, _MOST_ELSEWHERE)


def check_prefix(prefix: str, *, digits: int, day: date, month: int, country: str) -> str:
    """The prefix in capitals. Raises `WrongPrefix`, with one sentence.

    It ends with a sign that is no digit: a number can be read in one way only, and no two series share one.
    """
    text = prefix.strip()
    capital = "".join(part if part == YEAR else part.upper() for part in _parts(text))
    filled = fill_prefix(capital, day, month)
    if not _SIGNS.fullmatch(filled):
        raise WrongPrefix(gettext("Use letters A to Z, digits, - and /, and {year} for the year."))
    if not filled or (filled[-1] not in "-/" and not filled[-1].isalpha()):
        raise WrongPrefix(gettext("It ends with a letter, - or /, as in {year}/."))
    if filled[0] in "0-/":
        raise WrongPrefix(gettext("A number can't begin with 0, - or /."))
    length, most = len(filled) + digits, most_signs(country)
    if length > most:
        raise WrongPrefix(
            gettext("%(number)s has %(count)s characters, %(most)s are allowed.")
            % {"number": f"{filled}{1:0{digits}}", "count": length, "most": most}
        )
    return capital


def _parts(text: str) -> list[str]:
    return re.split(f"({re.escape(YEAR)})", text)
