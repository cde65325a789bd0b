"""The arithmetic of an order: exact sums, rounded once per rate, whatever the basket."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.pricing.errors import CurrencyMismatch, NotPriced, OrderTooLarge
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import AppliedRate, TaxRules
from apps.pricing.services import BasketLine, PricedOrder, price_order
from tests.pricing.lines import GST, REDUCED, line, method

ROUGH_STONES = AppliedRate("GST", Decimal("0.25"), ("CGST", "SGST"))


def priced(*lines: BasketLine, taxes: TaxRules | None = None, **changes: Any) -> PricedOrder:
    values: dict[str, Any] = {"shipping_method": None, "address": {}, "currency": "INR", **changes}
    return price_order(lines=lines, taxes=taxes or TaxRules(), **values)


def test_without_tax_the_total_is_goods_and_shipping() -> None:
    order = priced(line(10_000, 2), line(500), shipping_method=method())
    assert (order.subtotal_minor, order.shipping_minor, order.tax_minor) == (20_500, 4900, 0)
    assert order.total_minor == 25_400
    assert order.lines[0].tax_components == ()


def test_included_tax_is_contained_and_changes_no_total() -> None:
    taxes = TaxRules(True, rates={"standard": GST})
    order = priced(line(11_800), taxes=taxes, shipping_method=method(1180))
    assert order.total_minor == 12_980
    assert order.tax_minor == 1980
    first = order.lines[0]
    assert (first.net_minor, first.tax_minor, first.total_minor) == (10_000, 1800, 11_800)
    assert [(part.name, part.percent, part.amount_minor) for part in first.tax_components] == [
        ("CGST", "9", 900),
        ("SGST", "9", 900),
    ]
    assert (order.shipping_minor, order.shipping_tax_minor) == (1180, 180)
    assert order.shipping_total_minor == 1180


def test_tax_on_top_is_added() -> None:
    order = priced(
        line(10_000),
        taxes=TaxRules(False, "none", {"standard": AppliedRate("VAT", Decimal(20))}),
        shipping_method=method(500),
    )
    assert (order.tax_minor, order.shipping_tax_minor) == (2000, 0)
    assert order.total_minor == 12_500
    assert order.lines[0].total_minor == 12_000
    assert order.lines[0].tax_name == "VAT"


def test_tax_is_rounded_once_and_not_per_line() -> None:
    """Three lines of 0.33 at 10 %: 0.099 is 0.10 in all, though each line alone would give 0.03."""
    rates = {"standard": AppliedRate("VAT", Decimal(10))}
    order = priced(*[line(33) for _ in range(3)], taxes=TaxRules(False, "none", rates))
    assert order.tax_minor == 10
    assert sorted(one.tax_minor for one in order.lines) == [3, 3, 4]


def test_halves_round_up() -> None:
    rates = {"standard": AppliedRate("VAT", Decimal(50))}
    assert priced(line(1), taxes=TaxRules(False, "none", rates)).tax_minor == 1


def test_classes_have_their_own_rates() -> None:
    taxes = TaxRules(False, "none", {"standard": GST, "reduced": REDUCED})
    order = priced(
        line(10_000),
        line(10_000, tax_class="reduced"),
        line(10_000, tax_class="exempt"),
        line(10_000, tax_class="without a rate here"),
        taxes=taxes,
    )
    assert [one.tax_minor for one in order.lines] == [1800, 500, 0, 1800]


def test_shipping_is_free_from_the_limit_on() -> None:
    assert priced(line(9_999), shipping_method=method(4900, 10_000)).shipping_minor == 4900
    assert priced(line(10_000), shipping_method=method(4900, 10_000)).shipping_minor == 0
    discounted = priced(line(10_000, discount=1), shipping_method=method(4900, 10_000))
    assert discounted.shipping_minor == 4900


def test_digital_goods_alone_are_not_shipped() -> None:
    digital = line(100, is_digital=True)
    assert priced(digital, shipping_method=method()).shipping_minor == 0
    assert priced(digital, line(100), shipping_method=method()).shipping_minor == 4900


def test_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        priced(line(100, currency="USD"))
    with pytest.raises(CurrencyMismatch):
        priced(line(100), shipping_method=method(currency="USD"))


def test_what_has_no_price_is_not_priced() -> None:
    with pytest.raises(NotPriced):
        priced(line(None))


def test_an_order_no_database_could_hold_is_refused() -> None:
    with pytest.raises(OrderTooLarge):
        priced(line(9_000_000_000_000_000, 999))


def test_nonsense_lines_are_programming_errors() -> None:
    for bad in (line(100, 0), line(100, 1, discount=101), line(100, 1, discount=-1)):
        with pytest.raises(ValueError):
            priced(bad)


# --- Components: each worked out by itself ---


def parts(components: Any) -> list[tuple[str, str, int]]:
    return [(part.name, part.percent, part.amount_minor) for part in components]


def test_halves_of_an_odd_tax_are_equal() -> None:
    """49 paise and shipping of 49 rupees, 18 % inside: half is 3.775 each, rounded half up."""
    taxes = TaxRules(True, rates={"standard": GST})
    order = priced(line(49), taxes=taxes, shipping_method=method())
    assert parts(order.tax_components) == [("CGST", "9", 377), ("SGST", "9", 377)]
    assert order.tax_minor == 754
    alone = priced(line(49), taxes=taxes)
    assert parts(alone.tax_components) == [("CGST", "9", 4), ("SGST", "9", 4)]
    assert (alone.lines[0].net_minor, alone.lines[0].tax_minor) == (41, 8)


def test_halves_of_many_small_lines_are_equal() -> None:
    order = priced(*[line(49)] * 6, taxes=TaxRules(True, rates={"standard": REDUCED}))
    assert parts(order.tax_components) == [("CGST", "2.5", 7), ("SGST", "2.5", 7)]
    for one in order.lines:
        central, state = one.tax_components
        assert central.amount_minor == state.amount_minor
        assert one.tax_minor == 2 * central.amount_minor


def test_rates_that_do_not_halve_in_basis_points() -> None:
    order = priced(line(100_000), taxes=TaxRules(rates={"standard": ROUGH_STONES}))
    assert parts(order.tax_components) == [("CGST", "0.125", 125), ("SGST", "0.125", 125)]
    assert order.lines[0].tax_percent == "0.25"


def test_rates_of_american_cities() -> None:
    new_york = AppliedRate("Sales tax", Decimal("8.875"))
    order = priced(line(10_000), taxes=TaxRules(rates={"standard": new_york}))
    assert parts(order.tax_components) == [("Sales tax", "8.875", 888)]


def test_a_paisa_contains_no_two_taxes() -> None:
    order = priced(*[line(1)] * 7, taxes=TaxRules(True, rates={"standard": GST}))
    assert (order.tax_minor, order.total_minor) == (0, 7)
    assert all(one.net_minor == 1 for one in order.lines)


# --- Shipping is taxed as the goods ---

MIXED = {
    "standard": GST,
    "reduced": REDUCED,
    "zero": AppliedRate("GST", Decimal(0), ("CGST", "SGST")),
}


def shipping_tax(*classes: str, how: str = "highest", **rules: Any) -> int:
    lines = [line(10_000, tax_class=each) for each in classes]
    taxes = TaxRules(True, how, MIXED, **rules)
    return priced(*lines, taxes=taxes, shipping_method=method(4900)).shipping_tax_minor


def test_shipping_bears_the_rate_of_the_goods() -> None:
    assert shipping_tax("reduced") == 234  # twice 117: 4900 * 2.5 / 105
    assert shipping_tax("standard") == 748
    for untaxed in ("zero", "exempt"):
        assert shipping_tax(untaxed) == 0


def test_shipping_of_mixed_goods_bears_the_highest_rate_or_each_in_proportion() -> None:
    assert shipping_tax("reduced", "standard", "exempt") == 748
    half = shipping_tax("reduced", "exempt", how="pro_rata")
    assert half == 116
    assert shipping_tax("zero", "exempt", how="pro_rata") == 0


def test_shipping_may_have_a_class_of_its_own_or_no_tax() -> None:
    assert shipping_tax("exempt", how="class") == 748
    assert shipping_tax("standard", how="class", shipping_tax_class="reduced") == 234
    assert shipping_tax("standard", how="none") == 0


def test_downloads_in_the_cart_do_not_decide_how_the_parcel_is_taxed() -> None:
    book = line(10_000, tax_class="exempt")
    download = line(10_000, tax_class="standard", is_digital=True)
    taxes = TaxRules(True, "highest", MIXED)
    order = priced(book, download, taxes=taxes, shipping_method=method())
    assert order.shipping_tax_minor == 0
    assert order.tax_minor > 0


RATES = st.builds(
    AppliedRate,
    st.sampled_from(["GST", "VAT"]),
    st.integers(0, 1_000_000).map(lambda steps: Decimal(steps) / 10_000),
    st.sampled_from([(), ("CGST", "SGST"), ("IGST",)]),
)
RULES = st.builds(
    TaxRules,
    st.booleans(),
    st.sampled_from(["highest", "pro_rata", "class", "none"]),
    st.dictionaries(st.sampled_from(["standard", "reduced", "zero"]), RATES),
)


@st.composite
def basket_lines(draw: Any) -> BasketLine:
    minor, quantity = draw(st.integers(0, 10**9) | st.integers(0, 5)), draw(st.integers(1, 999))
    discount = draw(st.integers(0, minor * quantity))
    tax_class = draw(st.sampled_from(["standard", "reduced", "zero", "exempt"]))
    return line(minor, quantity, discount, tax_class=tax_class, is_digital=draw(st.booleans()))


@given(
    st.lists(basket_lines(), min_size=1, max_size=12),
    RULES,
    st.one_of(st.none(), st.integers(0, 10**6).map(method)),
    st.integers(0, 10**6),
)
def test_everything_adds_up(
    lines: list[BasketLine], taxes: TaxRules, shipping: ShippingMethod | None, fee: int
) -> None:
    order = priced(*lines, taxes=taxes, shipping_method=shipping, fee_minor=fee)
    assert order.subtotal_minor == sum(one.subtotal_minor for one in order.lines)
    assert order.discount_minor == sum(one.discount_minor for one in order.lines)
    line_taxes = sum(one.tax_minor for one in order.lines)
    assert order.tax_minor == line_taxes + order.shipping_tax_minor + order.fee_tax_minor
    assert order.fee_minor == fee
    line_totals = sum(one.total_minor for one in order.lines)
    assert order.total_minor == line_totals + order.shipping_total_minor + order.fee_total_minor
    on_top = 0 if taxes.prices_include_tax else order.tax_minor
    worth = order.subtotal_minor - order.discount_minor + order.shipping_minor + fee
    assert order.total_minor == worth + on_top
    assert sum(part.amount_minor for part in order.tax_components) == order.tax_minor
    for one in order.lines:
        assert one.net_minor + one.tax_minor == one.total_minor
        assert one.net_minor >= 0
        assert one.tax_minor >= 0
        assert sum(part.amount_minor for part in one.tax_components) == one.tax_minor
    require_equal_halves(order)


def require_equal_halves(order: PricedOrder) -> None:
    for components in (order.tax_components, *(one.tax_components for one in order.lines)):
        halves = {(p.name, p.percent): p.amount_minor for p in components}
        for (name, percent), amount in halves.items():
            if name == "CGST":
                assert halves["SGST", percent] == amount


@given(st.lists(basket_lines(), min_size=1, max_size=8), RATES, st.booleans())
def test_each_component_of_one_rate_is_off_by_at_most_half_a_unit(
    lines: list[BasketLine], rate: AppliedRate, included: bool
) -> None:
    taxes = TaxRules(included, rates={"standard": rate, "exempt": rate})
    order = priced(*lines, taxes=taxes)
    amounts = [one.subtotal_minor - one.discount_minor for one in order.lines]
    least = len(rate.names) if included else 0
    amount = sum(each for each in amounts if each >= least)
    whole = 100 + rate.percent if included else Decimal(100)
    exact = amount * rate.percent / len(rate.names) / whole
    for part in order.tax_components:
        assert abs(part.amount_minor - exact) <= Decimal("0.5")
