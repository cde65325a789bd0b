"""The arithmetic of an order: exact sums, rounded once per rate, whatever the basket."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.selectors import SaleableLine
from apps.pricing.errors import CurrencyMismatch, NotPriced, OrderTooLarge
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import AppliedRate, TaxRules
from apps.pricing.services import BasketLine, PricedOrder, price_order

GST = AppliedRate("GST", 1800, ("CGST", "SGST"))
REDUCED = AppliedRate("GST", 500, ("CGST", "SGST"))


def line(minor: int | None, quantity: int = 1, discount: int = 0, **changes: Any) -> BasketLine:
    values: dict[str, Any] = {
        "product_ref": "p",
        "variant_ref": f"v{minor}",
        "sku": "SKU",
        "title": "Mug",
        "variant_title": "",
        "unit_price_minor": minor,
        "compare_at_minor": None,
        "currency": "INR",
        "image_url": "",
        "tax_class": "standard",
        "weight_grams": 0,
        "is_digital": False,
        "slug": "mug",
        "is_saleable": True,
    }
    return BasketLine(SaleableLine(**{**values, **changes}), quantity, discount)


def method(amount: int = 4900, free_above: int | None = None, **changes: Any) -> ShippingMethod:
    values = {"code": "standard", "currency": "INR", "amount_minor": amount, **changes}
    return ShippingMethod(free_above_minor=free_above, **values)


def priced(*lines: BasketLine, taxes: TaxRules | None = None, **changes: Any) -> PricedOrder:
    values: dict[str, Any] = {"shipping_method": None, "address": {}, "currency": "INR", **changes}
    return price_order(lines=lines, taxes=taxes or TaxRules(), **values)


def test_without_tax_the_total_is_goods_and_shipping() -> None:
    order = priced(line(10_000, 2), line(500), shipping_method=method())
    assert (order.subtotal_minor, order.shipping_minor, order.tax_minor) == (20_500, 4900, 0)
    assert order.total_minor == 25_400
    assert order.lines[0].tax_components == ()


def test_included_tax_is_contained_and_changes_no_total() -> None:
    taxes = TaxRules(True, True, {"standard": GST})
    order = priced(line(11_800), taxes=taxes, shipping_method=method(1180))
    assert order.total_minor == 12_980
    assert order.tax_minor == 1980
    first = order.lines[0]
    assert (first.net_minor, first.tax_minor, first.total_minor) == (10_000, 1800, 11_800)
    assert [(part.name, part.rate_bp, part.amount_minor) for part in first.tax_components] == [
        ("CGST", 900, 900),
        ("SGST", 900, 900),
    ]
    assert (order.shipping_minor, order.shipping_tax_minor) == (1180, 180)
    assert order.shipping_total_minor == 1180


def test_tax_on_top_is_added() -> None:
    order = priced(
        line(10_000),
        taxes=TaxRules(False, False, {"standard": AppliedRate("VAT", 2000)}),
        shipping_method=method(500),
    )
    assert (order.tax_minor, order.shipping_tax_minor) == (2000, 0)
    assert order.total_minor == 12_500
    assert order.lines[0].total_minor == 12_000
    assert order.lines[0].tax_name == "VAT"


def test_tax_is_rounded_once_and_not_per_line() -> None:
    """Three lines of 0.33 at 10 %: 0.099 is 0.10 in all, though each line alone would give 0.03."""
    rates = {"standard": AppliedRate("VAT", 1000)}
    order = priced(*[line(33) for _ in range(3)], taxes=TaxRules(False, False, rates))
    assert order.tax_minor == 10
    assert sorted(one.tax_minor for one in order.lines) == [3, 3, 4]


def test_halves_round_up() -> None:
    rates = {"standard": AppliedRate("VAT", 5000)}
    assert priced(line(1), taxes=TaxRules(False, False, rates)).tax_minor == 1


def test_classes_have_their_own_rates() -> None:
    taxes = TaxRules(False, False, {"standard": GST, "reduced": REDUCED})
    order = priced(
        line(10_000),
        line(10_000, tax_class="reduced"),
        line(10_000, tax_class="exempt"),
        line(10_000, tax_class="unheard of"),
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


RATES = st.builds(
    AppliedRate,
    st.sampled_from(["GST", "VAT"]),
    st.integers(0, 10_000),
    st.sampled_from([(), ("CGST", "SGST"), ("IGST",)]),
)
RULES = st.builds(
    TaxRules,
    st.booleans(),
    st.booleans(),
    st.dictionaries(st.sampled_from(["standard", "reduced", "zero"]), RATES),
)


@st.composite
def basket_lines(draw: Any) -> BasketLine:
    minor, quantity = draw(st.integers(0, 10**9)), draw(st.integers(1, 999))
    discount = draw(st.integers(0, minor * quantity))
    tax_class = draw(st.sampled_from(["standard", "reduced", "zero", "exempt"]))
    return line(minor, quantity, discount, tax_class=tax_class, is_digital=draw(st.booleans()))


@given(
    st.lists(basket_lines(), min_size=1, max_size=12),
    RULES,
    st.one_of(st.none(), st.integers(0, 10**6).map(method)),
)
def test_everything_adds_up(
    lines: list[BasketLine], taxes: TaxRules, shipping: ShippingMethod | None
) -> None:
    order = priced(*lines, taxes=taxes, shipping_method=shipping)
    assert order.subtotal_minor == sum(one.subtotal_minor for one in order.lines)
    assert order.discount_minor == sum(one.discount_minor for one in order.lines)
    line_taxes = sum(one.tax_minor for one in order.lines)
    assert order.tax_minor == line_taxes + order.shipping_tax_minor
    line_totals = sum(one.total_minor for one in order.lines)
    assert order.total_minor == line_totals + order.shipping_total_minor
    on_top = 0 if taxes.prices_include_tax else order.tax_minor
    worth = order.subtotal_minor - order.discount_minor + order.shipping_minor
    assert order.total_minor == worth + on_top
    assert sum(part.amount_minor for part in order.tax_components) == order.tax_minor
    for one in order.lines:
        assert one.net_minor + one.tax_minor == one.total_minor
        assert one.net_minor >= 0
        assert one.tax_minor >= 0
        assert sum(part.amount_minor for part in one.tax_components) == one.tax_minor


@given(st.lists(basket_lines(), min_size=1, max_size=8), RATES, st.booleans())
def test_the_tax_of_one_rate_is_off_by_less_than_half_a_unit(
    lines: list[BasketLine], rate: AppliedRate, included: bool
) -> None:
    taxes = TaxRules(included, True, {"standard": rate, "exempt": rate})
    order = priced(*lines, taxes=taxes)
    amount = order.subtotal_minor - order.discount_minor
    whole = 10_000 + rate.rate_bp if included else 10_000
    assert abs(2 * (order.tax_minor * whole - amount * rate.rate_bp)) <= whole
