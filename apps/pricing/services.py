"""Computes the cost of an order from integers, without queries. Also has the writes of tax rates.

Each component of a tax (CGST, SGST, VAT) is rounded as the store wants it (`rounding`): usually half up, once per rate
over everything taxed at that rate. It is then split over the lines by largest remainder, so that lines, components and
totals always add up exactly; where prices include tax, the net amount is what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from apps.catalog.selectors import LinePart, SaleableLine, count_products_of_class
from apps.catalog.tax_classes import ALWAYS, STANDARD
from apps.common.money import MAX_MINOR, allocate
from apps.common.text import fold_code
from apps.platform.auditing import audited, note
from apps.pricing.errors import CurrencyMismatch, NotPriced, OrderTooLarge, TaxClassInUse
from apps.pricing.member_states import RATES_OF, VAT_RATES
from apps.pricing.models import ShippingMethod, TaxRate
from apps.pricing.rules import (
    NO_TAX,
    AppliedRate,
    NamedDiscount,
    TaxComponent,
    TaxRules,
    components_of,
    percent_text,
    split_tax,
    summed,
)
from apps.pricing.selectors import get_tax_rules, shipping_cost
from apps.shipping.areas import Load

__all__ = [
    "BasketLine",
    "PricedLine",
    "PricedOrder",
    "TaxComponent",
    "add_eu_rates",
    "delete_tax_rate",
    "load_of",
    "price_order",
    "weight_of",
]

_EU_CLASSES: Final = (STANDARD, "reduced", "reduced-2")


@dataclass(frozen=True)
class BasketLine:
    """A quantity of a saleable variant. `discount_minor` is for the whole line. `gift` are the details of a gift card."""

    item: SaleableLine
    quantity: int
    discount_minor: int = 0
    gift: Mapping[str, Any] | None = None

    @property
    def is_voucher(self) -> bool:
        """A gift card: money for goods of another day, no goods itself."""
        return self.item.is_gift_card


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
    hsn_code: str
    weight_grams: int
    quantity: int
    unit_price_minor: int
    subtotal_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    tax_percent: str
    tax_name: str
    tax_components: tuple[TaxComponent, ...]
    total_minor: int
    parts: tuple[LinePart, ...] = ()
    gift: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class PricedOrder:
    """All amounts in minor units of `currency`; `total_minor` is what the buyer pays.

    `total = subtotal - discount + shipping + fee + tax` where prices exclude tax; where they include it `tax_minor` is
    contained and `total = subtotal - discount + shipping + fee`. Either way the lines' totals plus
    `shipping_total_minor` and `fee_total_minor` are the total, and the lines' taxes plus `shipping_tax_minor` and
    `fee_tax_minor` are the tax. The fee is for the way of paying.
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
    seller_tax_number: str = ""
    tax_treatment: str = ""
    fee_minor: int = 0
    fee_tax_components: tuple[TaxComponent, ...] = ()
    discounts: tuple[NamedDiscount, ...] = ()

    @property
    def fee_tax_minor(self) -> int:
        return sum(part.amount_minor for part in self.fee_tax_components)

    @property
    def fee_total_minor(self) -> int:
        """What the buyer pays for it, tax included."""
        return self.fee_minor + (0 if self.prices_include_tax else self.fee_tax_minor)

    @property
    def tax_parts(self) -> tuple[TaxComponent, ...]:
        return self.tax_components

    @property
    def voucher_minor(self) -> int:
        """What gift cards in it cost: no goods, so nothing of it is a sale, and no gift card pays for it."""
        return sum(line.total_minor for line in self.lines if line.gift is not None)


def price_order(
    *,
    lines: Sequence[BasketLine],
    shipping_method: ShippingMethod | None,
    address: Any,
    currency: str,
    taxes: TaxRules | None = None,
    fee_minor: int = 0,
    discounts: Sequence[NamedDiscount] = (),
) -> PricedOrder:
    """The cost of these lines, shipped to `address` (a mapping or an object with `country` and `region`).

    Pure arithmetic when `taxes` is given; otherwise the rules of that place are read first, in two statements.
    `shipping_method` None means nothing is shipped; digital lines alone ship for nothing. The lines have their discounts
    already; `discounts` are their names, and one with free shipping makes shipping free. A fee is taxed as the delivery
    is. Raises `CurrencyMismatch` on a line or method of another currency.
    """
    _check(lines, shipping_method, currency)
    if taxes is None:
        taxes = get_tax_rules(_part_of(address, "country"), _part_of(address, "region"))
    is_free = any(each.is_free_shipping for each in discounts)
    goods = [line for line in lines if not line.is_voucher]
    shipping = 0 if is_free else _shipping(lines, shipping_method, sum(map(_worth, goods)))
    if taxes.contained is not None:
        lines, shipping, fee_minor = _without_tax(lines, shipping, fee_minor, taxes.contained)
        discounts = _without_tax_in(discounts, sum(line.discount_minor for line in lines))
    order = _taxed_order(lines, shipping, fee_minor, currency, taxes)
    return replace(order, discounts=tuple(discounts))


