"""One product as a visitor sees it: kept in the process's memory by the catalog's version, stock read each time."""

from collections.abc import Mapping
from typing import Any, Final

from bson import ObjectId

from apps.catalog.api.presenting import Availability, counted_refs, present_product
from apps.catalog.documents import Product
from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors import get_product_by_id, shown_prices
from apps.common.bounded_memory import BoundedMemory
from apps.platform.selectors import current_url
from apps.prices.rules import NO_GROUPS, Groups
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import Memory, cached_by_version

_MOST_SHOWN: Final = 1_000

_shown: Memory = BoundedMemory(lambda: _MOST_SHOWN)


def show_to_visitor(
    product_id: str, availability: Availability, groups: Groups = NO_GROUPS
) -> dict[str, Any]:
    """At the prices of these groups. At most one document read (none if cached) and one query for the stock. Raises `ProductNotFound`."""
    if not ObjectId.is_valid(product_id):
        raise ProductNotFound
    part = _keep(ObjectId(product_id), current_url(""), groups)
    counted = part["counted"]
    return _with_stock(part["shown"], counted, availability(counted) if counted else {})


@cached_by_version("catalog", "bundles", "prices", memory=_shown)
def _keep(product_id: ObjectId, base: str, groups: Groups) -> dict[str, Any]:
    return _present(get_product_by_id(str(product_id), include_hidden=False), groups)


def show(product: Product, availability: Availability) -> dict[str, Any]:
    """A product that was just read: for staff, and for the response to a write."""
    part = _present(product)
    counted = part["counted"]
    return _with_stock(part["shown"], counted, availability(counted) if counted else {})


def _present(product: Product, groups: Groups = NO_GROUPS) -> dict[str, Any]:
    currency = current_store().currency
    prices = shown_prices([product], currency, groups)
    shown = present_product(product, prices, currency=currency, base=current_url(""))
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
