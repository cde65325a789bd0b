"""Search in a list of products: the words of title, brand, tags and SKUs, titles first, a misspelt word forgiven.

The texts of a list are read once a catalog version and searched in memory, as its order is remembered (`ordering`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bson import ObjectId
from django.core.cache import cache
from django.db.models import QuerySet

from apps.catalog.documents import Product
from apps.catalog.selectors.ordering import (
    MAX_REMEMBERED,
    REMEMBER_SECONDS,
    SORTS,
    ProductOrder,
    is_within,
)
from apps.catalog.versions import get_catalog_version
from apps.common.text import words_of
from apps.common.typos import nearest_word

# The default order of search results: relevance, then the order of the list without a search.
RELEVANCE = "relevance"
_TOO_LONG = "too long"
_NOT_IN_TITLE = 3

# Key, position, title key, lowest price in the currency, search text.
_Text = tuple[ObjectId, int, str, int | None, str]


@dataclass(frozen=True)
class Found:
    """The products found, in order. `words` are those that were searched for, `is_corrected` when they are not those asked."""

    order: ProductOrder
    words: Sequence[str]
    is_corrected: bool = False


def search_list(
    products: QuerySet[Product],
    words: Sequence[str],
    *,
    name: str,
    currency: str,
    sort: str,
    price_min_minor: int | None = None,
    price_max_minor: int | None = None,
    is_forgiving: bool = False,
) -> Found | None:
    """Those that have every word, or a word that it is part of; None for a list of more than `MAX_REMEMBERED`.

    `products` is the list without order and price range, `name` says which one it is. `is_forgiving`: where nothing
    has the words, a word that is nowhere in the list is taken for the nearest one.
    """
    texts = _read_texts(
        products, f"catalog:texts:{get_catalog_version()}:{name}:{currency}", currency
    )
    if texts is None:
        return None
    found, is_corrected = _having(texts, words), False
    if not found and is_forgiving:
        meant = _corrected(words, texts)
        found, is_corrected = _having(texts, meant) if meant else [], bool(meant)
        words = meant or words
    if price_min_minor is not None or price_max_minor is not None:
        found = [row for row in found if is_within(row[3], price_min_minor, price_max_minor)]
    return Found(_in_order(found, words, sort), words, is_corrected)


def spelled_words(words: Iterable[str], products: Iterable[Product]) -> str:
    """Folded words as the products write them: `Kulhad`, not `kulhad`."""
    spellings: dict[str, str] = {}
    for product in products:
        for text in (product.title, product.brand, *product.tags):
            for part in text.split():
                spellings.setdefault(" ".join(words_of(part)), part.strip('.,;:!?()[]"“”„«»'))
    return " ".join(spellings.get(word, word) for word in words)


def _read_texts(products: QuerySet[Product], key: str, currency: str) -> list[_Text] | None:
    remembered: list[_Text] | str | None = cache.get(key)
    if remembered is None:
        fields = products.values_list("pk", "position", "title_key", "price_from", "search_text")
        read = list(fields[: MAX_REMEMBERED + 1])
        remembered = [
            (pk, position, title, (prices or {}).get(currency), text)
            for pk, position, title, prices, text in read
        ]
        if len(read) > MAX_REMEMBERED:
            remembered = _TOO_LONG
        cache.set(key, remembered, timeout=REMEMBER_SECONDS)
    return remembered if isinstance(remembered, list) else None


def _having(texts: Sequence[_Text], words: Sequence[str]) -> list[_Text]:
    return [row for row in texts if all(word in row[4] for word in words)]


def _corrected(words: Sequence[str], texts: Sequence[_Text]) -> list[str]:
    """The words that were meant; nothing where one of them is near to none."""
    known = Counter(word for row in texts for word in row[4].split())
    meant = [
        word if any(word in row[4] for row in texts) else nearest_word(word, known)
        for word in words
    ]
    return meant if all(meant) and meant != list(words) else []


def _in_order(found: Sequence[_Text], words: Sequence[str], sort: str) -> ProductOrder:
    if sort == RELEVANCE:
        ranked = sorted(
            (_rank(words, row[2]), SORTS["featured"].key(row[1], row[0]), row[0]) for row in found
        )
        packed = b"".join(product_id.binary for _rank, _key, product_id in ranked)
        return ProductOrder(sort, packed, [rank for rank, _key, _id in ranked])
    return ProductOrder.of([row[:4] for row in found], sort)


def _rank(words: Sequence[str], title_key: str) -> int:
    """0 for a title that has every word; more for words that it only has as parts, most for those it does not have."""
    title = words_of(title_key)
    return sum(_rank_of(word, title) for word in words)


def _rank_of(word: str, title: Sequence[str]) -> int:
    if word in title:
        return 0
    if any(each.startswith(word) for each in title):
        return 1
    return 2 if any(word in each for each in title) else _NOT_IN_TITLE
