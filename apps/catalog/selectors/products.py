"""Single products, products by their ids, and their addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bson import ObjectId

from apps.catalog.documents import Product, ProductStatus
from apps.catalog.errors import ProductNotFound
from apps.common.slugs import slug_key
from apps.tenancy.documents.access import scoped_collection

_FEATURED = ("position", "-pk")


def get_product(slug: str, *, include_hidden: bool = False) -> Product:
    """The product at that address: one read. Drafts and archived ones only with `include_hidden`."""
    product = scoped_collection(Product).get(slug=slug_key(slug))
    return _visible(product, include_hidden)


def get_product_by_id(product_id: Any, *, include_hidden: bool = True) -> Product:
    """One read by id. A value that is not an id is treated as not found."""
    if not ObjectId.is_valid(product_id):
        raise ProductNotFound
    return _visible(Product.objects.filter(pk=ObjectId(product_id)).first(), include_hidden)


def _visible(product: Product | None, include_hidden: bool) -> Product:
    if product is None or not (include_hidden or product.is_active):
        raise ProductNotFound
    return product


def read_products(ids: Iterable[ObjectId], *, status: str | None) -> list[Product]:
    """These products in this order: one read. Products that were hidden or deleted in between are left out."""
    ids = list(ids)
    if not ids:
        return []
    found = {product.pk: product for product in Product.objects.filter(pk__in=ids)}
    there = [found[product_id] for product_id in ids if product_id in found]
    return [product for product in there if status is None or product.status == status]


def count_products() -> int:
    """All of the store, whatever their status. One command; naming every status lets an index answer it."""
    return Product.objects.filter(status__in=ProductStatus.values).count()


def count_product_addresses() -> int:
    """How many products are on sale. One command, by an index."""
    return Product.objects.filter(status=ProductStatus.ACTIVE).count()


def list_product_addresses(start: int, stop: int) -> list[tuple[str, datetime]]:
    """Slug and last change of a range of the products on sale. One command."""
    found = Product.objects.filter(status=ProductStatus.ACTIVE).order_by(*_FEATURED)
    rows = found.values_list("slug", "slug_spelling", "updated_at")[start:stop]
    return [(spelling or slug, changed_at) for slug, spelling, changed_at in rows]


def count_products_of_class(tax_class: str) -> int:
    """How many products have that tax class. Reads the whole store's products: for rare questions of staff."""
    return Product.objects.filter(tax_class=tax_class).count()