def _taxed_order(
    lines: Sequence[BasketLine], shipping: int, fee: int, currency: str, taxes: TaxRules
) -> PricedOrder:
    subtotal = sum(_unit_price(line) * line.quantity for line in lines)
    discount = sum(line.discount_minor for line in lines)
    parts, fees_from = _taxed_parts(lines, list(map(_worth, lines)), shipping, fee, taxes)
    shares = split_tax(
        *map(list, zip(*parts, strict=True)),
        included=taxes.prices_include_tax,
        rounding=taxes.rounding,
    )
    tax_of = [share * len(rate.names) for share, (_amount, rate) in zip(shares, parts, strict=True)]
    on_top = 0 if taxes.prices_include_tax else 1
    total = subtotal - discount + shipping + fee + on_top * sum(tax_of)
    if total > MAX_MINOR:
        raise OrderTooLarge
    shipping_tax = sum(tax_of[len(lines) : fees_from])
    components = [
        components_of(share, rate) for share, (_amount, rate) in zip(shares, parts, strict=True)
    ]
    return PricedOrder(
        currency=currency,
        prices_include_tax=taxes.prices_include_tax,
        lines=tuple(
            _priced_line(line, amount, share, rate, on_top)
            for line, (amount, rate), share in zip(lines, parts, shares, strict=False)
        ),
        subtotal_minor=subtotal,
        discount_minor=discount,
        shipping_minor=shipping,
        shipping_tax_minor=shipping_tax,
        shipping_total_minor=shipping + on_top * shipping_tax,
        tax_minor=sum(tax_of),
        total_minor=total,
        tax_components=summed(chain.from_iterable(components)),
        seller_tax_number=taxes.seller_tax_number,
        tax_treatment=taxes.treatment,
        fee_minor=fee,
        fee_tax_components=summed(chain.from_iterable(components[fees_from:])),
    )


def _without_tax(
    lines: Sequence[BasketLine], shipping: int, fee: int, taxes: TaxRules
) -> tuple[list[BasketLine], int, int]:
    """Each price, discount, the price of shipping and the fee without the tax that it contains, rounded for a piece."""
    found = []
    for line in lines:
        rate = _rate_of(line, taxes)
        price = _net(_unit_price(line), rate)
        off = min(_net(line.discount_minor, rate), price * line.quantity)
        found.append(
            replace(line, item=replace(line.item, unit_price_minor=price), discount_minor=off)
        )
    parts, fees_from = _taxed_parts(lines, list(map(_worth, lines)), shipping, fee, taxes)
    nets = [_net(amount, rate) for amount, rate in parts]
    return found, sum(nets[len(lines) : fees_from]), sum(nets[fees_from:])


def _without_tax_in(discounts: Sequence[NamedDiscount], total: int) -> list[NamedDiscount]:
    """The discounts, so that they add up to what the lines have without tax."""
    shares = allocate(total, [each.amount_minor for each in discounts])
    return [
        replace(each, amount_minor=share) for each, share in zip(discounts, shares, strict=True)
    ]


def _net(amount: int, rate: AppliedRate) -> int:
    return amount - rate.tax_on(amount, included=True) * len(rate.names)


def _taxed_parts(
    lines: Sequence[BasketLine], goods: Sequence[int], shipping: int, fee: int, taxes: TaxRules
) -> tuple[list[tuple[int, AppliedRate]], int]:
    """Amounts with their rates: one for each line, then those of shipping, then those of the fee, and where these
    begin."""
    parts = [(amount, _rate_of(line, taxes)) for line, amount in zip(lines, goods, strict=True)]
    shipped = [part for line, part in zip(lines, parts, strict=True) if not line.item.is_digital]
    parts += taxes.shipping_parts(shipping, shipped)
    return parts + (taxes.shipping_parts(fee, shipped) if fee else []), len(parts)


