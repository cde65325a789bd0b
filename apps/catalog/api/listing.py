"""One part of the product list. What visitors see is kept per catalog version; stock is read each time."""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypedDict

from django.core.cache import cache
from rest_framework.request import Request

from apps.catalog.api.presenting import Availability, counted_refs, present_summary
from apps.catalog.documents import Product, ProductStatus
from apps.catalog.errors import CategoryNotFound
from apps.catalog.selectors import (
    CategoryNode,
    catalog_version,
    filter_products,
    list_category_nodes,
    read_product_order,
    read_products,
    read_search,
)
from apps.catalog.selectors.ordering import ProductOrder
from apps.common.api.pagination import page_link, slice_rows, slice_sorted
from apps.common.errors import InvalidInput
from apps.common.money import parse_amount, to_minor
from apps.common.slugs import bare_slug, slug_key
from apps.common.text import words_of
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store

_SECONDS = 300
_ORDERS = {"newest": "-pk", "featured": "position", "title": "title_key"}


class _Limits(TypedDict):
    category: CategoryNode | None
    currency: str
    price_min_minor: int | None
    price_max_minor: int | None
    status: str | None


def list_page(
    *, request: Request, query: Mapping[str, Any], status: str | None, availability: Availability
) -> dict[str, Any]:
    """The answer of `GET products`: at most one document read and one query for the stock."""
    part = _read_part(query, status, current_url(""))
    refs = sorted({ref for refs in part["counted"] for ref in refs})
    stock = availability(refs) if refs else {}
    results = [
        {**row, "in_stock": not counted or any(stock.get(ref, 0) > 0 for ref in counted)}
        for row, counted in zip(part["rows"], part["counted"], strict=True)
    ]
    return {
        "next": page_link(request, part["next"]),
        "previous": page_link(request, part["previous"]),
        "results": results,
    }


def find_category(key: str, *, include_inactive: bool = False) -> CategoryNode:
    """By id or slug; `CategoryNotFound` for anything else."""
    slug = slug_key(key)
    for node in list_category_nodes(include_inactive=include_inactive):
        if key == str(node.id) or slug == bare_slug(node.slug):
            return node
    raise CategoryNotFound


def _read_part(query: Mapping[str, Any], status: str | None, base: str) -> dict[str, Any]:
    if status != ProductStatus.ACTIVE:
        return _build_part(query, status, base)
    facts = json.dumps([catalog_version(), base, sorted(query.items())], default=str)
    key = f"catalog:api:{blake2b(facts.encode(), digest_size=16).hexdigest()}"
    part: dict[str, Any] | None = cache.get(key)
    if part is None:
        part = _build_part(query, status, base)
        cache.set(key, part, timeout=_SECONDS)
    return part


def _build_part(query: Mapping[str, Any], status: str | None, base: str) -> dict[str, Any]:
    currency = current_store().currency
    rows, following, preceding = _read_rows(query, status, currency)
    return {
        "rows": [present_summary(row, currency=currency, base=base) for row in rows],
        "counted": [counted_refs(row) for row in rows],
        "next": following,
        "previous": preceding,
    }


def _read_rows(
    query: Mapping[str, Any], status: str | None, currency: str
) -> tuple[list[Product], str | None, str | None]:
    """The products of one part, and the cursors of the next and the previous one."""
    limits: _Limits = {
        "category": find_category(query["category"]) if query.get("category") else None,
        "currency": currency,
        "price_min_minor": _minor(query, "price_min", currency),
        "price_max_minor": _minor(query, "price_max", currency),
        "status": status,
    }
    sort, limit, cursor = query["sort"], query["limit"], query.get("cursor")
    words = words_of(query.get("q") or "")
    if words or not query.get("q"):
        order = _read_order(words, sort, limits)
        if order is not None:
            part = slice_sorted(order, limit=limit, cursor=cursor, alias=sort)
            rows = read_products(order.ids(part.start, part.stop), status=status)
            return rows, part.next, part.previous
    products = filter_products(q=query.get("q"), **limits)
    price = f"price_from__{currency}"
    if sort.startswith("price"):
        products = products.filter(**{f"{price}__gte": 0})
    order_by = {**_ORDERS, "price_asc": price, "price_desc": f"-{price}"}[sort]
    found = slice_rows(products, limit=limit, cursor=cursor, order=order_by, alias=sort)
    return found.rows, found.next, found.previous


def _read_order(words: Sequence[str], sort: str, limits: _Limits) -> ProductOrder | None:
    """None for a list that is too long to be remembered."""
    if not words:
        return read_product_order(sort=sort, **limits)
    found = read_search(words=words, sort=sort, **limits)
    return found.order if found is not None else None


def _minor(query: Mapping[str, Any], name: str, currency: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        return to_minor(parse_amount(text, currency))
    except InvalidInput as error:
        raise InvalidInput(fields={name: [str(error)]}) from error
