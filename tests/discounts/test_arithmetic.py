"""What discounts take off lines, by hand and for any basket."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.discounts.arithmetic import cheaper_pieces, take, worth_of
from apps.discounts.choosing import Candidate, choose
from apps.discounts.kinds import Kind
from apps.discounts.rules import Rule
from apps.pricing.rules import AppliedRate, TaxRules
from apps.pricing.services import BasketLine, PricedOrder, price_order
from tests.discounts.rules import rule
from tests.pricing.lines import GST, REDUCED, line, method


def parts(one: Rule, *lines: BasketLine) -> tuple[int, ...]:
    return take(one, lines, [worth_of(each) for each in lines]).parts


def test_a_percentage_is_rounded_once_and_split_by_largest_remainder() -> None:
    """10 % of 0.33 + 0.33 + 0.33 is 0.099, so 0.10 in all, though each line alone would give 0.03."""
    assert parts(rule(percent=10), line(33), line(33), line(33)) == (4, 3, 3)


def test_an_amount_off_the_order_is_at_most_what_it_costs() -> None:
    off = rule(Kind.AMOUNT, amount_minor=1_000)
    assert parts(off, line(10_000), line(20_000)) == (333, 667)
    assert parts(off, line(100), line(200)) == (100, 200)


def test_an_amount_off_each_piece_stops_at_nothing() -> None:
    off = rule(Kind.AMOUNT_EACH, amount_minor=500)
    assert parts(off, line(2_000, 3), line(300, 2)) == (1_500, 600)


def test_only_its_products_and_categories_get_cheaper() -> None:
    lines = [
        line(1_000, product_ref="cup"),
        line(1_000, product_ref="pot", category_refs=("tea",)),
        line(1_000, product_ref="bag"),
    ]
    off = rule(products=frozenset({"cup"}), categories=frozenset({"tea"}))
    assert parts(off, *lines) == (100, 100, 0)


@pytest.mark.parametrize(
    ("buy", "get", "pieces", "cheaper"),
    [
        (2, 1, 2, 0),
        (2, 1, 3, 1),
        (2, 1, 5, 1),
        (2, 1, 6, 2),
        (1, 1, 7, 3),
        (1, 2, 2, 1),
        (3, 2, 9, 3),
    ],
)
def test_buy_some_get_some_of_the_same(buy: int, get: int, pieces: int, cheaper: int) -> None:
    offer = rule(Kind.BUY_GET, percent=100, buy_quantity=buy, get_quantity=get)
    assert cheaper_pieces(offer, [line(500, pieces)]) == [cheaper]


def test_the_cheapest_pieces_are_the_free_ones() -> None:
    offer = rule(Kind.BUY_GET, percent=100, buy_quantity=2, get_quantity=1)
    assert parts(offer, line(900, 2), line(300), line(700, 3)) == (0, 300, 700)


def test_a_gift_needs_what_is_bought_beside_it() -> None:
    gift = rule(
        Kind.BUY_GET, percent=100, products=frozenset({"pot"}), get_products=frozenset({"cup"})
    )
    pot, cup = line(5_000, 2, product_ref="pot"), line(400, 3, product_ref="cup")
    assert parts(gift, pot, cup) == (0, 800)
    assert parts(replace(gift, most_pieces=1), pot, cup) == (0, 400)
    assert parts(gift, cup) == (0,)


def test_a_piece_is_bought_or_free_never_both() -> None:
    """Both sets have the cup: of two cups one is bought for the other."""
    offer = rule(Kind.BUY_GET, percent=100, get_products=frozenset({"cup"}))
    assert parts(offer, line(400, 2, product_ref="cup")) == (400,)
    assert parts(offer, line(400, 2, product_ref="cup"), line(900, product_ref="pot")) == (400, 0)
    assert parts(offer, line(400, 2, product_ref="cup"), line(900, 2, product_ref="pot")) == (
        800,
        0,
    )


def test_complaint_29_a_big_cart_with_a_promotion_is_arithmetic_on_lines() -> None:
    """30 lines of 6,000 pieces, then of six thousand million: the same number of steps."""
    steps: list[int] = []

    class Counting(Rule):
        def gives(self, one: BasketLine) -> bool:
            steps.append(1)
            return super().gives(one)

    offer = Counting(**vars(rule(Kind.BUY_GET, percent=50, buy_quantity=2)))
    small = [line(100 + place, 200) for place in range(30)]
    large = [line(100 + place, 200_000_000) for place in range(30)]
    assert sum(cheaper_pieces(offer, small)) == 2_000
    few = len(steps)
    assert sum(cheaper_pieces(offer, large)) == 2_000_000_000
    assert len(steps) == 2 * few == 60


def priced(*lines: BasketLine, rules: list[Rule], taxes: TaxRules, **changes: Any) -> PricedOrder:
    chosen = choose([Candidate(each) for each in rules], lines)
    values: dict[str, Any] = {"shipping_method": None, "address": {}, "currency": "INR", **changes}
    return price_order(
        lines=[
            replace(each, discount_minor=part)
            for each, part in zip(lines, chosen.parts, strict=True)
        ],
        taxes=taxes,
        discounts=chosen.named,
        **values,
    )


def test_india_gst_inside_the_price_two_rates_and_a_coupon_over_odd_paise() -> None:
    """CGST Act section 15(3)(a): the value is after the discount; rule 35: tax inside is price x rate / (100 + rate).

    499.99 at 18 % and 3 x 33.33 = 99.99 at 5 %: 599.98; 10 % off is 59.998, so 60.00. Split 60.00 x 499.99 / 599.98 =
    50.0006... and 9.9993...: 50.00, and 9.99 with the larger remainder, so 10.00. 449.99 x 9 / 118 = 34.321..., so 34.32 each
    half; 89.99 x 2.5 / 105 = 2.142..., so 2.14 each half.
    """
    rates = {"standard": GST, "reduced": REDUCED}
    order = priced(
        line(49_999),
        line(3_333, 3, tax_class="reduced"),
        rules=[rule(percent=10)],
        taxes=TaxRules(True, rates=rates),
    )
    assert (order.discount_minor, order.total_minor) == (6_000, 53_998)
    assert [one.discount_minor for one in order.lines] == [5_000, 1_000]
    assert [one.total_minor for one in order.lines] == [44_999, 8_999]
    assert [(part.name, part.percent, part.amount_minor) for part in order.tax_components] == [
        ("CGST", "9", 3_432),
        ("SGST", "9", 3_432),
        ("CGST", "2.5", 214),
        ("SGST", "2.5", 214),
    ]


def test_germany_vat_is_inside_what_remains() -> None:
    """UStG section 10(1), 17(1): the fee that was agreed. 119.00 less 20.00 is 99.00; 99.00 x 19 / 119 = 15.806..., so 15.81."""
    vat = TaxRules(True, rates={"standard": AppliedRate("MwSt.", Decimal(19))})
    order = priced(
        line(11_900, currency="EUR"),
        rules=[rule(Kind.AMOUNT, amount_minor=2_000, currency="EUR")],
        taxes=vat,
        currency="EUR",
    )
    assert (order.total_minor, order.tax_minor, order.lines[0].net_minor) == (9_900, 1_581, 8_319)


def test_new_york_sales_tax_is_on_the_price_after_a_store_coupon() -> None:
    """New York Tax Bulletin ST-806: a store's own coupon reduces the taxable price.

    80.00 less 15 % is 68.00; 8.875 % of it is 6.035, so 6.04 on top.
    """
    rates = {"standard": AppliedRate("Sales tax", Decimal("8.875"))}
    order = priced(
        line(8_000, currency="USD"),
        rules=[rule(percent=15)],
        taxes=TaxRules(False, "none", rates),
        currency="USD",
    )
    assert (order.discount_minor, order.tax_minor, order.total_minor) == (1_200, 604, 7_404)


def test_japan_two_rates_in_whole_yen() -> None:
    """National Tax Agency, No. 6625: the tax is rounded once for each rate and invoice; a discount over goods of both rates
    is split in proportion. 1,100 yen at 10 % and 540 yen at 8 % inside, 100 yen off: 67 and 33. 1,033 x 10 / 110 = 93.9,
    so 94; 507 x 8 / 108 = 37.5..., so 38.
    """
    rates = {
        "standard": AppliedRate("JCT", Decimal(10)),
        "reduced": AppliedRate("JCT", Decimal(8)),
    }
    order = priced(
        line(1_100, currency="JPY"),
        line(540, currency="JPY", tax_class="reduced"),
        rules=[rule(Kind.AMOUNT, amount_minor=100, currency="JPY")],
        taxes=TaxRules(True, rates=rates),
        currency="JPY",
    )
    assert [one.discount_minor for one in order.lines] == [67, 33]
    assert [one.tax_minor for one in order.lines] == [94, 38]
    assert order.total_minor == 1_540


def test_free_delivery_takes_its_price_and_its_tax_away() -> None:
    order = priced(
        line(11_800),
        rules=[rule(Kind.FREE_SHIPPING)],
        taxes=TaxRules(True, rates={"standard": GST}),
        shipping_method=method(4_900),
    )
    assert (order.shipping_minor, order.shipping_tax_minor, order.total_minor) == (0, 0, 11_800)
    assert [(each.amount_minor, each.is_free_shipping) for each in order.discounts] == [(0, True)]


CURRENCIES = ("INR", "USD", "JPY", "KWD", "IQD", "HUF")
amounts = st.integers(min_value=0, max_value=10**9)
some_lines = st.lists(
    st.tuples(
        amounts,
        st.integers(1, 5_000),
        st.sampled_from(["standard", "reduced", "exempt"]),
        st.sampled_from(["a", "b", "c"]),
    ),
    min_size=1,
    max_size=6,
)
some_rules = st.lists(
    st.builds(
        rule,
        kind=st.sampled_from(Kind),
        percent=st.integers(1, 1_000_000).map(lambda steps: steps / 10_000),
        amount_minor=st.integers(1, 10**10),
        buy_quantity=st.integers(1, 4),
        get_quantity=st.integers(1, 3),
        products=st.frozensets(st.sampled_from(["a", "b"])),
        get_products=st.frozensets(st.sampled_from(["b", "c"])),
        is_combinable=st.booleans(),
        sequence=st.integers(0, 2),
    ),
    max_size=4,
)


@given(some_lines, some_rules, st.sampled_from(CURRENCIES), st.booleans())
def test_parts_always_add_up_and_nothing_is_below_zero(
    basket: list[Any], rules: list[Rule], currency: str, is_included: bool
) -> None:
    lines = [
        line(minor, count, currency=currency, tax_class=tax_class, product_ref=ref)
        for minor, count, tax_class, ref in basket
    ]
    taxes = TaxRules(is_included, rates={"standard": GST, "reduced": REDUCED})
    order = priced(*lines, rules=rules, taxes=taxes, currency=currency)
    assert sum(each.amount_minor for each in order.discounts) == order.discount_minor
    assert sum(one.discount_minor for one in order.lines) == order.discount_minor
    for one in order.lines:
        assert 0 <= one.discount_minor <= one.subtotal_minor
        assert one.net_minor + one.tax_minor == one.total_minor >= 0
    assert sum(one.total_minor for one in order.lines) == order.total_minor
    assert sum(part.amount_minor for part in order.tax_components) == order.tax_minor
    on_top = 0 if is_included else order.tax_minor
    assert order.total_minor == order.subtotal_minor - order.discount_minor + on_top
