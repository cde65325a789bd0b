"""Money is exact: what goes in comes out, and parts add up to the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.errors import InvalidInput
from apps.common.money import (
    Money,
    allocate,
    format_money,
    from_minor,
    money_json,
    parse_amount,
    round_money,
    to_minor,
)

CURRENCIES = st.sampled_from(["INR", "USD", "EUR", "JPY", "KWD"])
MINOR = st.integers(min_value=-(10**15), max_value=10**15)


@given(MINOR, CURRENCIES)
def test_minor_units_survive_the_way_there_and_back(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency)) == minor
    shown = money_json(minor, currency)
    assert to_minor(parse_amount(shown["amount"], currency)) == minor


@given(MINOR, st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30))
def test_parts_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Decimal(total) * weight / sum(weights)) < 1


def test_yen_has_no_decimals_and_dinar_three() -> None:
    assert money_json(500, "JPY") == {"amount": "500", "currency": "JPY"}
    assert money_json(500, "KWD") == {"amount": "0.500", "currency": "KWD"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "NaN",
        "Infinity",
        "1e30",
        "1e3",
        "1,5",
        "1_000",
        "+5",
        ".5",
        "499.001",
        "9" * 40,
        "{}",
        None,
        "१२",
        "１２",
        "1٠",
    ],  # Devanagari, full-width and Arabic digits
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_amount(text, "INR")


@pytest.mark.parametrize("currency", ["", "XX", "rupee", "inr"])
def test_what_is_not_a_currency_is_refused(currency: str) -> None:
    with pytest.raises(InvalidInput):
        parse_amount("1", currency)


def test_two_currencies_never_add() -> None:
    with pytest.raises(TypeError):
        Money("1", "INR") + Money("1", "USD")


def test_halves_are_rounded_away_from_zero() -> None:
    assert round_money(Money("0.125", "USD")) == Money("0.13", "USD")
    assert round_money(Money("-0.125", "USD")) == Money("-0.13", "USD")


def test_money_is_shown_the_way_the_language_writes_it() -> None:
    assert format_money(Money("149900", "INR"), "en-IN") == "₹1,49,900.00"
    assert format_money(Money("1499.5", "EUR"), "de") == "1.499,50\xa0€"
