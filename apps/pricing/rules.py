"""The tax rules of a place, and the arithmetic of taxes. Integers and exact decimals only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from apps.catalog.tax_classes import EXEMPT, STANDARD
from apps.common.money import allocate, format_percent, money_json
from apps.pricing.models import ShippingTax
from apps.pricing.rounding import USUAL, Rounding, RoundingMode, round_part

_STEPS = 10_000  # of a percent: rates have at most four decimals


@dataclass(frozen=True)
class AppliedRate:
    """The tax on one class of goods at one place. `parts` are the names of its components, each an equal share.

    `is_undivided`: it has parts, but which ones is not known yet.
    """

    name: str
    percent: Decimal
    parts: tuple[str, ...] = ()
    is_undivided: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return self.parts or (self.name,)

    @property
    def part_percent(self) -> str:
        """The rate of each component, exactly: half of 0.25 is `0.125`."""
        return percent_text(self.percent / len(self.names))

    def tax_on(self, amount: int, *, included: bool, mode: str = RoundingMode.HALF_UP) -> int:
        """A component's tax on an amount, rounded; all components are equal.

        `amount * rate / (1 + whole rate)` where the tax is contained, `amount * rate` on top.
        """
        return round_part(amount, *self._ratio(included), mode)

    def exact_tax_on(self, amount: int, *, included: bool) -> Fraction:
        """As `tax_on`, not rounded."""
        share, whole = self._ratio(included)
        return Fraction(amount * share, whole)

    def _ratio(self, included: bool) -> tuple[int, int]:
        steps = int(self.percent * _STEPS)
        whole = 100 * _STEPS + (steps if included else 0)
        return steps, whole * len(self.names)


NO_TAX = AppliedRate(name="", percent=Decimal(0))


@dataclass(frozen=True)
class TaxComponent:
    """A named part of a tax: name, percent and amount, such as CGST, `9`."""

    name: str
    percent: str
    amount_minor: int

    def label(self, language: str) -> str:
        """`CGST 9%`; a name that says its rate (`VAT 20 %`) stays as it is."""
        if re.search(rf"(?<![\d.,]){re.escape(self.percent)}(?![\d.,])", self.name):
            return self.name
        return f"{self.name} {format_percent(self.percent, language)}"


@dataclass(frozen=True)
class NamedDiscount:
    """What a coupon or an automatic discount took off the goods, as an order keeps it. `code` is "" for an automatic one.

    Free delivery takes nothing off the goods: its amount is 0.
    """

    name: str
    code: str
    amount_minor: int
    is_free_shipping: bool = False


def read_discounts(stored: Iterable[Mapping[str, Any]]) -> tuple[NamedDiscount, ...]:
    """Discounts as an order keeps them."""
    return tuple(NamedDiscount(**each) for each in stored)


def discounts_json(discounts: Iterable[NamedDiscount], currency: str) -> list[dict[str, Any]]:
    """The API's form."""
    return [
        {
            "name": each.name,
            "code": each.code,
            "amount": money_json(each.amount_minor, currency),
            "is_free_shipping": each.is_free_shipping,
        }
        for each in discounts
    ]


@dataclass(frozen=True)
class TaxRules:
    """All tax data of a place for the arithmetic.

    `lacks_origin`: the tax there depends on the state the store sells from, and the store has not said it. Prices
    can be shown, nothing can be sold. `treatment` is why a sale bears no tax; `contained` are the rules by which the
    shop's prices contain tax that this buyer does not pay: it is taken out of them.
    """

    prices_include_tax: bool = False
    shipping_tax: str = ShippingTax.HIGHEST
    rates: dict[str, AppliedRate] = field(default_factory=dict)
    shipping_tax_class: str = STANDARD
    lacks_origin: bool = False
    seller_tax_number: str = ""
    rounding: Rounding = USUAL
    origin_country: str = ""
    zero_rates_exports: bool = False
    treatment: str = ""
    contained: TaxRules | None = None

    def rate_for(self, tax_class: str) -> AppliedRate:
        """The rate of that class; a class without a rate at this place is taxed as standard, except `exempt`."""
        if tax_class in self.rates:
            return self.rates[tax_class]
        return NO_TAX if tax_class == EXEMPT else self.rates.get(STANDARD, NO_TAX)

    def shipping_parts(
        self, shipping: int, shipped: Sequence[tuple[int, AppliedRate]]
    ) -> list[tuple[int, AppliedRate]]:
        """Splits the price of shipping by tax rates. `shipped` are the amounts and rates of what is in the parcel."""
        if not shipping or self.shipping_tax == ShippingTax.NONE or not shipped:
            return [(shipping, NO_TAX)]
        if self.shipping_tax == ShippingTax.CLASS:
            return [(shipping, self.rate_for(self.shipping_tax_class))]
        if self.shipping_tax == ShippingTax.HIGHEST:
            return [(shipping, max((rate for _amount, rate in shipped), key=lambda r: r.percent))]
        rates = list(dict.fromkeys(rate for _amount, rate in shipped))
        worth = [sum(amount for amount, one in shipped if one == rate) for rate in rates]
        return list(zip(allocate(shipping, worth), rates, strict=True))


