"""Products as lists show them: plain values of a projection, because a whole document costs ten times as much to build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson import ObjectId

from apps.catalog.documents import Image, Product
from apps.tenancy.documents.access import scoped_collection

_READ: Final = dict.fromkeys(
    [
        "title",
        "slug",
        "slug_spelling",
        "status",
        "brand",
        "is_digital",
        "images",
        "variants.id",
        "variants.is_active",
        "variants.prices",
    ],
    1,
)


@dataclass(frozen=True)
class ProductSummary:
    """`price_minor` and `compare_at_minor` are of the cheapest active variant, `has_range` says that others cost more.
    `counted_refs` are the variants whose stock decides whether it can be bought; none for digital products."""

    title: str
    slug: str
    brand: str
    image: Image | None
    price_minor: int | None
    compare_at_minor: int | None
    has_range: bool
    counted_refs: tuple[str, ...]


def read_summaries(
    ids: Iterable[str], *, currency: str, status: str | None
) -> dict[str, ProductSummary]:
    """These products by their ids: one read. Those that are gone or have another status are left out."""
    wanted: dict[str, Any] = {"_id": {"$in": [ObjectId(key) for key in ids]}}
    if not wanted["_id"]["$in"]:
        return {}
    found = scoped_collection(Product).find(wanted, _READ)
    return {
        str(document["_id"]): _summary_of(document, currency)
        for document in found
        if status is None or document["status"] == status
    }


def _summary_of(document: Mapping[str, Any], currency: str) -> ProductSummary:
    active = [variant for variant in document.get("variants") or () if variant["is_active"]]
    prices = list(_prices(active, currency))
    cheapest = min(prices, key=lambda price: price["amount_minor"], default=None)
    images = document.get("images")
    return ProductSummary(
        title=document["title"],
        slug=document.get("slug_spelling") or document["slug"],
        brand=document.get("brand") or "",
        image=Image(**images[0]) if images else None,
        price_minor=cheapest["amount_minor"] if cheapest else None,
        compare_at_minor=cheapest.get("compare_at_minor") if cheapest else None,
        has_range=len({price["amount_minor"] for price in prices}) > 1,
        counted_refs=()
        if document.get("is_digital")
        else tuple(variant["id"] for variant in active),
    )


def _prices(variants: Iterable[Mapping[str, Any]], currency: str) -> Iterator[Mapping[str, Any]]:
    for variant in variants:
        for price in variant.get("prices") or ():
            if price["currency"] == currency:
                yield price
                break
