"""A part of the product list. Visitors' lists are kept in the process's memory by the versions of catalog and search,
because visitors can ask in any number of ways; stock is read each time."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from bson import ObjectId
from django.utils.translation import gettext
from rest_framework.request import Request

from apps.catalog.api.presenting import counted_refs, present_summary
from apps.catalog.documents import Product, ProductStatus
from apps.catalog.errors import CategoryNotFound
from apps.catalog.selectors import (
    CategoryNode,
    find_places,
    list_category_nodes,
    list_query,
    read_products,
    shown_prices,
    spelled_words,
)
from apps.common.api.pagination import Part, page_link, slice_places
from apps.common.bounded_memory import BoundedMemory
from apps.common.errors import InvalidInput
from apps.common.money import parse_amount, to_minor
from apps.common.slugs import bare_slug, slug_key
from apps.inventory.selectors import get_availability
from apps.platform.selectors import current_url
from apps.prices.rules import NO_GROUPS, Groups
from apps.search.queries import RELEVANCE, Query
from apps.search.selectors import correct
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import Memory, cached_by_version

_MOST_ROWS: Final = 5_000  # about a kilobyte each

_parts: Memory = BoundedMemory(lambda: _MOST_ROWS, size_of=lambda kept: 1 + len(kept[1]["rows"]))


def list_page(
    *,
    request: Request,
    query: Mapping[str, Any],
    status: str | None,
    groups: Groups = NO_GROUPS,
) -> dict[str, Any]:
    """The answer of `GET products`, at the prices of these groups; sorted and filtered by everyone's. At most one document read and one query for the stock."""
    part = _read_part(query, status, current_url(""), groups)
    refs = sorted({ref for refs in part["counted"] for ref in refs})
    stock = get_availability(refs) if refs else {}
    results = [
        {**row, "in_stock": not counted or any(stock.get(ref, 0) > 0 for ref in counted)}
        for row, counted in zip(part["rows"], part["counted"], strict=True)
    ]
    return {
        "next": page_link(request, part["next"]),
        "previous": page_link(request, part["previous"]),
        "corrected": part["corrected"],
        "results": results,
    }


def find_category(key: str, *, include_inactive: bool = False) -> CategoryNode:
    """By id or slug; `CategoryNotFound` for anything else."""
    slug = slug_key(key)
    for node in list_category_nodes(include_inactive=include_inactive):
        if key == str(node.id) or slug == bare_slug(node.slug):
            return node
    raise CategoryNotFound


def _read_part(
    query: Mapping[str, Any], status: str | None, base: str, groups: Groups
) -> dict[str, Any]:
    if status != ProductStatus.ACTIVE or query.get("in_stock"):
        return _build_part(query, status, base, groups)  # these versions do not follow the stock
    return _keep_part(tuple(sorted(query.items())), status, base, groups)


@cached_by_version("catalog", "prices", "search", memory=_parts)
def _keep_part(
    query: tuple[tuple[str, Any], ...], status: str, base: str, groups: Groups
) -> dict[str, Any]:
    return _build_part(dict(query), status, base, groups)


def _build_part(
    query: Mapping[str, Any], status: str | None, base: str, groups: Groups
) -> dict[str, Any]:
    currency = current_store().currency
    part, rows, corrected = _read_rows(query, status, currency)
    prices = shown_prices(rows, currency, groups)
    return {
        "rows": [present_summary(row, prices, currency=currency, base=base) for row in rows],
        "counted": [counted_refs(row) for row in rows],
        "next": part.next,
        "previous": part.previous,
        "corrected": corrected,
    }


def _read_rows(
    query: Mapping[str, Any], status: str | None, currency: str
) -> tuple[Part, list[Product], str | None]:
    """One part, its products, and the words that took the place of misspelt ones: found as on the shop's pages."""
    sort = query.get("sort") or (RELEVANCE if query.get("q") else "newest")
    wanted = list_query(
        category=find_category(query["category"]) if query.get("category") else None,
        q=query.get("q"),
        currency=currency,
        price_min_minor=_minor(query, "price_min", currency),
        price_max_minor=_minor(query, "price_max", currency),
        labels=_labels(query.get("labels") or ""),
        is_available=query.get("in_stock", False),
        sort=sort,
        status=status,
    )
    if wanted is None:
        return Part([], None, None), [], None
    part = _slice(wanted, sort, query)
    meant = None if part.keys else correct(wanted)
    if meant is not None:
        part = _slice(meant[0], sort, query)
    rows = read_products(map(ObjectId, part.keys), status=status)
    return part, rows, spelled_words(meant[0].words, rows) if meant is not None else None


def _slice(wanted: Query, sort: str, query: Mapping[str, Any]) -> Part:
    return slice_places(
        partial(find_places, wanted, sort=sort),
        limit=query["limit"],
        cursor=query.get("cursor"),
        alias=sort,
    )


def _labels(text: str) -> dict[str, list[str]]:
    """`Size:M|Size:L|Brand:Loom`. Raises `InvalidInput`."""
    chosen: dict[str, list[str]] = {}
    for part in filter(None, text.split("|")):
        name, sign, value = part.partition(":")
        if not (name.strip() and sign and value.strip()):
            raise InvalidInput(
                fields={"labels": [gettext("Write names and values as Size:M|Size:L.")]}
            )
        chosen.setdefault(name.strip(), []).append(value.strip())
    return chosen


def _minor(query: Mapping[str, Any], name: str, currency: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        return to_minor(parse_amount(text, currency))
    except InvalidInput as error:
        raise InvalidInput(fields={name: [str(error)]}) from error