def _rate_of(line: BasketLine, taxes: TaxRules) -> AppliedRate:
    """Selling a voucher that pays for anything is no supply: tax is due when it is spent."""
    return NO_TAX if line.is_voucher else taxes.rate_for(line.item.tax_class)


def _priced_line(
    line: BasketLine, amount: int, share: int, rate: AppliedRate, on_top: int
) -> PricedLine:
    item, tax = line.item, share * len(rate.names)
    total = amount + on_top * tax
    return PricedLine(
        product_ref=item.product_ref,
        variant_ref=item.variant_ref,
        sku=item.sku,
        title=item.title,
        variant_title=item.variant_title,
        image_url=item.image_url,
        is_digital=item.is_digital,
        hsn_code=item.hsn_code,
        weight_grams=item.weight_grams,
        quantity=line.quantity,
        unit_price_minor=_unit_price(line),
        subtotal_minor=amount + line.discount_minor,
        discount_minor=line.discount_minor,
        net_minor=total - tax,
        tax_minor=tax,
        tax_percent=percent_text(rate.percent),
        tax_name=rate.name,
        tax_components=components_of(share, rate),
        total_minor=total,
        parts=item.parts,
        gift=dict(line.gift or {}) if line.is_voucher else None,
    )


def _shipping(lines: Sequence[BasketLine], method: ShippingMethod | None, worth: int) -> int:
    if method is None or all(line.item.is_digital for line in lines):
        return 0
    load = load_of(lines)
    return shipping_cost(method, worth, load.grams, load.pieces)


def weight_of(lines: Iterable[BasketLine]) -> int:
    """The grams of what is sent. A variant whose weight is not known counts as 0."""
    sent = (line for line in lines if not line.item.is_digital)
    return sum(line.item.weight_grams * line.quantity for line in sent)


def load_of(lines: Iterable[BasketLine]) -> Load:
    """What of them is sent, for the choice of a method."""
    sent = [line for line in lines if not line.item.is_digital]
    pieces: dict[str, int] = {}
    for line in sent:
        if profile := line.item.shipping_profile:
            pieces[profile] = pieces.get(profile, 0) + line.quantity
    return Load(weight_of(sent), pieces)


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
        raise NotPriced(
            gettext("%(title)s has no price in %(currency)s.")
            % {"title": line.item.title, "currency": line.item.currency}
        )
    return line.item.unit_price_minor


def _worth(line: BasketLine) -> int:
    """What the line costs with its discount, as displayed."""
    return _unit_price(line) * line.quantity - line.discount_minor


def _part_of(address: Any, name: str) -> str:
    value = address.get(name) if isinstance(address, Mapping) else getattr(address, name, "")
    return str(value or "")


def delete_tax_rate(*, rate: TaxRate) -> None:
    """Raises `TaxClassInUse` for the last rate of a class that products have: they would be taxed as standard."""
    others = TaxRate.objects.filter(tax_class=rate.tax_class).exclude(pk=rate.pk)
    if rate.tax_class not in {each.code for each in ALWAYS} and not others.exists():
        count = count_products_of_class(rate.tax_class)
        if count:
            have = gettext("%(count)s products have") % {"count": count}
            products = "1 product has" if count == 1 else have
            raise TaxClassInUse(
                gettext("%(products)s the tax class %(tax_class)s. Give them another one first.")
                % {"products": products, "tax_class": f"{rate.tax_class!r}"}
            )
    with audited("tax_rate.deleted", rate):
        rate.delete()


def add_eu_rates() -> int:
    """Add the rates of all member states that the store lacks: `standard`, `reduced` (the lowest) and `reduced-2`. What is
    there stays as it is. The number of new rates; repeatable.
    """
    known = {
        (rate.country, fold_code(rate.tax_class)) for rate in TaxRate.objects.filter(region="")
    }
    missing = [
        TaxRate(country=country, tax_class=tax_class, percent=percent, name=vat.name)
        for country, vat in VAT_RATES.items()
        for tax_class, percent in zip(_EU_CLASSES, (vat.standard, *vat.reduced), strict=False)
        if (country, tax_class) not in known
    ]
    with transaction.atomic():
        TaxRate.objects.bulk_create(missing, ignore_conflicts=True)
        if missing:
            note("tax_rates.added", "EU", after={"rates": len(missing), "as_of": str(RATES_OF)})
    return len(missing)
