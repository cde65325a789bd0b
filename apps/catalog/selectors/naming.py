"""Products as staff name them in forms of other apps: by the SKU of one of their variants."""

from __future__ import annotations

from collections.abc import Collection

from bson import ObjectId

from apps.catalog.derived import sku_key
from apps.catalog.documents import Product
from apps.tenancy.documents.access import scoped_collection


def find_products_by_sku(skus: Collection[str]) -> dict[str, str]:
    """The reference of the product with each of these SKUs, in any case; unknown ones are missing. One read."""
    by_key = {sku_key(sku): sku for sku in skus}
    if not by_key:
        return {}
    found = scoped_collection(Product).list_all({"sku_keys": {"$in": sorted(by_key)}})
    return {
        by_key[key]: str(product.pk)
        for product in found
        for key in product.sku_keys
        if key in by_key
    }


def skus_of_products(product_refs: Collection[str]) -> dict[str, str]:
    """The first SKU of each of these products; deleted ones are missing. One read."""
    ids = [ObjectId(ref) for ref in product_refs if ObjectId.is_valid(ref)]
    if not ids:
        return {}
    found = scoped_collection(Product).list_all({"_id": {"$in": ids}})
    return {str(product.pk): product.skus[0] for product in found if product.skus}
