"""A cart as an order: what it costs, and what it takes from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from apps.catalog.selectors import full_title
from apps.common.clock import now, start_of
from apps.common.money import money_json
from apps.discounts.choosing import NO_DISCOUNTS, Applied
from apps.discounts.rules import Shopper
from apps.inventory.bundles import sum_pieces
from apps.inventory.prospects import Prospects
from apps.inventory.queue import Provision
from apps.payments.selectors import OfferedMethod
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import TaxRules, components_json, discounts_json
from apps.pricing.services import BasketLine, PricedOrder, price_order
from apps.shipping.areas import Place
from apps.shipping.estimates import Estimate
from apps.shipping.selectors import calendars_of, estimate_delivery, names_days


def payable_by_value(quote: Quote) -> int:
    """What gift cards and store credit may pay of it: no gift card is bought with another one."""
    return quote.priced.total_minor - quote.priced.voucher_minor


@dataclass(frozen=True)
class LineChange:
    """A line that costs something else by now, for each piece."""

    sku: str
    title: str
    old_minor: int
    new_minor: int

    def as_json(self, currency: str) -> dict[str, Any]:
        return {
            "sku": self.sku,
            "title": self.title,
            "old_unit_price": money_json(self.old_minor, currency),
            "unit_price": money_json(self.new_minor, currency),
        }


@dataclass(frozen=True)
class Quote:
    """A cart at present prices, shipped to one place in one way. `shipping_method` None: nothing to ship.

    `lacks_origin`: the tax can't be split before the store says from which state it sells, so nothing is ordered.
    """

    priced: PricedOrder
    shipping_method: ShippingMethod | None
    lacks_origin: bool = False
    basket: tuple[BasketLine, ...] = ()
    address: Mapping[str, Any] = field(default_factory=dict)
    taxes: TaxRules = field(default_factory=TaxRules)
    applied: Applied = NO_DISCOUNTS
    shopper: Shopper = field(default_factory=Shopper)

    def paid_by(self, method: OfferedMethod | None) -> Quote:
        """The same with the fee of that way of paying. No query."""
        if method is None or not method.fee_minor:
            return self
        priced = price_order(
            lines=self.basket,
            shipping_method=self.shipping_method,
            address=self.address,
            currency=self.priced.currency,
            taxes=self.taxes,
            fee_minor=method.fee_minor,
            discounts=self.priced.discounts,
        )
        return replace(self, priced=priced)

    @property
    def is_free(self) -> bool:
        """The total is zero, so no payment method is needed."""
        return self.priced.total_minor == 0

    @property
    def needs_shipping(self) -> bool:
        return self.shipping_method is not None

    def expected(self, provision: Provision) -> tuple[date, date] | None:
        """The days between which an order with these pieces should arrive, or can be collected. None where nothing is sent, and
        where none are named."""
        if self.shipping_method is None:
            return None
        found = estimate_of(self.shipping_method, provision, self.address)
        return (found.earliest, found.latest) if found else None

    def estimate_by(self, method: ShippingMethod, address: Mapping[str, Any]) -> Estimate | None:
        """If it were ordered now in that way, to that address: from where the pieces would be taken, and when they are there.
        None where pieces are awaited of which no day is known, or no place is known to have the postal code."""
        place = Place.of(method.spot.address if method.spot else address)
        return estimate_of(method, self._prospects.to(asdict(place)), address)

    @cached_property
    def _prospects(self) -> Prospects:
        return Prospects(self.demand())

    def changes_since(self, known: Mapping[str, int]) -> list[LineChange]:
        """The lines whose unit price is another one than the known one of their variant."""
        return [
            LineChange(line.item.sku, line.item.full_title, known[ref], price)
            for line in self.basket
            if (ref := line.item.variant_ref) in known
            and (price := line.item.unit_price_minor) is not None
            and price != known[ref]
        ]

    def demand(self) -> dict[str, int]:
        """The demand on stock: pieces by variant, summed over the lines; of a bundle those of its parts."""
        return sum_pieces(
            (line.variant_ref, line.parts, line.quantity)
            for line in self.priced.lines
            if not line.is_digital
        )

    def names(self) -> dict[str, str]:
        """The names for buyers, by variant; a part is named with its bundle."""
        parts = {
            part.variant_ref: f"{part.title} ({full_title(line.title, line.variant_title)})"
            for line in self.priced.lines
            for part in line.parts
        }
        return parts | {
            line.variant_ref: full_title(line.title, line.variant_title)
            for line in self.priced.lines
        }

    def skus(self) -> dict[str, str]:
        """The current SKUs by variant; a stock item keeps the SKU of its creation."""
        parts = {part.variant_ref: part.sku for line in self.priced.lines for part in line.parts}
        return parts | {line.variant_ref: line.sku for line in self.priced.lines}

    def summary(self) -> dict[str, Any]:
        """The amounts for people and programs, as the API writes money."""
        names = ("subtotal", "discount", "shipping", "fee", "tax", "total")
        currency = self.priced.currency
        totals = {
            name: money_json(getattr(self.priced, f"{name}_minor"), currency) for name in names
        }
        return {
            **totals,
            "tax_components": components_json(self.priced.tax_parts, currency),
            "prices_include_tax": self.priced.prices_include_tax,
            "tax_treatment": self.priced.tax_treatment,
            "discounts": discounts_json(self.priced.discounts, currency),
            "refused_codes": [each.as_json() for each in self.applied.refused],
        }


def estimate_of(
    method: ShippingMethod, provision: Provision, address: Mapping[str, Any]
) -> Estimate | None:
    """What is awaited is handled when it has arrived. None where its day is not known, or none is named for that address."""
    days = [each.expected_on for each in provision.awaited.values()]
    spot = method.spot
    if None in days or not (spot or names_days(address)):
        return None
    places = [spot.warehouse_id] if spot and spot.warehouse_id else provision.warehouses
    begin = max([now(), *(start_of(day) for day in days if day)])
    return estimate_delivery(method.days, sources=calendars_of(places), at=begin)
