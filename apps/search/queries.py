"""The queries of lists to the search index, and their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Searches count so many products and say "1,000+" for more; lists without words are counted up to the second number.
MOST_COUNTED = 1_000
MOST_LISTED = 10_000

# What a column of 64 bits holds: no price is beyond it, and other servers refuse a number that is.
MOST_MINOR = 2**63 - 1

RELEVANCE = "relevance"
SORTS = ("featured", "newest", "price_asc", "price_desc", "title")
PRICE_SORTS = ("price_asc", "price_desc")

# The value that an order sorts by, and the product's id: where a page ends and the next one begins.
Place = tuple[int | str | None, str]


@dataclass(frozen=True)
class Query:
    """One list. `words` come from `search_words`; `categories` are ids, any of which will do; of `labels`, a facet's name
    with the chosen values, each needs one. `status` None is every status. Prices are minor units of `currency`, `is_priced`
    leaves out what has none."""

    currency: str
    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    status: str | None = "active"
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    is_priced: bool = False
    is_available: bool = False

    def price_limits(self, least: str, most: str) -> dict[str, int]:
        """By the signs of a server, within 64 bits; empty without limits."""
        found = {least: self.price_min_minor, most: self.price_max_minor}
        return {
            sign: max(-MOST_MINOR, min(limit, MOST_MINOR))
            for sign, limit in found.items()
            if limit is not None
        }


@dataclass(frozen=True)
class FacetValue:
    value: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """Values of one name, the most frequent first, counted without the facet's own filter."""

    name: str
    values: tuple[FacetValue, ...]

    @property
    def products(self) -> int:
        """How often its values are counted; a product with two of them twice."""
        return sum(value.count for value in self.values)


@dataclass(frozen=True)
class Summary:
    """How many products a list has and of which kinds; `is_capped` when there are more, so that every count is a least.
    `priced` of them have a price in the store's currency. `first` are the best products by relevance, where the backend had
    them at hand."""

    total: int
    priced: int
    is_capped: bool
    facets: tuple[Facet, ...] = ()
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewEntry:
    """A product as the index takes it. `title`, `mentions` and `description` are texts, `codes` SKUs and barcodes,
    `labels` pairs of a facet's name and a value. `stock_refs` are the variants whose stock counts; none: always there."""

    id: str
    version: int
    status: str
    title: str
    slug: str
    position: int
    title_key: str
    prices: dict[str, int]
    price_minor: int | None
    mentions: Sequence[str] = ()
    description: str = ""
    codes: Sequence[str] = ()
    categories: Sequence[str] = ()
    labels: Sequence[tuple[str, str]] = ()
    stock_refs: Sequence[str] = ()


@dataclass(frozen=True)
class Suggestion:
    title: str
    slug: str
