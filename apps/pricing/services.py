"""What an order costs: integers in, integers out, no query anywhere.

Tax is computed once per rate over everything taxed at that rate and then split over the lines by largest
remainder, so that lines, taxes and totals always add up exactly. The rounding is half up, once per rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.catalog.selectors import SaleableLine
from apps.common.money import MAX_MINOR, allocate
from apps.pricing.errors import CurrencyMismatch, NotPriced, OrderTooLarge
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import (
    NO_TAX,
    STANDARD,
    AppliedRate,
    TaxRules,
    get_tax_rules,
    shipping_cost,
)

_WHOLE_BP = 10_000


@dataclass(frozen=True)
class BasketLine:
    """So many of a saleable variant. `discount_minor` is for the whole line."""

    item: SaleableLine
    quantity: int
    discount_minor: int = 0


@dataclass(frozen=True)
class TaxComponent:
    """A named part of a tax, such as CGST 9 %."""

    name: str
    rate_bp: int
    amount_minor: int


@dataclass(frozen=True)
class PricedLine:
    """`subtotal_minor` is quantity x unit price as displayed; `net_minor + tax_minor == total_minor`."""

    product_ref: str
    variant_ref: str
    sku: str
    title: str
    variant_title: str
    image_url: str
    is_digital: bool
    weight_grams: int
    quantity: int
    unit_price_minor: int
    subtotal_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    tax_rate_bp: int
    tax_name: str
    tax_components: tuple[TaxComponent, ...]
    total_minor: int


@dataclass(frozen=True)
class PricedOrder:
    """All amounts in minor units of `currency`; `total_minor` is what the buyer pays.

    `total = subtotal - discount + shipping + tax` where prices exclude tax; where they include it `tax_minor` is
    contained and `total = subtotal - discount + shipping`. Either way the lines' totals plus
    `shipping_total_minor` are the total, and the lines' taxes plus `shipping_tax_minor` are the tax.
    """

    currency: str
    prices_include_tax: bool
    lines: tuple[PricedLine, ...]
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    shipping_tax_minor: int
    shipping_total_minor: int
    tax_minor: int
    total_minor: int
    tax_components: tuple[TaxComponent, ...] = ()


def price_order(
    *,
    lines: Sequence[BasketLine],
    shipping_method: ShippingMethod | None,
    address: Any,
    currency: str,
    taxes: TaxRules | None = None,
) -> PricedOrder:
    """What these lines cost, shipped to `address` (a mapping or an object with `country` and `region`).

    Pure arithmetic when `taxes` is given; otherwise the rules of that place are read first, in two statements.
    `shipping_method` None means nothing is shipped; digital lines alone ship for nothing. Raises
    `CurrencyMismatch` on a line or method of another currency.
    """
    _check(lines, shipping_method, currency)
    if taxes is None:
        taxes = get_tax_rules(_part_of(address, "country"), _part_of(address, "region"))
    subtotals = [_unit_price(line) * line.quantity for line in lines]
    subtotal, discount = sum(subtotals), sum(line.discount_minor for line in lines)
    shipping = _shipping(lines, shipping_method, subtotal - discount)
    goods = [whole - line.discount_minor for whole, line in zip(subtotals, lines, strict=True)]
    amounts = [*goods, shipping]
    rates = [taxes.rate_for(line.item.tax_class) for line in lines]
    rates.append(taxes.rate_for(STANDARD) if taxes.tax_shipping else NO_TAX)
    tax_parts = split_tax(amounts, rates, included=taxes.prices_include_tax)
    on_top = 0 if taxes.prices_include_tax else 1
    total = sum(amounts) + on_top * sum(tax_parts)
    if total > MAX_MINOR:
        raise OrderTooLarge
    return PricedOrder(
        currency=currency,
        prices_include_tax=taxes.prices_include_tax,
        lines=tuple(
            _priced_line(line, amount, tax, rate, on_top)
            for line, amount, tax, rate in zip(lines, amounts, tax_parts, rates, strict=False)
        ),
        subtotal_minor=subtotal,
        discount_minor=discount,
        shipping_minor=shipping,
        shipping_tax_minor=tax_parts[-1],
        shipping_total_minor=shipping + on_top * tax_parts[-1],
        tax_minor=sum(tax_parts),
        total_minor=total,
        tax_components=_summed(
            part
            for tax, rate in zip(tax_parts, rates, strict=True)
            for part in _components(tax, rate)
        ),
    )


def split_tax(amounts: Sequence[int], rates: Sequence[AppliedRate], *, included: bool) -> list[int]:
    """The tax on each amount: worked out and rounded once for all amounts of a rate, then split among them."""
    taxes = [0] * len(amounts)
    for rate in dict.fromkeys(rates):
        places = [place for place, one in enumerate(rates) if one == rate]
        weights = [amounts[place] for place in places]
        tax = _tax_on(sum(weights), rate.rate_bp, included=included)
        for place, part in zip(places, allocate(tax, weights), strict=True):
            taxes[place] = part
    return taxes


def _tax_on(amount: int, rate_bp: int, *, included: bool) -> int:
    """Half up, in whole numbers: `amount * rate / (1 + rate)` where it is contained, `amount * rate` on top."""
    whole = _WHOLE_BP + rate_bp if included else _WHOLE_BP
    return (2 * amount * rate_bp + whole) // (2 * whole)


def _priced_line(
    line: BasketLine, amount: int, tax: int, rate: AppliedRate, on_top: int
) -> PricedLine:
    item, total = line.item, amount + on_top * tax
    return PricedLine(
        product_ref=item.product_ref,
        variant_ref=item.variant_ref,
        sku=item.sku,
        title=item.title,
        variant_title=item.variant_title,
        image_url=item.image_url,
        is_digital=item.is_digital,
        weight_grams=item.weight_grams,
        quantity=line.quantity,
        unit_price_minor=_unit_price(line),
        subtotal_minor=amount + line.discount_minor,
        discount_minor=line.discount_minor,
        net_minor=total - tax,
        tax_minor=tax,
        tax_rate_bp=rate.rate_bp,
        tax_name=rate.name,
        tax_components=_components(tax, rate),
        total_minor=total,
    )


def _components(tax: int, rate: AppliedRate) -> tuple[TaxComponent, ...]:
    """A tax by its parts, in equal shares that add up; one without parts is its own only part."""
    if not rate.rate_bp:
        return ()
    names = rate.parts or (rate.name,)
    shares = [1] * len(names)
    return tuple(
        TaxComponent(name, rate_bp, part)
        for name, rate_bp, part in zip(
            names, allocate(rate.rate_bp, shares), allocate(tax, shares), strict=True
        )
    )


def _summed(parts: Iterable[TaxComponent]) -> tuple[TaxComponent, ...]:
    sums: dict[tuple[str, int], int] = {}
    for part in parts:
        key = (part.name, part.rate_bp)
        sums[key] = sums.get(key, 0) + part.amount_minor
    return tuple(TaxComponent(name, bp, amount) for (name, bp), amount in sums.items())


def _shipping(lines: Sequence[BasketLine], method: ShippingMethod | None, worth: int) -> int:
    if method is None or all(line.item.is_digital for line in lines):
        return 0
    return shipping_cost(method, worth)


def _check(lines: Sequence[BasketLine], method: ShippingMethod | None, currency: str) -> None:
    currencies = {line.item.currency for line in lines} | ({method.currency} if method else set())
    if currencies - {currency}:
        raise CurrencyMismatch
    for line in lines:
        if line.quantity < 1:
            raise ValueError("a line holds at least one piece")
        if not 0 <= line.discount_minor <= _unit_price(line) * line.quantity:
            raise ValueError("a discount is at most the line's worth")


def _unit_price(line: BasketLine) -> int:
    if line.item.unit_price_minor is None:
        raise NotPriced(f"{line.item.title} has no price in {line.item.currency}.")
    return line.item.unit_price_minor


def _part_of(address: Any, name: str) -> str:
    value = address.get(name) if isinstance(address, Mapping) else getattr(address, name, "")
    return str(value or "")
