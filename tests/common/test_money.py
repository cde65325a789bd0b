"""Money is exact: what goes in comes out, and parts add up to the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.currencies import decimals_of, selling_currencies
from apps.common.errors import InvalidInput
from apps.common.money import (
    Money,
    allocate,
    format_money,
    from_minor,
    money_json,
    parse_amount,
    part_of,
    round_money,
    to_minor,
)

CURRENCIES = st.sampled_from(["INR", "USD", "EUR", "JPY", "KWD", "RSD", "IQD", "XCG", "ZWG"])
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


@pytest.mark.parametrize("currency", ["", "XX", "rupee", "inr", "XXX", "XAU", "XTS", "CLF"])
def test_what_is_not_a_currency_is_refused(currency: str) -> None:
    with pytest.raises(InvalidInput):
        parse_amount("1", currency)


def test_two_currencies_never_add() -> None:
    with pytest.raises(TypeError):
        Money("1", "INR") + Money("1", "USD")


def test_halves_are_rounded_away_from_zero() -> None:
    assert round_money(Money("0.125", "USD")) == Money("0.13", "USD")
    assert round_money(Money("-0.125", "USD")) == Money("-0.13", "USD")


def test_small_parts_are_those_of_iso_4217() -> None:
    """CLDR, and so Babel, has none for these."""
    two = [
        "AFN",
        "ALL",
        "IRR",
        "KPW",
        "LAK",
        "LBP",
        "MGA",
        "MMK",
        "RSD",
        "SOS",
        "SYP",
        "YER",
        "XCG",
        "ZWG",
        "INR",
    ]
    assert {code: decimals_of(code) for code in two} == dict.fromkeys(two, 2)
    three = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
    assert [code for code in sorted(selling_currencies()) if decimals_of(code) == 3] == three
    assert to_minor(parse_amount("499.99", "RSD")) == 49_999
    assert {decimals_of(code) for code in selling_currencies()} == {0, 2, 3}


@pytest.mark.parametrize(
    "code",
    [
        "XXX",
        "XAU",
        "XAG",
        "XPT",
        "XDR",
        "XTS",
        "XSU",
        "XAD",
        "DEM",
        "SLL",
        "FRF",
        "HRK",
        "ANG",
        "ZWL",
        "CLF",
        "USN",
        "inr",
    ],
)
def test_what_is_no_money_any_more_is_not_sold_in(code: str) -> None:
    assert code not in selling_currencies()


def test_amounts_of_withdrawn_currencies_can_still_be_shown() -> None:
    assert money_json(49_999, "DEM") == {"amount": "499.99", "currency": "DEM"}


def test_there_is_no_minus_zero() -> None:
    for money in (parse_amount("-0.00", "INR"), round_money(Money("-0.001", "INR"))):
        assert format_money(money, "en-IN") == "₹0.00"
        assert str(money.amount) == "0.00"
    assert format_money(Money("-0.001", "INR"), "en-IN") == "₹0.00"


@given(MINOR, st.integers(0, 10**6), st.integers(1, 10**7))
def test_a_part_is_rounded_half_away_from_zero(minor: int, share: int, whole: int) -> None:
    exact = Decimal(abs(minor)) * share / whole
    part = part_of(minor, share, whole)
    assert abs(abs(part) - exact) <= Decimal("0.5")
    assert part_of(-minor, share, whole) == -part
    assert part_of(1, 1, 2) == 1


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("149900", "INR", "en-IN", "₹1,49,900.00"),
        ("149900", "INR", "en", "₹149,900.00"),
        ("149900", "INR", "mr", "₹1,49,900.00"),
        ("149900", "INR", "kn", "₹1,49,900.00"),
        ("149900", "INR", "ml", "₹1,49,900.00"),
        ("149900", "INR", "or", "₹1,49,900.00"),
        ("149900", "INR", "ur", "₹1,49,900.00"),
        ("149900", "INR", "de", "149.900,00\xa0₹"),
        ("149900", "USD", "en", "$149,900.00"),
        ("149900", "USD", "mr", "$149,900.00"),
        ("1499.5", "EUR", "de", "1.499,50\xa0€"),
        ("500", "RSD", "sr", "500\xa0RSD"),
        ("499.99", "RSD", "sr", "499,99\xa0RSD"),
        ("1.505", "IQD", "en", "IQD\xa01.505"),
        ("49", "XCG", "en", "Cg.\xa049.00"),
        ("49", "ZWG", "en", "ZWG\xa049.00"),
        ("1234.5", "EUR", "no such language", "€1,234.50"),
    ],
)
def test_money_is_shown_the_way_the_language_writes_it(
    amount: str, currency: str, language: str, shown: str
) -> None:
    assert format_money(Money(amount, currency), language) == shown
