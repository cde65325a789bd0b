"""Lines of a basket, rates and a shipping method for the arithmetic of orders."""

from decimal import Decimal
from typing import Any

from apps.catalog.selectors import SaleableLine
from apps.pricing.models import ShippingMethod
from apps.pricing.rules import AppliedRate
from apps.pricing.services import BasketLine

GST = AppliedRate("GST", Decimal(18), ("CGST", "SGST"))
REDUCED = AppliedRate("GST", Decimal(5), ("CGST", "SGST"))


def method(amount: int = 4900, free_above: int | None = None, **changes: Any) -> ShippingMethod:
    values = {"code": "standard", "currency": "INR", "amount_minor": amount, **changes}
    return ShippingMethod(free_above_minor=free_above, **values)


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
