"""What the delivery of a placed order costs once it is sent elsewhere, or in another way."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext

from apps.catalog.selectors import read_lines
from apps.checkout.errors import ShippingUnavailable
from apps.common.money import part_of
from apps.orders.models import Order, OrderLine
from apps.orders.services import STAYS, Delivery
from apps.orders.worth import NOTHING, Worth, worth_of_shipping
from apps.pricing.errors import CountryNotServed, ShippingMethodNotFound
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import AppliedRate, TaxRules, components_of, split_tax, summed
from apps.pricing.selectors import get_shipping_method, shipping_cost
from apps.pricing.services import BasketLine, PricedLine, load_of
from apps.shipping.areas import Load, Place


class Content(NamedTuple):
    """What is left of the order: its lines with the pieces that stay, and what is added."""

    lines: Sequence[tuple[OrderLine, int]]
    added: Sequence[PricedLine]

    def shipped(self) -> list[tuple[int, AppliedRate]]:
        """The amounts and rates of what is in the parcel."""
        old = [
            (_worth(line, count), _rate(line.tax_name, line.tax_percent, line.tax_parts))
            for line, count in self.lines
            if not line.is_digital
        ]
        new = [
            (
                line.subtotal_minor - line.discount_minor,
                _rate(line.tax_name, Decimal(line.tax_percent), line.tax_components),
            )
            for line in self.added
            if not line.is_digital
        ]
        return old + new

    def worth_minor(self) -> int:
        """As the shop shows prices, after discounts."""
        old = sum(_worth(line, count) for line, count in self.lines if not line.is_fee)
        new = (line.subtotal_minor - line.discount_minor for line in self.added if line.variant_ref)
        return old + sum(new)


def content_of(
    lines: Iterable[OrderLine], removed: Mapping[UUID, int], added: Sequence[PricedLine]
) -> Content:
    kept = [
        (line, line.quantity - line.cancelled_quantity - removed.get(line.pk, 0)) for line in lines
    ]
    return Content([(line, count) for line, count in kept if count > 0], added)


def change_delivery(
    order: Order,
    lines: Sequence[OrderLine],
    content: Content,
    taxes: TaxRules,
    *,
    address: Mapping[str, Any] | None,
    with_billing: bool,
    method_code: str,
    price_minor: int | None,
) -> tuple[Delivery, Worth]:
    """The delivery from now on, and what it costs less. A code of "" and no price: its cost stays as it was agreed.

    Raises `ShippingUnavailable`.
    """
    place = address if address is not None else order.shipping_address
    if not method_code and price_minor is None:
        if address is None:
            return STAYS, NOTHING
        billing = place if with_billing else None
        return Delivery(address=place, billing_address=billing), NOTHING
    if not order.needs_shipping:
        raise ShippingUnavailable(gettext("Nothing of this order is sent."))
    load = _load(order, content)
    method = _find(method_code, place, order, load) if method_code else None
    price = _price_of(order, method, content, load) if price_minor is None else price_minor
    before = order.shipping_minor - _given_before(order)
    more = max(price - before, 0)
    less = NOTHING
    if price < before:
        sold = worth_of_shipping(order, lines)
        less = sold.share(part_of(sold.total_minor, before - price, order.shipping_minor))
    return Delivery(
        address=address,
        billing_address=place if address is not None and with_billing else None,
        method_code=method.code if method is not None else None,
        method_name=method.name[:120] if method is not None else "",
        pickup=method.spot.as_json() if method is not None and method.spot else None,
        raised=_with_tax(more, content, taxes),
        raised_shown_minor=more,
        less_shown_minor=max(before - price, 0),
    ), less


def _find(code: str, place: Mapping[str, Any], order: Order, load: Load) -> ShippingMethod:
    try:
        return get_shipping_method(code, place=Place.of(place), load=load, currency=order.currency)
    except CountryNotServed as error:
        raise ShippingUnavailable(str(error), fields={"shipping_method": [str(error)]}) from None
    except ShippingMethodNotFound:
        sentence = gettext("This is not offered for that address.")
        raise ShippingUnavailable(sentence, fields={"shipping_method": [sentence]}) from None


def _price_of(order: Order, method: ShippingMethod | None, content: Content, load: Load) -> int:
    """By the method's own rules for what is left, with its free limit. Free delivery by a discount stays free."""
    if method is None or any(each.get("is_free_shipping") for each in order.discounts):
        return 0
    return shipping_cost(method, content.worth_minor(), load.grams, load.pieces)


def _load(order: Order, content: Content) -> Load:
    """What is in the parcel. A variant that the catalog does not have any more counts as nothing."""
    pieces = [(line.variant_ref, count) for line, count in content.lines]
    pieces += [(line.variant_ref, line.quantity) for line in content.added]
    offers = read_lines([ref for ref, _ in pieces], order.currency)
    return load_of(BasketLine(offers[ref], count) for ref, count in pieces if ref in offers)


def _given_before(order: Order) -> int:
    """By how much earlier changes lowered the delivery, as the shop shows prices."""
    rows = order.events.filter(kind="order.changed").values_list("data", flat=True)
    return sum(data.get("less_shown_minor", 0) for data in rows)


def _with_tax(shown_minor: int, content: Content, taxes: TaxRules) -> Worth:
    if not shown_minor:
        return NOTHING
    parts = taxes.shipping_parts(shown_minor, content.shipped())
    shares = split_tax(
        [amount for amount, _ in parts],
        [rate for _, rate in parts],
        included=taxes.prices_include_tax,
        rounding=taxes.rounding,
    )
    named = summed(
        part
        for share, (_, rate) in zip(shares, parts, strict=True)
        for part in components_of(share, rate)
    )
    tax = sum(part.amount_minor for part in named)
    return Worth(shown_minor + (0 if taxes.prices_include_tax else tax), tax, named)


def _worth(line: OrderLine, count: int) -> int:
    return part_of(line.subtotal_minor - line.discount_minor, count, line.quantity)


def _rate(name: str, percent: Decimal, parts: Sequence[Any]) -> AppliedRate:
    """The rate of a line that was sold."""
    names = tuple(part.name for part in parts)
    return AppliedRate(name, Decimal(percent), names if len(names) > 1 else ())
