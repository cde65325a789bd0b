"""Products for tests, in one line each."""

import io
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import OptionInput, PriceInput, ProductInput, VariantInput


def price(minor: int, currency: str = "INR", compare_at: int | None = None) -> PriceInput:
    return PriceInput(currency=currency, amount_minor=minor, compare_at_minor=compare_at)


def variant(sku: str, minor: int | None = 10_000, **changes: Any) -> VariantInput:
    """A variant with one rupee price; `size="M"` is short for its only option."""
    size = changes.pop("size", None)
    values: dict[str, Any] = {
        "sku": sku,
        "prices": [price(minor)] if minor is not None else [],
        "option_values": {"Size": size} if size else {},
    }
    return VariantInput(**{**values, **changes})


def product_input(title: str = "Clay mug", **changes: Any) -> ProductInput:
    sku = title.upper().replace(" ", "-")
    values: dict[str, Any] = {"title": title, "variants": [variant(sku)], "status": "active"}
    return ProductInput(**{**values, **changes})


def sized_input(title: str, sizes: Mapping[str, int], **changes: Any) -> ProductInput:
    """A product with a variant per size, each at its price: `sized_input("Shirt", {"S": 900, "M": 950})`."""
    sku = title.upper().replace(" ", "-")
    return product_input(
        title,
        options=[OptionInput(name="Size", values=list(sizes))],
        variants=[variant(f"{sku}-{size}", minor, size=size) for size, minor in sizes.items()],
        **changes,
    )


def make_product(title: str = "Clay mug", **changes: Any) -> Product:
    return catalog.save_product(data=product_input(title, **changes))


def picture(
    width: int = 900, height: int = 600, kind: str = "JPEG", name: str = "photo.jpg", **save: Any
) -> ContentFile:
    """An upload with a real picture in it."""
    target = io.BytesIO()
    mode = "RGBA" if kind in ("PNG", "WEBP") else "RGB"
    Image.new(mode, (width, height), (180, 60, 40)).save(target, kind, **save)
    return ContentFile(target.getvalue(), name=name)
