"""Lists of products: their order, counts and facets from the search index, the products by one document read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from bson import ObjectId

from apps.catalog.documents import Category, Product, ProductStatus
from apps.catalog.selectors.categories import CategoryNode, list_category_nodes
from apps.catalog.selectors.products import read_products
from apps.common.bounded_memory import BoundedMemory
from apps.common.search_words import search_words
from apps.search.asking import find_behind, find_page, is_long_list, summarize
from apps.search.queries import (
    MOST_COUNTED,
    PRICE_SORTS,
    RELEVANCE,
    SORTS,
    Facet,
    Place,
    Query,
    Summary,
)
from apps.search.selectors import correct, find_ids
from apps.search.understanding import Understood, understand
from apps.tenancy.context import current_store
from apps.tenancy.versioned_cache import Memory, cached_by_version

MAX_PER_PAGE = 100
MAX_QUERY_WORDS = 6
_MOST_SUMMARIES = 500  # with their facets some ten kilobytes each

_summaries: Memory = BoundedMemory(lambda: _MOST_SUMMARIES)


@dataclass(frozen=True)
class Found:
    """One page of a list as the index knows it. `page` is never past the last one; an empty list has one empty page.

    `instead` are the corrected search words, if nothing matches the requested ones. With `is_capped` there are
    more than `total` products, and counts of facets are at least so many.
    """

    ids: tuple[str, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    instead: str = ""
    is_capped: bool = False
    facets: tuple[Facet, ...] = ()

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def has_previous(self) -> bool:
        return self.page > 1


@dataclass(frozen=True)
class Page(Found):
    """The same with its products, without those that were hidden or deleted in between."""

    items: list[Product] = field(default_factory=list)

    def __iter__(self) -> Iterator[Product]:
        return iter(self.items)


class Filters(TypedDict, total=False):
    """What a list is narrowed by. `currency` is the store's unless given; of `labels`, a facet's name with its chosen
    values, each needs one."""

    category: Category | CategoryNode | None
    include_descendants: bool
    q: str | None
    currency: str | None
    price_min_minor: int | None
    price_max_minor: int | None
    labels: Mapping[str, Sequence[str]] | None
    is_available: bool
    status: str | None


def list_products(
    *, sort: str = "featured", page: int = 1, per_page: int = 24, **filters: Unpack[Filters]
) -> Page:
    """One page of products, found as `find_products` does, and one document read."""
    status = filters.get("status", ProductStatus.ACTIVE)
    found = find_products(sort=sort, page=page, per_page=per_page, **filters)
    items = read_products(map(ObjectId, found.ids), status=status)
    return Page(**vars(found), items=items)


def find_products(
    *, sort: str = "featured", page: int = 1, per_page: int = 24, **filters: Unpack[Filters]
) -> Found:
    """One page of a list without its products: at most three queries, one in a list without words or filters.

    An unknown sort is `featured`, a search can be sorted by `relevance`; a page out of range is the nearest one. Sorting by
    price leaves out what has no price in the currency. Where nothing has the words, misspelt ones are replaced by the
    nearest words of the store.
    """
    query = list_query(sort=sort, **filters)
    return Found() if query is None else find_list(query, sort=sort, page=page, per_page=per_page)


def find_list(query: Query, *, sort: str, page: int, per_page: int) -> Found:
    """The same for a query of `list_query`."""
    per_page = max(1, min(per_page, MAX_PER_PAGE))
    sort = sort if sort in SORTS or (query.words and sort == RELEVANCE) else "featured"
    understood = understand(query.words) if query.words else None
    summary, meant = _summary_of(query, understood), ""
    if not summary.total and query.words and (corrected := correct(query)):
        query, understood = corrected
        summary = summarize(query, understood)
        meant = " ".join(query.words)
    if not summary.total:
        return Found(facets=summary.facets)
    pages, page, start = _cut(summary.total, page, per_page)
    if sort == RELEVANCE and min(start + per_page, summary.total) <= len(summary.first):
        ids = list(summary.first[start : start + per_page])
    else:
        is_long = summary.total > MOST_COUNTED or summary.is_capped
        ids = find_page(query, understood, sort=sort, start=start, length=per_page, is_long=is_long)
    return Found(
        ids=tuple(ids),
        total=summary.total,
        page=page,
        pages=pages,
        instead=_spelled(meant.split(), ids) if meant else "",
        is_capped=summary.is_capped,
        facets=summary.facets,
    )


def list_query(*, sort: str = "featured", **filters: Unpack[Filters]) -> Query | None:
    """The list as the index is asked for it, of active products unless `status` says otherwise; None for a search of
    signs alone, which finds nothing."""
    q = filters.get("q") or ""
    words = search_words(q)[:MAX_QUERY_WORDS]
    if not words and q.strip():
        return None
    labels = filters.get("labels") or {}
    return Query(
        currency=filters.get("currency") or current_store().currency,
        words=tuple(words),
        categories=_category_ids(
            filters.get("category"), filters.get("include_descendants", True)
        ),
        labels=tuple((name, tuple(values)) for name, values in labels.items()),
        status=filters.get("status", ProductStatus.ACTIVE),
        price_min_minor=filters.get("price_min_minor"),
        price_max_minor=filters.get("price_max_minor"),
        is_priced=sort in PRICE_SORTS,
        is_available=filters.get("is_available", False),
    )  # fmt: skip


def find_places(
    query: Query, *, sort: str, place: Place | None, length: int, backwards: bool
) -> list[Place]:
    """The places in the order of a list behind one of them, as cursors hold them: one query, two for a search.

    Raises `TypeError` or `ValueError` for a place of another order.
    """
    understood = understand(query.words) if query.words else None
    sort = sort if query.words or sort != RELEVANCE else "newest"
    return find_behind(
        query,
        understood,
        sort=sort,
        place=place,
        length=length,
        backwards=backwards,
        is_long=is_long_list(query, understood),
    )


def find_variant_refs(q: str, *, most: int = 500) -> list[str]:
    """The variants of the products that a search finds, whatever their status: for searches of staff."""
    return [ref for product in _found(q, most) for ref in product.variant_refs]


def find_skus(q: str, *, most: int = 500) -> list[str]:
    """The SKUs of the products in whose title or SKUs each word of `q` begins a word, whatever their status."""
    words = search_words(q)
    return [
        sku
        for product in _found(q, most)
        if _begin_words(words, [product.title, *product.skus])
        for sku in product.skus
    ]


def find_product_ids(q: str, *, most: int = 1_000) -> list[ObjectId]:
    """The products of any status that a search of staff finds."""
    return [ObjectId(key) for key in find_ids(q, most=most)]


def spelled_words(words: Iterable[str], products: Iterable[Product]) -> str:
    """Folded words as the products write them: `Kulhad`, not `kulhad`."""
    spellings: dict[str, str] = {}
    for product in products:
        for text in (product.title, product.brand, *product.tags):
            for part in text.split():
                spellings.setdefault(" ".join(search_words(part)), part.strip('.,;:!?()[]"“”„«»'))
    return " ".join(spellings.get(word, word) for word in words)


def _spelled(words: list[str], ids: Iterable[str]) -> str:
    return spelled_words(words, read_products(map(ObjectId, ids), status=None))


def _found(q: str, most: int) -> list[Product]:
    return read_products(find_product_ids(q, most=most), status=None)


def _begin_words(words: list[str], texts: list[str]) -> bool:
    there = f" {' '.join(search_words(' '.join(texts)))}"
    return all(f" {word}" in there for word in words)


def _summary_of(query: Query, understood: Understood | None) -> Summary:
    """Counts and facets. Those of what visitors see are remembered until the index changes, whatever the sort and the page."""
    if query.status != ProductStatus.ACTIVE or query.currency != current_store().currency:
        return summarize(query, understood)
    plain = replace(query, is_priced=False)
    whole = Query(query.currency, categories=query.categories)
    summary = _summary_of_all(whole) if plain == whole else _summary_of_some(plain)
    return replace(summary, total=summary.priced) if query.is_priced else summary


@cached_by_version("catalog", "search")
def _summary_of_all(whole: Query) -> Summary:
    """Of every product of these categories. Stock that crosses zero changes it as well."""
    return summarize(whole, None)


@cached_by_version("catalog", "search", memory=_summaries)
def _summary_of_some(query: Query) -> Summary:
    """Of a search or a filtered list."""
    return summarize(query, understand(query.words) if query.words else None)


def _cut(total: int, page: int, per_page: int) -> tuple[int, int, int]:
    """Number of pages, the nearest page that exists, and its first row."""
    pages = max(1, -(-total // per_page))
    page = max(1, min(page, pages))
    return pages, page, (page - 1) * per_page


def _category_ids(
    category: Category | CategoryNode | None, include_descendants: bool
) -> tuple[str, ...]:
    if category is None:
        return ()
    own = ObjectId(str(category.pk if isinstance(category, Category) else category.id))
    node = None
    if include_descendants:
        node = next((node for node in list_category_nodes() if node.id == own), None)
    return tuple(str(below.id) for below in node.walk()) if node else (str(own),)
