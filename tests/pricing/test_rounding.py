"""The store's rounding of taxes: over lines, rates or the total, halves up or to even. All amounts add up in each."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.pricing.models import TaxSettings
from apps.pricing.rounding import Rounding, RoundingMode, RoundingUnit, round_part
from apps.pricing.rules import AppliedRate, TaxRules
from apps.pricing.selectors import get_tax_rules
from apps.pricing.services import PricedOrder, price_order
from tests.pricing.lines import line

VAT = AppliedRate("VAT", Decimal(19))
BOOKS = AppliedRate("VAT", Decimal(7))
GST = AppliedRate("GST", Decimal(18), ("CGST", "SGST"))
POLICIES = [
    Rounding(unit, mode) for unit, mode in product(RoundingUnit.values, RoundingMode.values)
]


def priced(*lines: Any, rounding: Rounding, **rules: Any) -> PricedOrder:
    taxes = TaxRules(**{"rates": {"standard": VAT, "reduced": BOOKS}, **rules}, rounding=rounding)
    currency = lines[0].item.currency
    return price_order(
        lines=lines, shipping_method=None, address={}, currency=currency, taxes=taxes
    )


def taxes_of(order: PricedOrder) -> list[int]:
    return [each.tax_minor for each in order.lines]


@pytest.mark.parametrize(
    ("unit", "by_line", "whole"),
    [
        # Three lines of 0.13 at 19 %: 0.0247 each, 0.0741 together; one of 0.36 at 7 %: 0.0252.
        (RoundingUnit.LINE, [2, 2, 2, 3], 9),
        (RoundingUnit.RATE, [3, 2, 2, 3], 10),
        # 0.0741 + 0.0252 = 0.0993
        (RoundingUnit.TOTAL, [3, 2, 2, 3], 10),
    ],
)
def test_taxes_are_rounded_over_what_the_store_says(
    unit: str, by_line: list[int], whole: int
) -> None:
    lines = [line(13), line(13), line(13), line(36, tax_class="reduced")]
    order = priced(*lines, rounding=Rounding(unit))
    assert (taxes_of(order), order.tax_minor) == (by_line, whole)


def test_on_the_total_two_rates_are_rounded_once() -> None:
    """0.07 at 19 % is 0.0133, 0.22 at 7 % is 0.0154: 0.0287 is three cents, not two times 1.5."""
    lines = [line(7), line(22, tax_class="reduced")]
    assert priced(*lines, rounding=Rounding(RoundingUnit.RATE)).tax_minor == 1 + 2
    lines = [line(7), line(20, tax_class="reduced")]  # 1.33 and 1.40 cents: 2.73
    assert priced(*lines, rounding=Rounding(RoundingUnit.RATE)).tax_minor == 2
    assert priced(*lines, rounding=Rounding(RoundingUnit.TOTAL)).tax_minor == 3


@pytest.mark.parametrize(
    ("halves", "up", "even"),
    [(1, 1, 0), (3, 2, 2), (5, 3, 2), (7, 4, 4), (-1, -1, 0), (-5, -3, -2)],
)
def test_a_half_goes_up_or_to_the_even_number(halves: int, up: int, even: int) -> None:
    assert round_part(halves, 1, 2, RoundingMode.HALF_UP) == up
    assert round_part(halves, 1, 2, RoundingMode.HALF_EVEN) == even


def test_half_even_reaches_the_lines() -> None:
    half = {"standard": AppliedRate("VAT", Decimal(50))}
    lines = [line(1), line(3), line(5)]
    by_line = [Rounding(RoundingUnit.LINE, mode) for mode in RoundingMode.values]
    assert [taxes_of(priced(*lines, rates=half, rounding=each)) for each in by_line] == [
        [1, 2, 3],
        [0, 2, 2],
    ]


@pytest.mark.parametrize("rounding", POLICIES, ids=str)
def test_no_cent_between_the_taxes_of_lines_and_of_their_order(rounding: Rounding) -> None:
    """The known fault of shops that round lines and orders apart: sums of the lines differ from the order by a cent."""
    lines = [
        line(price, tax_class=name) for price in (33, 49, 99, 1) for name in ("standard", "reduced")
    ]
    for included in (True, False):
        order = priced(*lines, rounding=rounding, prices_include_tax=included)
        assert order.tax_minor == sum(taxes_of(order))
        assert order.tax_minor == sum(part.amount_minor for part in order.tax_components)
        assert order.total_minor == sum(each.total_minor for each in order.lines)


@st.composite
def baskets(draw: Any) -> list[Any]:
    currency = draw(st.sampled_from(["INR", "USD", "JPY", "KWD", "IQD", "HUF"]))
    found = []
    for _place in range(draw(st.integers(1, 6))):
        minor, quantity = draw(st.integers(0, 6) | st.integers(0, 10**7)), draw(st.integers(1, 30))
        off = draw(st.integers(0, minor * quantity))
        name = draw(st.sampled_from(["standard", "reduced", "third"]))
        found.append(line(minor, quantity, off, currency=currency, tax_class=name))
    return found


RATES = st.builds(
    AppliedRate,
    st.just("T"),
    st.integers(0, 400).map(lambda steps: Decimal(steps) / 8),
    st.sampled_from([(), ("CGST", "SGST")]),
)


@settings(max_examples=60)
@given(
    baskets(),
    st.fixed_dictionaries({"standard": RATES, "reduced": RATES, "third": RATES}),
    st.sampled_from(POLICIES),
    st.booleans(),
)
def test_every_policy_adds_up_in_every_currency(
    lines: list[Any], rates: dict[str, AppliedRate], rounding: Rounding, included: bool
) -> None:
    order = priced(*lines, rates=rates, rounding=rounding, prices_include_tax=included)
    assert order.tax_minor == sum(taxes_of(order))
    assert order.tax_minor == sum(part.amount_minor for part in order.tax_components)
    assert order.total_minor == sum(each.total_minor for each in order.lines)
    worth = order.subtotal_minor - order.discount_minor
    assert order.total_minor == worth + (0 if included else order.tax_minor)
    exact = Fraction(0)
    for each, one in zip(lines, order.lines, strict=True):
        assert min(one.net_minor, one.tax_minor) >= 0
        rate = rates[each.item.tax_class]
        amount = one.subtotal_minor - one.discount_minor
        if amount >= (len(rate.names) if included else 0):
            exact += rate.exact_tax_on(amount, included=included) * len(rate.names)
        amounts = {part.amount_minor for part in one.tax_components}
        assert len(amounts) <= 1  # CGST equals SGST
    rounded = {
        RoundingUnit.LINE: 2 * len(lines),
        RoundingUnit.RATE: 2 * len(set(rates.values())),
        RoundingUnit.TOTAL: 2 + 1,  # two components, and one tax
    }[RoundingUnit(rounding.unit)]
    assert abs(order.tax_minor - exact) <= Fraction(rounded, 2)


@pytest.mark.parametrize(
    ("origin", "parts"),
    [
        ("Karnataka", ("CGST", "SGST")),
        ("Delhi", ("CGST", "SGST")),  # with a legislature
        ("Puducherry", ("CGST", "SGST")),
        ("Jammu and Kashmir", ("CGST", "SGST")),
        ("Chandigarh", ("CGST", "UTGST")),
        ("Ladakh", ("CGST", "UTGST")),
        ("Daman and Diu", ("CGST", "UTGST")),
        ("Lakshadweep", ("CGST", "UTGST")),
        ("Andaman and Nicobar", ("CGST", "UTGST")),
    ],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("in_store")
def test_a_territory_without_a_legislature_has_utgst(origin: str, parts: tuple[str, str]) -> None:
    TaxSettings.objects.update(origin_country="IN", origin_region=origin)
    assert get_tax_rules("IN", origin).rate_for("standard").parts == parts
    assert get_tax_rules("IN", "Goa").rate_for("standard").parts == ("IGST",)
