"""A line of a basket."""

from typing import Any

from apps.catalog.selectors import SaleableLine
from apps.pricing.services import BasketLine


def line(minor: int | None, quantity: int = 1, discount: int = 0, **changes: Any) -> BasketLine:
    values: dict[str, Any] = {
        "product_ref": "p",
        "variant_ref": f"v{minor}",
        "sku": "SKU",
        "title": "Mug",
        "variant_title": "",
        "unit_price_minor": minor,
        "compare_at_minor": None,
        "currency": "INR",
        "image_url": "",
        "tax_class": "standard",
        "weight_grams": 0,
        "is_digital": False,
        "slug": "mug",
        "is_saleable": True,
    }
    return BasketLine(SaleableLine(**{**values, **changes}), quantity, discount)
