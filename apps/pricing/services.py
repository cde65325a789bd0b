"""What an order costs: integers in, integers out, no query anywhere.

Tax is computed once per rate over everything taxed at that rate and then split over the lines by largest
remainder, so that lines, taxes and totals always add up exactly. The rounding is half up, once per rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.catalog.selectors import SaleableLine
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import TaxRules

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
    """What these lines cost, shipped to `address` (a mapping or object with `country` and `region`).

    Pure arithmetic when `taxes` is given; otherwise the rules of that place are read first, in two statements.
    `shipping_method` None means nothing is shipped. Raises `CurrencyMismatch` on a line or method of another
    currency.
    """
    raise NotImplementedError
