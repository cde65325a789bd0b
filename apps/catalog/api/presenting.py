"""Products and categories as JSON, without their stock."""

from collections.abc import Mapping
from typing import Any

from django.core.files.storage import default_storage

from apps.catalog.documents import Category, Image, Product, Variant
from apps.catalog.selectors import CategoryNode, ShownPrice
from apps.common.money import money_json
from apps.inventory.bundles import read_bundles
from apps.prices.rules import Source

LIST_IMAGE_WIDTH = 640


def present_summary(
    product: Product, prices: Mapping[str, ShownPrice], *, currency: str, base: str
) -> dict[str, Any]:
    """A product in a list, without its stock; `prices` are by variant."""
    price = _cheapest(product, prices)
    return {
        "id": str(product.pk),
        "slug": product.link_slug,
        "title": product.title,
        "brand": product.brand,
        "status": product.status,
        "is_digital": product.is_digital,
        "is_gift_card": bool(product.is_gift_card),
        "category_ids": [str(pk) for pk in product.category_ids],
        "tags": list(product.tags),
        **_price_json(price, currency),
        "image": _picture(product.images[0], base) if product.images else None,
    }


def counted_refs(product: Product) -> list[str]:
    """The variants whose stock decides whether the product can be bought; none for digital ones."""
    return [] if product.is_digital else [variant.id for variant in product.active_variants]


def present_product(
    product: Product, prices: Mapping[str, ShownPrice], *, currency: str, base: str
) -> dict[str, Any]:
    """Everything about a product except its stock, which `showing.py` adds."""
    return {
        **present_summary(product, prices, currency=currency, base=base),
        "in_stock": True,
        "description": product.description,
        "options": [{"name": o.name, "values": list(o.values)} for o in product.options],
        "variants": [
            _variant(product, v, prices.get(v.id), currency, base) for v in product.variants
        ],
        "images": [present_image(image, base) for image in product.images],
        "attributes": dict(product.attributes),
        "tax_class": product.tax_class,
        "hsn_code": product.hsn_code or "",
        "shipping_profile": product.shipping_profile or "",
        "own_from": _amount(product.own_from_minor, currency),
        "own_to": _amount(product.own_to_minor, currency),
        "position": product.position,
        "seo_title": product.seo_title,
        "seo_description": product.seo_description,
        "version": product.version,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
    }


def present_image(image: Image, base: str) -> dict[str, Any]:
    return {
        **_picture(image, base),
        "id": image.id,
        "width": image.width,
        "height": image.height,
        "renditions": {
            width: _address(entry["file"], base) for width, entry in image.renditions.items()
        },
    }


def present_category(category: Category | CategoryNode) -> dict[str, Any]:
    key = category.id if isinstance(category, CategoryNode) else category.pk
    return {
        "id": str(key),
        "parent_id": str(category.parent_id) if category.parent_id else None,
        "name": category.name,
        "slug": category.slug if isinstance(category, CategoryNode) else category.link_slug,
        "description": category.description,
        "position": category.position,
        "is_active": category.is_active,
        "seo_title": category.seo_title,
        "seo_description": category.seo_description,
    }


def present_node(node: CategoryNode) -> dict[str, Any]:
    """A category with all below it."""
    return {**present_category(node), "children": [present_node(child) for child in node.children]}


def _variant(
    product: Product, variant: Variant, shown: ShownPrice | None, currency: str, base: str
) -> dict[str, Any]:
    image = product.image_of(variant)
    return {
        "id": variant.id,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "title": variant.title,
        "option_values": dict(variant.option_values),
        **_price_json(shown, currency),
        "tiers": [
            {"min_quantity": step.min_quantity, "price": money_json(step.amount_minor, currency)}
            for step in (shown.tiers if shown else ())
        ],
        "prices": [
            {
                **money_json(each.amount_minor, each.currency),
                "compare_at": _amount(each.compare_at_minor, each.currency),
            }
            for each in variant.prices
        ],
        "available": None,
        "backorder": None,
        "preorder": None,
        "weight_grams": variant.weight_grams,
        "parts": [
            {"variant_id": part.variant_ref, "quantity": part.quantity}
            for part in read_bundles().get(variant.id, ())
        ],
        "is_active": variant.is_active,
        "image_id": variant.image,
        "min_quantity": variant.quantity_rule.minimum,
        "max_quantity": variant.max_quantity,
        "quantity_step": variant.quantity_rule.step,
        "image": _picture(image, base) if image else None,
    }


def _price_json(shown: ShownPrice | None, currency: str) -> dict[str, Any]:
    """What the buyer pays for a piece, and what it is compared with."""
    is_sale = shown is not None and shown.price.source == Source.SALE
    return {
        "price": money_json(shown.amount_minor, currency) if shown else None,
        "compare_at": _money(shown.compare_at_minor if shown else None, currency),
        "prior_price": _money(shown.prior_minor if shown else None, currency),
        "sale": {"name": shown.price.name, "ends_at": shown.price.until}
        if shown and is_sale
        else None,
    }


def _cheapest(product: Product, prices: Mapping[str, ShownPrice]) -> ShownPrice | None:
    found = [prices[each.id] for each in product.active_variants if each.id in prices]
    return min(found, key=lambda shown: shown.amount_minor, default=None)


def _money(minor: int | None, currency: str) -> dict[str, str] | None:
    return None if minor is None else money_json(minor, currency)


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else money_json(minor, currency)["amount"]


def _picture(image: Image, base: str) -> dict[str, str]:
    return {"url": _address(image.file_for(LIST_IMAGE_WIDTH), base), "alt": image.alt}


def _address(name: str, base: str) -> str:
    url = default_storage.url(name)
    return f"{base}{url}" if url.startswith("/") else url
