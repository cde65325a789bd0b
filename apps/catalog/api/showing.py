"""One product as a visitor sees it: cached per catalog version, stock read each time."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from django.core.cache import cache

from apps.catalog.api.presenting import Availability, counted_refs, present_product
from apps.catalog.documents import Product
from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors import catalog_version, get_product_by_id
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store

_SECONDS = 300


def show_to_visitor(product_id: str, availability: Availability) -> dict[str, Any]:
    """At most one document read (none if cached) and one query for the stock. Raises `ProductNotFound`."""
    if not ObjectId.is_valid(product_id):
        raise ProductNotFound
    base, currency = current_url(""), current_store().currency
    key = f"catalog:api:product:{catalog_version()}:{product_id}:{currency}:{base}"
    part: dict[str, Any] | None = cache.get(key)
    if part is None:
        part = _present(get_product_by_id(product_id, include_hidden=False))
        cache.set(key, part, timeout=_SECONDS)
    counted = part["counted"]
    return _with_stock(part["shown"], counted, availability(counted) if counted else {})


def show(product: Product, availability: Availability) -> dict[str, Any]:
    """A product that was just read: for staff, and for the response to a write."""
    part = _present(product)
    counted = part["counted"]
    return _with_stock(part["shown"], counted, availability(counted) if counted else {})


def _present(product: Product) -> dict[str, Any]:
    shown = present_product(product, currency=current_store().currency, base=current_url(""))
    return {"shown": shown, "counted": counted_refs(product)}


def _with_stock(
    shown: dict[str, Any], counted: list[str], stock: Mapping[str, int]
) -> dict[str, Any]:
    has_pieces = any(stock.get(ref, 0) > 0 for ref in counted)
    variants = [
        {
            **variant,
            "available": None if shown["is_digital"] else max(stock.get(variant["id"], 0), 0),
        }
        for variant in shown["variants"]
    ]
    return {**shown, "in_stock": not counted or has_pieces, "variants": variants}
