"""Reads of variants for carts and orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.core.files.storage import default_storage

from apps.catalog.derived import sku_key
from apps.catalog.documents import Product, Variant
from apps.catalog.quantities import UNRESTRICTED, QuantityRule
from apps.catalog.selectors.lists import find_variant_refs
from apps.catalog.selectors.terms import terms_of_products
from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import now
from apps.common.text import fold_code
from apps.inventory.bundles import AREA as BUNDLES
from apps.inventory.bundles import Part, bundles_of
from apps.prices.rules import NO_GROUPS, Groups, Terms
from apps.tenancy.context import current_store
from apps.tenancy.documents.access import scoped_collection
from apps.tenancy.page_versions import page_versions

_LINE_IMAGE_WIDTH = 320
_SHOWN_BOUND = 5_000
MOST_GIFT_CARDS: Final = 50
"""Of one line of an order: each piece is a card with a mail of its own."""


@dataclass(frozen=True)
class LinePart:
    """A variant that is in a bundle, so many pieces of it in one. An order line keeps it with these names."""

    variant_ref: str
    sku: str
    title: str
    quantity: int


@dataclass(frozen=True)
class SaleableLine:
    """One variant as it can be sold now. `unit_price_minor` is None without a price in the currency asked for; it is
    everyone's price of one piece until `for_buyer` has put the buyer's in its place.

    `is_saleable` ignores stock, which belongs to inventory. `parts` are those of a bundle. `terms` None: no list and no sale
    is about it. `own_amounts`: from which to which amount a buyer of a gift card may choose one.
    """

    product_ref: str
    variant_ref: str
    sku: str
    title: str
    variant_title: str
    unit_price_minor: int | None
    compare_at_minor: int | None
    currency: str
    image_url: str
    tax_class: str
    weight_grams: int
    is_digital: bool
    slug: str
    is_saleable: bool
    hsn_code: str = ""
    category_refs: tuple[str, ...] = ()
    parts: tuple[LinePart, ...] = ()
    quantity_rule: QuantityRule = UNRESTRICTED
    shipping_profile: str = ""
    terms: Terms | None = None
    is_gift_card: bool = False
    own_amounts: tuple[int, int] | None = None

    @property
    def has_steps(self) -> bool:
        """Whether some list prices it by quantity."""
        return self.terms is not None and any(
            step.min_quantity > 1 for offer in self.terms.lists for step in offer.steps
        )

    def for_buyer(self, quantity: int, groups: Groups) -> SaleableLine:
        """The same at the price that a buyer of these groups pays for a piece of so many now. Reads nothing."""
        if self.terms is None:
            return self
        price = self.terms.price(quantity=quantity, groups=groups, moment=now())
        return replace(
            self,
            unit_price_minor=price.amount_minor,
            compare_at_minor=price.compare_at_minor,
        )

    def at_amount(self, amount_minor: int) -> SaleableLine:
        """A gift card of an amount that its buyer chose."""
        return replace(self, unit_price_minor=amount_minor, compare_at_minor=None, variant_title="")

    @property
    def full_title(self) -> str:
        return full_title(self.title, self.variant_title)


_shown = BoundedMemory[tuple[UUID, str, str], tuple[str, SaleableLine]](lambda: _SHOWN_BOUND)


def full_title(title: str, variant_title: str) -> str:
    """The name for buyers: `Khurja Kettle (Indigo)`."""
    return f"{title} ({variant_title})" if variant_title else title


def read_lines(variant_refs: Collection[str], currency: str) -> dict[str, SaleableLine]:
    """The variants that exist, by reference: one read however many there are, and what `terms_of_products` reads. Unknown
    ones are missing."""
    wanted = {ref for ref in variant_refs if isinstance(ref, str)}
    if not wanted:
        return {}
    bundles = bundles_of(wanted)
    refs = wanted | {part.variant_ref for parts in bundles.values() for part in parts}
    products = scoped_collection(Product).list_all({"variant_refs": {"$in": sorted(refs)}})
    terms = terms_of_products(products, currency)
    found = {
        variant.id: _line(product, variant, currency, terms.get(variant.id))
        for product in products
        for variant in product.variants
        if variant.id in refs
    }
    return {
        ref: _bundle_of(line, bundles[ref], found) if ref in bundles else line
        for ref, line in found.items()
        if ref in wanted
    }


def find_variants_by_sku(skus: Collection[str]) -> dict[str, SaleableLine]:
    """The variant with each of these SKUs, in any case; unknown ones are missing. One document read."""
    by_key = defaultdict[str, list[str]](list)
    for sku in skus:
        by_key[sku_key(sku)].append(sku)
    if not by_key:
        return {}
    currency = current_store().currency
    products = scoped_collection(Product).list_all({"sku_keys": {"$in": sorted(by_key)}})
    terms = terms_of_products(products, currency)
    return {
        sku: _line(product, variant, currency, terms.get(variant.id))
        for product in products
        for variant in product.variants
        for sku in by_key.get(sku_key(variant.sku), ())
    }


def find_variant_by_code(code: str) -> SaleableLine | None:
    """The variant with that SKU, in any case, or else with that barcode: one document read, a query and a read more for a
    barcode."""
    by_sku = find_variants_by_sku([code]).get(code)
    if by_sku is not None:
        return by_sku
    products = scoped_collection(Product).list_all(
        {"variant_refs": {"$in": find_variant_refs(code, most=20)}}
    )
    currency = current_store().currency
    terms = terms_of_products(products, currency)
    return next(
        (
            _line(product, variant, currency, terms.get(variant.id))
            for product in products
            for variant in product.variants
            if variant.barcode and fold_code(variant.barcode) == fold_code(code)
        ),
        None,
    )


def read_shown_lines(variant_refs: Collection[str], currency: str) -> dict[str, SaleableLine]:
    """As `read_lines`, for carts: what this process read under the catalog's present version is not read again. A change
    shows within `PAGE_VERSION_SECONDS`. Orders use `read_lines`."""
    versions = page_versions()
    if versions is None:
        return read_lines(variant_refs, currency)
    version, store_id = versions.of("catalog", "prices", BUNDLES), current_store().id
    found, missing = {}, []
    for ref in set(variant_refs):
        there = _shown.get((store_id, ref, currency))
        if there is not None and there[0] == version:
            found[ref] = there[1]
        else:
            missing.append(ref)
    if missing:
        for ref, line in read_lines(missing, currency).items():
            _shown.put((store_id, ref, currency), (version, line))
            found[ref] = line
    return found


def _bundle_of(
    line: SaleableLine, parts: Sequence[Part], lines: Mapping[str, SaleableLine]
) -> SaleableLine:
    """It weighs what its parts weigh, unless it has a weight of its own. A download has no parts; without one of its
    parts in the catalog a bundle is not sold."""
    if line.is_digital:
        return line
    there = [(lines[part.variant_ref], part) for part in parts if part.variant_ref in lines]
    return replace(
        line,
        parts=tuple(
            LinePart(item.variant_ref, item.sku, item.full_title[:250], part.quantity)
            for item, part in there
        ),
        weight_grams=line.weight_grams
        or sum(item.weight_grams * part.quantity for item, part in there),
        is_saleable=line.is_saleable
        and len(there) == len(parts)
        and not any(item.is_digital for item, _ in there),
    )


def _line(product: Product, variant: Variant, currency: str, terms: Terms | None) -> SaleableLine:
    price = variant.price_in(currency)
    line = SaleableLine(
        product_ref=str(product.pk),
        variant_ref=variant.id,
        sku=variant.sku,
        title=product.title,
        variant_title=variant.title,
        unit_price_minor=price.amount_minor if price else None,
        compare_at_minor=price.compare_at_minor if price else None,
        currency=currency,
        image_url=_image_url(product, variant),
        tax_class=product.tax_class,
        weight_grams=variant.weight_grams,
        is_digital=product.is_digital,
        slug=product.link_slug,
        hsn_code=product.hsn_code or "",
        category_refs=tuple(str(each) for each in product.category_ids or ()),
        quantity_rule=_rule_of(product, variant),
        shipping_profile=product.shipping_profile or "",
        is_saleable=product.is_active and variant.is_active and price is not None,
        terms=terms,
        is_gift_card=bool(product.is_gift_card),
        own_amounts=product.own_amounts,
    )
    return line.for_buyer(1, NO_GROUPS)


def _rule_of(product: Product, variant: Variant) -> QuantityRule:
    rule = variant.quantity_rule
    if not product.is_gift_card:
        return rule
    return replace(rule, maximum=min(rule.maximum or MOST_GIFT_CARDS, MOST_GIFT_CARDS))


def _image_url(product: Product, variant: Variant) -> str:
    image = product.image_of(variant)
    return default_storage.url(image.file_for(_LINE_IMAGE_WIDTH)) if image else ""
