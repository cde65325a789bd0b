"""What decides about the prices of products: their own, and the store's price lists and sales. A store without lists and sales
pays no statement for it; one with them at most two for any number of products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.catalog.documents import Product
from apps.catalog.selectors.categories import list_category_nodes
from apps.common.clock import now
from apps.prices.rules import NO_GROUPS, Goods, Groups, Price, Step, Terms, shown_reduction
from apps.prices.selectors import get_book, read_prior_prices, read_terms
from apps.prices.services.history import PublicPrice


def terms_of_products(products: Sequence[Product], currency: str) -> dict[str, Terms]:
    """By variant, of those with a price in that currency; empty in a store without lists and sales. Gift cards have none:
    they cost what is on them."""
    if get_book().is_empty:
        return {}
    above = _Above()
    return read_terms(
        Goods(
            product_ref=str(product.pk),
            variant_ref=variant.id,
            currency=currency,
            own_minor=price.amount_minor,
            compare_at_minor=price.compare_at_minor,
            categories=above.of(product.category_ids),
        )
        for product in products
        if not product.is_gift_card
        for variant in product.variants
        if (price := variant.price_in(currency)) is not None
    )


def terms_of_documents(documents: Sequence[Mapping[str, Any]], currency: str) -> dict[str, Terms]:
    """The same of plain documents."""
    if get_book().is_empty:
        return {}
    above = _Above()
    return read_terms(
        Goods(
            product_ref=str(document["_id"]),
            variant_ref=variant["id"],
            currency=currency,
            own_minor=price["amount_minor"],
            compare_at_minor=price.get("compare_at_minor"),
            categories=above.of(document.get("category_ids")),
        )
        for document in documents
        if not document.get("is_gift_card")
        for variant in document.get("variants") or ()
        for price in variant.get("prices") or ()
        if price["currency"] == currency
    )


def prices_of_product(
    product: Product,
    currency: str,
    *,
    groups: Groups = NO_GROUPS,
    terms: Mapping[str, Terms] | None = None,
) -> dict[str, Price]:
    """What one piece of each of its variants costs a buyer of these groups now."""
    known = terms_of_products([product], currency) if terms is None else terms
    moment = now()
    return {
        variant.id: price_by(
            known.get(variant.id), own.amount_minor, own.compare_at_minor, groups, 1, moment
        )
        for variant in product.variants
        if (own := variant.price_in(currency)) is not None
    }


def price_by(
    terms: Terms | None,
    own_minor: int,
    compare_at_minor: int | None,
    groups: Groups,
    quantity: int,
    moment: datetime,
) -> Price:
    """By the terms of a variant, or its own price where it has none."""
    if terms is None:
        return Price(own_minor, own_minor, compare_at_minor)
    return terms.price(quantity=quantity, groups=groups, moment=moment)


def read_public_prices(products: Sequence[Product]) -> list[PublicPrice]:
    """What everyone pays for one piece of each variant in each of its currencies; no amount where it is not on sale."""
    currencies = sorted(
        {price.currency for each in products for v in each.variants for price in v.prices}
    )
    return [public for currency in currencies for public in _public_prices(products, currency)]


def _public_prices(products: Sequence[Product], currency: str) -> Iterator[PublicPrice]:
    terms = terms_of_products(products, currency)
    for product in products:
        prices = prices_of_product(product, currency, terms=terms)
        for variant in product.variants:
            price = prices.get(variant.id)
            if price is None:
                continue
            is_sold = product.is_active and variant.is_active
            yield PublicPrice(
                variant_ref=variant.id,
                product_ref=str(product.pk),
                sku=variant.sku,
                currency=currency,
                amount_minor=price.amount_minor if is_sold else None,
                own_minor=price.own_minor,
                shown_minor=price.amount_minor,
            )


@dataclass(frozen=True)
class ShownPrice:
    """A price with everything that a page says about it."""

    price: Price
    compare_at_minor: int | None
    prior_minor: int | None = None
    tiers: tuple[Step, ...] = ()

    @property
    def amount_minor(self) -> int:
        return self.price.amount_minor


def shown_prices(
    products: Sequence[Product], currency: str, groups: Groups = NO_GROUPS
) -> dict[str, ShownPrice]:
    """By variant, what pages and API show to a buyer of these groups now."""
    terms = terms_of_products(products, currency)
    prices: dict[str, Price] = {}
    for product in products:
        prices |= prices_of_product(product, currency, groups=groups, terms=terms)
    prior, moment = read_prior_prices(prices, currency), now()
    found = {}
    for ref, price in prices.items():
        shown = shown_reduction(price, prior, ref)
        tiers = terms[ref].tiers(groups=groups, moment=moment) if ref in terms else ()
        found[ref] = ShownPrice(price, shown.compare_at_minor, shown.prior_minor, tiers)
    return found


class _Above:
    """The categories of a product with all above them; the tree is asked for only where a sale is about categories."""

    def __init__(self) -> None:
        nodes = list_category_nodes(include_inactive=True) if get_book().asks_categories else ()
        self._parents = {
            str(node.id): str(node.parent_id) if node.parent_id is not None else ""
            for node in nodes
        }

    def of(self, ids: Iterable[Any] | None) -> frozenset[str]:
        found: set[str] = set()
        for key in map(str, ids or ()) if self._parents else ():
            while key and key not in found:
                found.add(key)
                key = self._parents.get(key, "")
        return frozenset(found)
