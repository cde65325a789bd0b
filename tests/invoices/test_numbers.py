"""The form of a number: financial years, the law's sixteen characters, what a prefix may be."""

from datetime import date

import pytest

from apps.invoices.errors import NumberTooLong, WrongPrefix
from apps.invoices.numbers import check_prefix, fill_prefix, first_month, write_number


@pytest.mark.parametrize(
    ("day", "month", "words"),
    [
        (date(2026, 3, 31), 4, "25-26"),
        (date(2026, 4, 1), 4, "26-27"),
        (date(2099, 12, 31), 4, "99-00"),
        (date(2026, 1, 1), 1, "2026"),
        (date(2025, 12, 31), 1, "2025"),
        (date(2026, 6, 30), 7, "25-26"),
    ],
)
def test_the_financial_year_begins_in_its_month(day: date, month: int, words: str) -> None:
    assert fill_prefix("CC/{year}/", day, month) == f"CC/{words}/"


def test_a_year_begins_in_april_in_india_and_in_january_elsewhere() -> None:
    assert [first_month("IN"), first_month("DE"), first_month("AU", 7)] == [4, 1, 7]


def test_a_number_has_at_most_sixteen_characters_in_india() -> None:
    """Rule 46(b). `INV/2026-27/00001` is one too long: the classic mistake."""
    assert write_number("CC/25-26/", 42, digits=5, country="IN") == "CC/25-26/00042"
    assert len(write_number("ABC-/25-26/", 1, digits=5, country="IN")) == 16
    with pytest.raises(NumberTooLong):
        write_number("INV/2026-27/", 1, digits=5, country="IN")
    assert write_number("RECHNUNG-2026-", 1, digits=5, country="DE") == "RECHNUNG-2026-00001"


def check(prefix: str, *, digits: int = 5, country: str = "IN") -> str:
    day = date(2026, 11, 29)
    return check_prefix(prefix, digits=digits, day=day, month=first_month(country), country=country)


def test_a_prefix_is_in_capitals_as_the_portal_compares_them() -> None:
    assert check(" cc/{year}/ ") == "CC/{year}/"


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", "ends with"),
        ("{year}", "ends with"),
        ("A1", "ends with"),
        ("INV#", "letters A to Z"),
        ("ÄB/", "letters A to Z"),
        ("{month}/", "letters A to Z"),
        ("/{year}/", "can't begin"),
        ("0A/", "can't begin"),
        ("INVOICE/{year}/", "INVOICE/26-27/00001 has 19 characters, 16 are allowed."),
    ],
)
def test_what_the_law_or_the_portal_refuses_is_refused(prefix: str, words: str) -> None:
    with pytest.raises(WrongPrefix, match=words):
        check(prefix)
