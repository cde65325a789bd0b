"""Products as lists show them: plain values of a projection, because a whole document costs ten times as much to build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bson import ObjectId

from apps.catalog.documents import Image, Product
from apps.catalog.selectors.terms import price_by, terms_of_documents
from apps.common.clock import now
from apps.prices.rules import NO_GROUPS, NO_REDUCTION, Groups, Price, shown_reduction
from apps.prices.selectors import read_prior_prices
from apps.tenancy.documents.access import scoped_collection

_READ: Final = dict.fromkeys(
    [
        "title",
        "slug",
        "slug_spelling",
        "status",
        "brand",
        "is_digital",
        "is_gift_card",
        "images",
        "category_ids",
        "variants.id",
        "variants.is_active",
        "variants.prices",
    ],
    1,
)


@dataclass(frozen=True)
class ProductSummary:
    """`price_minor` and `compare_at_minor` are of the cheapest active variant, `has_range` says that others cost more.
    `prior_minor` is its lowest price of the 30 days before the present one, where the store names it.
    `counted_refs` are the variants whose stock decides whether it can be bought; none for digital products."""

    title: str
    slug: str
    brand: str
    image: Image | None
    price_minor: int | None
    compare_at_minor: int | None
    has_range: bool
    counted_refs: tuple[str, ...]
    prior_minor: int | None = None


def read_summaries(
    ids: Iterable[str], *, currency: str, status: str | None, groups: Groups = NO_GROUPS
) -> dict[str, ProductSummary]:
    """These products by their ids, at the prices of a buyer of these groups: one read, and what their terms cost. Those that
    are gone or have another status are left out."""
    wanted: dict[str, Any] = {"_id": {"$in": [ObjectId(key) for key in ids]}}
    if not wanted["_id"]["$in"]:
        return {}
    found = [
        document
        for document in scoped_collection(Product).find(wanted, _READ)
        if status is None or document["status"] == status
    ]
    terms, moment = terms_of_documents(found, currency), now()
    cheapest: dict[str, tuple[str, Price]] = {}
    ranges: set[str] = set()
    for document in found:
        prices = {
            variant["id"]: price_by(
                terms.get(variant["id"]),
                price["amount_minor"],
                price.get("compare_at_minor"),
                groups,
                1,
                moment,
            )
            for variant, price in _prices(document, currency)
        }
        if prices:
            key = str(document["_id"])
            cheapest[key] = min(prices.items(), key=lambda pair: pair[1].amount_minor)
            if len({price.amount_minor for price in prices.values()}) > 1:
                ranges.add(key)
    prior = read_prior_prices(dict(cheapest.values()), currency)
    return {
        key: _summary_of(document, cheapest.get(key), key in ranges, prior)
        for document in found
        if (key := str(document["_id"]))
    }


def _summary_of(
    document: Mapping[str, Any],
    cheapest: tuple[str, Price] | None,
    has_range: bool,
    prior: Mapping[str, int | None],
) -> ProductSummary:
    ref, price = cheapest or ("", None)
    shown = shown_reduction(price, prior, ref) if price else NO_REDUCTION
    images = document.get("images")
    active = [variant for variant in document.get("variants") or () if variant["is_active"]]
    return ProductSummary(
        title=document["title"],
        slug=document.get("slug_spelling") or document["slug"],
        brand=document.get("brand") or "",
        image=Image(**images[0]) if images else None,
        price_minor=price.amount_minor if price else None,
        compare_at_minor=shown.compare_at_minor,
        has_range=has_range,
        counted_refs=()
        if document.get("is_digital")
        else tuple(variant["id"] for variant in active),
        prior_minor=shown.prior_minor,
    )


def _prices(
    document: Mapping[str, Any], currency: str
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The active variants with their price."""
    for variant in document.get("variants") or ():
        if not variant["is_active"]:
            continue
        for price in variant.get("prices") or ():
            if price["currency"] == currency:
                yield variant, price
                break
