"""Availability of a variant, and the quantities that can be ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from apps.carts.documents import CartLine
from apps.carts.errors import InvalidQuantity, ItemNotAvailable, NotEnoughStock
from apps.carts.gifts import at_gift_amount
from apps.carts.selectors import Goods, read_goods
from apps.catalog.selectors import SaleableLine
from apps.common.clock import now
from apps.common.ids import new_id
from apps.inventory.selectors import NO_SUPPLY
from apps.prices.selectors import price_groups_of


@dataclass(frozen=True)
class Offer:
    """`available` None: not counted (digital). `unit_price_minor` is everyone's for one piece."""

    line: SaleableLine
    unit_price_minor: int
    available: int | None

    def require(self, quantity: int, *, in_cart: int = 0) -> None:
        """Raise unless the quantity, `in_cart` included, is available and allowed in one line: the one place that decides,
        for pages, the API and links."""
        check_quantity(quantity)
        rule = self.line.quantity_rule
        rule.require(quantity, title=self.line.full_title, sku=self.line.sku, in_cart=in_cart)
        if self.available is not None and quantity > self.available:
            raise NotEnoughStock(
                name=self.line.full_title,
                sku=self.line.sku,
                available=max(self.available, 0),
                in_cart=in_cart,
            )

    def most(self, quantity: int) -> int:
        """The quantity, at most the available one, in whole packs; 0 where not even the smallest quantity is left."""
        limit = settings.CART_MAX_QUANTITY
        most = min(quantity, limit, limit if self.available is None else self.available)
        return self.line.quantity_rule.most(max(most, 0))

    def unit_price_for(
        self, quantity: int, customer_ref: str | None, gift: Mapping[str, Any] | None = None
    ) -> int:
        """What that customer, or a guest, pays for a piece of so many."""
        if amount := (gift or {}).get("amount_minor"):
            return int(amount)
        line = self.line.for_buyer(quantity, price_groups_of(customer_ref))
        return self.unit_price_minor if line.unit_price_minor is None else line.unit_price_minor

    def as_cart_line(
        self,
        quantity: int,
        customer_ref: str | None = None,
        gift: Mapping[str, Any] | None = None,
    ) -> CartLine:
        item = at_gift_amount(self.line, gift)
        title = item.title
        if item.variant_title:
            title = f"{title}, {item.variant_title}"
        return CartLine(
            id=str(new_id()),
            product_ref=self.line.product_ref,
            variant_ref=self.line.variant_ref,
            sku=self.line.sku,
            title=title[:300],
            quantity=quantity,
            unit_price_minor=self.unit_price_for(quantity, customer_ref, gift),
            added_at=now(),
            tax_class=self.line.tax_class,
            gift=dict(gift) if gift else None,
        )


def read_offer(variant_ref: Any, currency: str, goods: Goods | None = None) -> Offer:
    """From `goods` if it is in there, or else one document read and one query. Raises `ItemNotAvailable` for a variant
    that can't be bought."""
    if not isinstance(variant_ref, str) or not variant_ref:
        raise ItemNotAvailable
    if goods is None or variant_ref not in goods.refs:
        goods = read_goods([variant_ref], currency)
    offer = offers_of(goods).get(variant_ref)
    if offer is None:
        raise ItemNotAvailable
    return offer


def offers_of(goods: Goods) -> dict[str, Offer]:
    """The saleable variants among these; all others are missing."""
    return {
        ref: Offer(
            line=line,
            unit_price_minor=line.unit_price_minor,
            available=None if line.is_digital else goods.supply.get(ref, NO_SUPPLY).sellable,
        )
        for ref, line in goods.lines.items()
        if line.is_saleable and line.unit_price_minor is not None
    }


def check_quantity(quantity: Any) -> int:
    """Only whole numbers from 1 to the limit; bool, float and text are refused."""
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise InvalidQuantity(fields={"quantity": [str(InvalidQuantity.title)]})
    most = settings.CART_MAX_QUANTITY
    if quantity > most:
        raise InvalidQuantity(
            gettext("At most %(most)s of one product can be ordered at once.") % {"most": most},
            fields={"quantity": [gettext("At most %(most)s.") % {"most": most}]},
        )
    return quantity
