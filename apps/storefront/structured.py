"""A product as search engines read it: JSON-LD of schema.org (Product, Offer, BreadcrumbList)."""

import json
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from apps.catalog.documents import Product
from apps.catalog.selectors import CategoryNode
from apps.common.money import money_json
from apps.platform.selectors import current_url
from apps.storefront.cards import Photo
from apps.storefront.paths import path_of
from apps.storefront.product_page import VariantView
from apps.tenancy.context import current_store

SUMMARY_LENGTH: Final = 160  # what search engines show
_SCHEMA = "https://schema.org/"
# Escapes characters, so that no text of a product can end the script element or begin a comment in it.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def product_json(
    product: Product,
    *,
    variants: list[VariantView],
    photos: list[Photo],
    node: CategoryNode | None,
    summary: str,
) -> SafeString:
    """The text of a `<script type="application/ld+json">`. It contains the data of the page; there are no reviews."""
    origin = current_url("")
    address = origin + path_of("product", product.link_slug)
    facts: dict[str, Any] = {
        "@type": "Product",
        "@id": address,
        "name": product.title,
        "url": address,
        "description": summary,
        "image": [origin + photo.src for photo in photos],
        "brand": {"@type": "Brand", "name": product.brand} if product.brand else None,
        "sku": variants[0].sku if len(variants) == 1 else None,
        "offers": [_offer(variant, address) for variant in variants],
    }
    graph = [
        {name: value for name, value in facts.items() if value},
        _crumbs(product, node, origin),
    ]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - escaped in the line above


def _offer(variant: VariantView, address: str) -> dict[str, Any]:
    price = money_json(variant.price_minor, current_store().currency)
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "price": price["amount"],
        "priceCurrency": price["currency"],
        "availability": _SCHEMA + _availability(variant),
        "url": f"{address}?variant={variant.id}",
    }


def _availability(variant: VariantView) -> str:
    if variant.state == "later":
        return "PreOrder" if variant.is_preorder else "BackOrder"
    return "InStock" if variant.can_be_bought else "OutOfStock"


def _crumbs(product: Product, node: CategoryNode | None, origin: str) -> dict[str, Any]:
    places = [(current_store().name, path_of("home"))]
    if node is not None:
        above = [*node.ancestors, (node.name, node.slug)]
        places += [(name, path_of("category", slug)) for name, slug in above]
    places.append((product.title, path_of("product", product.link_slug)))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": origin + path}
            for place, (name, path) in enumerate(places, start=1)
        ],
    }
