"""Products: checked as a whole, written as a whole, in one write guarded by `version`."""

from __future__ import annotations

from apps.catalog.documents import Product
from apps.catalog.inputs import ProductInput


def save_product(
    *, data: ProductInput, product: Product | None = None, expected_version: int | None = None
) -> Product:
    """Create or replace a product. Raises `InvalidProduct` with a path for every wrong value (`variants.2.sku`).

    `expected_version` is the version the editor saw (the given product's by default); when the stored one is
    another, `ProductChanged` and nothing is written. Pictures stay as they are.
    """
    raise NotImplementedError


def set_product_status(*, product: Product, status: str) -> Product:
    """Publish, hide or archive a product. Publishing needs a variant with a price."""
    raise NotImplementedError


def delete_product(*, product: Product) -> None:
    """Delete the product and its picture files. Orders keep what they copied. Repeatable."""
    raise NotImplementedError
