"""Products for pages and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from django.db.models import QuerySet

from apps.catalog.documents import Category, Product, ProductStatus
from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors.categories import CategoryNode, list_category_nodes
from apps.catalog.selectors.ordering import ProductOrder, read_order
from apps.catalog.selectors.searching import RELEVANCE, Found, search_list, spelled_words
from apps.common.slugs import slug_key
from apps.common.text import words_of
from apps.tenancy.context import current_store

MAX_PER_PAGE = 100
MAX_QUERY_WORDS = 6

_SORTS = {
    "featured": ("position", "-pk"),
    "newest": ("-pk",),
    "title": ("title_key", "pk"),
}
SORTS = ("featured", "newest", "price_asc", "price_desc", "title")


class _Asked(TypedDict):
    """The filters of a list, without the search words."""

    category: Category | CategoryNode | None
    include_descendants: bool
    currency: str
    price_min_minor: int | None
    price_max_minor: int | None
    status: str | None


@dataclass(frozen=True)
class Page:
    """One page of products. `page` is never past the last one; an empty list has one empty page.

    `instead` are the words that were searched for where nothing has those that were asked.
    """

    items: list[Product]
    total: int
    page: int
    pages: int
    instead: str = ""

    def __iter__(self) -> Iterator[Product]:
        return iter(self.items)

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def has_previous(self) -> bool:
        return self.page > 1


def get_product(slug: str, *, include_hidden: bool = False) -> Product:
    """The product at that address: one read. Drafts and archived ones only with `include_hidden`."""
    product = Product.objects.filter(slug=slug_key(slug)).first()
    return _visible(product, include_hidden)


def get_product_by_id(product_id: Any, *, include_hidden: bool = True) -> Product:
    """One read by id. Anything that is not an id is simply not found."""
    if not ObjectId.is_valid(product_id):
        raise ProductNotFound
    return _visible(Product.objects.filter(pk=ObjectId(product_id)).first(), include_hidden)


def _visible(product: Product | None, include_hidden: bool) -> Product:
    if product is None or not (include_hidden or product.is_active):
        raise ProductNotFound
    return product


def filter_products(
    *,
    category: Category | CategoryNode | None = None,
    include_descendants: bool = True,
    q: str | None = None,
    currency: str | None = None,
    price_min_minor: int | None = None,
    price_max_minor: int | None = None,
    status: str | None = ProductStatus.ACTIVE,
) -> QuerySet[Product]:
    """The products that fit, in no order, not read yet. `status` None means every status.

    A price range needs `currency` and speaks of the cheapest active variant.
    """
    products = Product.objects.all()
    if status is not None:
        products = products.filter(status=status)
    if category is not None:
        products = products.filter(
            category_ids__overlap=_category_ids(category, include_descendants)
        )
    products = search_products(products, q or "")
    if currency and price_min_minor is not None:
        products = products.filter(**{f"price_from__{currency}__gte": price_min_minor})
    if currency and price_max_minor is not None:
        products = products.filter(**{f"price_from__{currency}__lte": price_max_minor})
    return products


def search_products(products: QuerySet[Product], q: str) -> QuerySet[Product]:
    """Those that have every word of `q`, or part of one, in title, brand, tags or SKUs: without case, accents, joiners and
    hyphens, as `search_text` is written. Nothing is found by signs alone."""
    words = words_of(q)
    if not words:
        return products.none() if q.strip() else products
    for word in words[:MAX_QUERY_WORDS]:
        products = products.filter(search_text__regex=re.escape(word))
    return products


def find_variant_refs(q: str, *, most: int = 500) -> list[str]:
    """The variants of the products that `search_products` finds, whatever their status: for searches of staff."""
    found = search_products(Product.objects.all(), q).order_by("-id")
    return [ref for product in found[:most] for ref in product.variant_refs]


def find_skus(q: str, *, most: int = 500) -> list[str]:
    """The SKUs of the products in whose title or SKUs each word of `q` begins a word, whatever their status."""
    words = words_of(q)
    found = search_products(Product.objects.all(), q).order_by("-id")[:most] if words else []
    return [
        sku
        for product in found
        if _begin_words(words, [product.title, *product.skus])
        for sku in product.skus
    ]


def _begin_words(words: list[str], texts: list[str]) -> bool:
    there = f" {' '.join(words_of(' '.join(texts)))}"
    return all(f" {word}" in there for word in words)


def list_products(
    *,
    category: Category | CategoryNode | None = None,
    include_descendants: bool = True,
    q: str | None = None,
    currency: str | None = None,
    price_min_minor: int | None = None,
    price_max_minor: int | None = None,
    sort: str = "featured",
    page: int = 1,
    per_page: int = 24,
    status: str | None = ProductStatus.ACTIVE,
) -> Page:
    """One page of products in at most two reads: the order, once a catalog version, and the page.

    `currency` is the store's unless given. An unknown sort is `featured`, a search can be sorted by `relevance`; a page
    out of range is the nearest one. Sorting by price leaves out what has no price in the currency.
    """
    words = words_of(q or "")
    asked: _Asked = {
        "category": category,
        "include_descendants": include_descendants,
        "currency": currency or current_store().currency,
        "price_min_minor": price_min_minor,
        "price_max_minor": price_max_minor,
        "status": status,
    }
    sort = sort if sort in SORTS or (words and sort == RELEVANCE) else "featured"
    per_page = max(1, min(per_page, MAX_PER_PAGE))
    order, instead = _remembered_order(words, q or "", sort, asked)
    if order is not None:
        pages, page, start = _cut(len(order), page, per_page)
        items = read_products(order.ids(start, start + per_page), status=status)
        meant = spelled_words(instead, items)
        return Page(items=items, total=len(order), page=page, pages=pages, instead=meant)
    sort = sort if sort in SORTS else "featured"
    found = _ordered(filter_products(q=q, **asked), sort, asked["currency"])
    return _read_page(found, page, per_page)


def _remembered_order(
    words: list[str], q: str, sort: str, asked: _Asked
) -> tuple[ProductOrder | None, Sequence[str]]:
    """The order of the list or of what is found in it, and the words that were searched for instead of those asked."""
    if not words:
        return (None if q.strip() else read_product_order(sort=sort, **asked)), ()
    found = read_search(words=words, sort=sort, is_forgiving=True, **asked)
    if found is None:
        return None, ()
    return found.order, found.words if found.is_corrected else ()


def _read_page(ordered: QuerySet[Product], page: int, per_page: int) -> Page:
    total = ordered.count()
    pages, page, start = _cut(total, page, per_page)
    items = list(ordered[start : start + per_page]) if total else []
    return Page(items=items, total=total, page=page, pages=pages)


def read_product_order(
    *,
    category: Category | CategoryNode | None = None,
    include_descendants: bool = True,
    currency: str,
    price_min_minor: int | None = None,
    price_max_minor: int | None = None,
    sort: str,
    status: str | None,
) -> ProductOrder | None:
    """The remembered order of a list without a search; None for one that is too long to be remembered."""
    products = filter_products(
        category=category, include_descendants=include_descendants, status=status
    )
    place = f"{category.slug}:{include_descendants}" if category else ""
    return read_order(
        products,
        name=f"{place}:{status}",
        currency=currency,
        sort=sort,
        price_min_minor=price_min_minor,
        price_max_minor=price_max_minor,
    )


def read_search(
    *,
    words: Sequence[str],
    category: Category | CategoryNode | None = None,
    include_descendants: bool = True,
    currency: str,
    price_min_minor: int | None = None,
    price_max_minor: int | None = None,
    sort: str,
    status: str | None,
    is_forgiving: bool = False,
) -> Found | None:
    """What is found in a list, in order: at most one read, none while the texts of the catalog version are remembered.
    None for a list that is too long to be remembered."""
    products = filter_products(
        category=category, include_descendants=include_descendants, status=status
    )
    place = f"{category.slug}:{include_descendants}" if category else ""
    return search_list(
        products,
        words[:MAX_QUERY_WORDS],
        name=f"{place}:{status}",
        currency=currency,
        sort=sort,
        price_min_minor=price_min_minor,
        price_max_minor=price_max_minor,
        is_forgiving=is_forgiving,
    )


def read_products(ids: list[ObjectId], *, status: str | None) -> list[Product]:
    """These products in this order: one read. What was hidden or deleted a moment ago is left out."""
    if not ids:
        return []
    found = {product.pk: product for product in Product.objects.filter(pk__in=ids)}
    there = [found[product_id] for product_id in ids if product_id in found]
    return [product for product in there if status is None or product.status == status]


def count_product_addresses() -> int:
    """How many products are on sale. One command, by an index."""
    return Product.objects.filter(status=ProductStatus.ACTIVE).count()


def list_product_addresses(start: int, stop: int) -> list[tuple[str, datetime]]:
    """Slug and last change of the products on sale from one place in their order to another. One command."""
    found = Product.objects.filter(status=ProductStatus.ACTIVE).order_by(*_SORTS["featured"])
    rows = found.values_list("slug", "slug_spelling", "updated_at")[start:stop]
    return [(spelling or slug, changed_at) for slug, spelling, changed_at in rows]


def count_products_of_class(tax_class: str) -> int:
    """How many products have that tax class. Reads the whole store's products: for rare questions of staff."""
    return Product.objects.filter(tax_class=tax_class).count()


def _cut(total: int, page: int, per_page: int) -> tuple[int, int, int]:
    """Number of pages, the nearest page that exists, and its first row."""
    pages = max(1, -(-total // per_page))
    page = max(1, min(page, pages))
    return pages, page, (page - 1) * per_page


def _ordered(products: QuerySet[Product], sort: str, currency: str) -> QuerySet[Product]:
    if sort in ("price_asc", "price_desc"):
        sign = "-" if sort == "price_desc" else ""
        priced = products.filter(**{f"price_from__{currency}__gte": 0})
        return priced.order_by(f"{sign}price_from__{currency}", "pk")
    return products.order_by(*_SORTS[sort])


def _category_ids(category: Category | CategoryNode, include_descendants: bool) -> list[ObjectId]:
    own = ObjectId(str(category.pk if isinstance(category, Category) else category.id))
    if not include_descendants:
        return [own]
    node = next((node for node in list_category_nodes() if node.id == own), None)
    return [below.id for below in node.walk()] if node else [own]