def split_tax(
    amounts: Sequence[int],
    rates: Sequence[AppliedRate],
    *,
    included: bool,
    rounding: Rounding = USUAL,
) -> list[int]:
    """A component's tax on each amount, rounded as the store wants it: on each amount, once for all amounts of a rate,
    or once for all; what was computed for several is split among them.

    Components of a rate are equal on every amount and so in every sum. An amount that contains its taxes and has
    fewer minor units than there are taxes contains none.
    """
    weights = [
        amount if amount >= (len(rate.names) if included else 0) else 0
        for amount, rate in zip(amounts, rates, strict=True)
    ]
    if rounding.is_by_line:
        return [
            rate.tax_on(weight, included=included, mode=rounding.mode)
            for weight, rate in zip(weights, rates, strict=True)
        ]
    shares = [0] * len(amounts)
    places: dict[AppliedRate, list[int]] = {}
    for place, rate in enumerate(rates):
        places.setdefault(rate, []).append(place)
    sums = {rate: sum(weights[place] for place in own) for rate, own in places.items()}
    for rate, tax in _taxes_of_rates(sums, included, rounding).items():
        own = places[rate]
        for place, share in zip(own, allocate(tax, [weights[each] for each in own]), strict=True):
            shares[place] = share
    return shares


def _taxes_of_rates(
    sums: Mapping[AppliedRate, int], included: bool, rounding: Rounding
) -> dict[AppliedRate, int]:
    """A component's tax on the sum of each rate. On the total, rates with equally many components are rounded
    together, so that CGST and SGST stay equal."""
    if not rounding.is_by_total:
        return {
            rate: rate.tax_on(amount, included=included, mode=rounding.mode)
            for rate, amount in sums.items()
        }
    found: dict[AppliedRate, int] = {}
    for count in dict.fromkeys(len(rate.names) for rate in sums):
        alike = [rate for rate in sums if len(rate.names) == count]
        exact = {
            place: rate.exact_tax_on(sums[rate], included=included)
            for place, rate in enumerate(alike)
        }
        for place, tax in rounding.share_out(exact).items():
            found[alike[place]] = tax
    return found


def components_of(share: int, rate: AppliedRate) -> tuple[TaxComponent, ...]:
    """The equal parts of a tax; a tax without parts is its own only part."""
    if not rate.percent:
        return ()
    return tuple(TaxComponent(name, rate.part_percent, share) for name in rate.names)


def summed(parts: Iterable[TaxComponent]) -> tuple[TaxComponent, ...]:
    """One component for each name and rate."""
    sums: dict[tuple[str, str], int] = {}
    for part in parts:
        key = (part.name, part.percent)
        sums[key] = sums.get(key, 0) + part.amount_minor
    return tuple(TaxComponent(name, percent, amount) for (name, percent), amount in sums.items())


def tax_in(amounts: Sequence[tuple[int, str]], taxes: TaxRules) -> tuple[TaxComponent, ...]:
    """The tax on amounts of the given classes, by its components."""
    rates = [taxes.rate_for(tax_class) for _amount, tax_class in amounts]
    shares = split_tax(
        [amount for amount, _class in amounts],
        rates,
        included=taxes.prices_include_tax,
        rounding=taxes.rounding,
    )
    return summed(
        part
        for share, rate in zip(shares, rates, strict=True)
        for part in components_of(share, rate)
    )


def read_components(stored: Iterable[Mapping[str, Any]]) -> tuple[TaxComponent, ...]:
    """Components as an order keeps them; older orders have rates in hundredths of a percent."""
    return tuple(
        TaxComponent(
            str(part["name"]),
            str(part["percent"])
            if "percent" in part
            else percent_text(Decimal(part["rate_bp"]) / 100),
            int(part["amount_minor"]),
        )
        for part in stored
    )


def components_json(parts: Iterable[TaxComponent], currency: str) -> list[dict[str, Any]]:
    """The API's form: name, percent as a decimal in text, amount."""
    return [
        {
            "name": part.name,
            "percent": part.percent,
            "amount": money_json(part.amount_minor, currency),
        }
        for part in parts
    ]


def percent_text(percent: Decimal) -> str:
    """`18`, `0.125`: without trailing zeros."""
    return f"{percent.normalize():f}"
