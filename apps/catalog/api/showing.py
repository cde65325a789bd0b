"""One product as a visitor sees it: kept in the process's memory by the catalog's version, stock read each time."""

from typing import Any, Final

from bson import ObjectId

from apps.catalog.api.presenting import counted_refs, present_product
from apps.catalog.documents import Product
from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors import get_product_by_id, shown_prices
from apps.common.bounded_memory import BoundedMemory
from apps.inventory.api.supplies import present_supply
from apps.inventory.selectors import NO_SUPPLY, get_supply
from apps.platform.selectors import current_url
from apps.prices.rules import NO_GROUPS, Groups
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import Memory, cached_by_version

_MOST_SHOWN: Final = 1_000

_shown: Memory = BoundedMemory(lambda: _MOST_SHOWN)


def show_to_visitor(product_id: str, groups: Groups = NO_GROUPS) -> dict[str, Any]:
    """At the prices of these groups. At most one document read (none if cached) and one query for the stock. Raises `ProductNotFound`."""
    if not ObjectId.is_valid(product_id):
        raise ProductNotFound
    part = _keep(ObjectId(product_id), current_url(""), groups)
    return _with_stock(part["shown"], part["counted"])


@cached_by_version("catalog", "bundles", "prices", memory=_shown)
def _keep(product_id: ObjectId, base: str, groups: Groups) -> dict[str, Any]:
    return _present(get_product_by_id(str(product_id), include_hidden=False), groups)


def show(product: Product) -> dict[str, Any]:
    """A product that was just read: for staff, and for the response to a write."""
    part = _present(product)
    return _with_stock(part["shown"], part["counted"])


def _present(product: Product, groups: Groups = NO_GROUPS) -> dict[str, Any]:
    currency = current_store().currency
    prices = shown_prices([product], currency, groups)
    shown = present_product(product, prices, currency=currency, base=current_url(""))
    return {"shown": shown, "counted": counted_refs(product)}


def _with_stock(shown: dict[str, Any], counted: list[str]) -> dict[str, Any]:
    supply = get_supply(counted) if counted else {}
    variants = [
        variant
        if shown["is_digital"]
        else {**variant, **present_supply(supply.get(variant["id"], NO_SUPPLY))}
        for variant in shown["variants"]
    ]
    can_be_had = any(each.sellable > 0 for each in supply.values())
    return {**shown, "in_stock": not counted or can_be_had, "variants": variants}
