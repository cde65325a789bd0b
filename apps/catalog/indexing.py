"""Keeps the search index right: products as entries, written after each change and all at once when asked.

A mark in the store's SQL goes before each change of a document and is taken off when the entry is written, so that
nothing a crash interrupts is forgotten: `renew_marked` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from bson import ObjectId
from django.db import IntegrityError
from django.utils.html import strip_tags

from apps.catalog.documents import Product
from apps.catalog.versions import bump_catalog_version
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.search import services as search
from apps.search.queries import NewEntry
from apps.search.selectors import has_entries, list_entry_ids
from apps.tenancy.context import current_store

BATCH: Final = 500
# The embedded documents server scans for a longer list of keys.
_KEYS_AT_ONCE: Final = 50
_ID_LENGTH: Final = 24
_LONGEST_LABEL: Final = 60
_MOST_LABELS: Final = 300
BRAND: Final = "Brand"


def save_indexed(key: ObjectId, write: Callable[[], Product | None]) -> Product | None:
    """Write one product and its entry. `write` answers the product as stored, None when nothing was written.

    Call `bump_catalog_version` afterwards.
    """
    marks = search.mark_stale([str(key)])
    try:
        saved = write()
    except (
        DomainError,
        IntegrityError,
    ):  # refused; after any other error the product may be written
        search.take_marks_off(marks)
        raise
    if saved is not None:
        search.put_entries([entry_of(saved)])
    search.take_marks_off(marks)
    return saved


def delete_indexed(key: ObjectId, delete: Callable[[], int]) -> int:
    """Delete one product and its entry. The mark stays for a sweep: a slow writer may put the entry back meanwhile."""
    search.mark_stale([str(key)])
    deleted = delete()
    search.remove_entries([str(key)])
    return deleted


@contextmanager
def kept_in_index(ids: Collection[ObjectId]) -> Iterator[None]:
    """Around a change of many products: their entries are written when the block ends well, by a sweep otherwise."""
    marks = search.mark_stale([str(key) for key in ids])
    yield
    index_products(ids)
    search.take_marks_off(marks)


def index_products(ids: Collection[ObjectId]) -> None:
    """Read these products and write their entries; those that are gone are taken out. Repeatable."""
    for batch in _batches(list(ids)):
        products = list(Product.objects.filter(pk__in=batch))
        search.put_entries([entry_of(product) for product in products])
        gone = set(batch) - {product.pk for product in products}
        if gone:
            search.remove_entries(str(key) for key in gone)


def entry_of(product: Product) -> NewEntry:
    prices = dict(product.price_from)
    return NewEntry(
        id=str(product.pk),
        version=product.version,
        status=product.status,
        title=product.title,
        slug=product.link_slug,
        position=product.position,
        title_key=product.title_key,
        prices=prices,
        price_minor=prices.get(current_store().currency),
        mentions=[product.brand, *product.tags, *_values_of(product)],
        description=strip_tags(product.description.replace("<", " <")),
        codes=[code for v in product.variants for code in (v.sku, v.barcode) if code],
        categories=[str(key) for key in product.category_ids],
        labels=list(dict.fromkeys(_labels_of(product)))[:_MOST_LABELS],
        stock_refs=[] if product.is_digital else [v.id for v in product.active_variants],
    )


def renew_marked() -> int:
    """Write what a crash left unwritten; the number of marks that were settled."""
    marks = search.list_left_marks()
    if not marks:
        return 0
    products = [ObjectId(mark.ref) for mark in marks if len(mark.ref) == _ID_LENGTH]
    index_products(list(dict.fromkeys(products)))
    search.renew_availability(mark.ref for mark in marks if len(mark.ref) != _ID_LENGTH)
    search.take_marks_off(marks)
    bump_catalog_version()
    return len(marks)


def fill_empty_index() -> int:
    """Make the index of a store that has products and no entries, such as one of an older release."""
    if has_entries() or not Product.objects.exists():
        return 0
    return rebuild_index()


def rebuild_index() -> int:
    """Write the entry of every product and delete all others; the number of products.

    Old entries answer until the new ones stand. Repeatable, also while products are changed: an older version never
    overwrites a newer one. `search.rebuild_copy`, or the sweep, makes the copy of
    the store's search backend from it.
    """
    started, count = now(), 0
    words: set[str] = set()
    there: set[str] = set()
    for products in _all_products():
        entries = [entry_of(product) for product in products]
        search.put_entries(entries, copied=False)
        words.update(*map(search.words_of_entry, entries))
        there.update(entry.id for entry in entries)
        count += len(entries)
    _remove_gone(there)
    search.forget_words(added_before=started, kept=frozenset(words))
    search.take_marks_off(search.list_left_marks(before=started))
    bump_catalog_version()
    return count


def _remove_gone(there: set[str]) -> None:
    """Products that came meanwhile are asked for once more."""
    last = ""
    while ids := list_entry_ids(after=last, most=BATCH):
        last = ids[-1]
        unseen = [ObjectId(key) for key in ids if key not in there]
        if unseen:
            index_products(unseen)


def _all_products() -> Iterator[list[Product]]:
    """One cursor over the store, in no order: each product that is there from the beginning to the end comes once."""
    batch: list[Product] = []
    for product in Product.objects.iterator(chunk_size=BATCH):
        batch.append(product)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _values_of(product: Product) -> list[str]:
    chosen = [value for option in product.options for value in option.values]
    return [*chosen, *(text for _name, text in _attributes_of(product))]


def _labels_of(product: Product) -> Iterator[tuple[str, str]]:
    """What facets show: the brand, the options of active variants, short attributes."""
    if product.brand:
        yield BRAND, product.brand
    for variant in product.active_variants:
        yield from variant.option_values.items()
    yield from (pair for pair in _attributes_of(product) if len(pair[1]) <= _LONGEST_LABEL)


def _attributes_of(product: Product) -> Iterator[tuple[str, str]]:
    for name, value in product.attributes.items():
        for one in value if isinstance(value, list) else [value]:
            if one != "" and isinstance(one, str | int | float) and not isinstance(one, bool):
                yield name, str(one)


def _batches(ids: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(ids), _KEYS_AT_ONCE):
        yield list(ids[start : start + _KEYS_AT_ONCE])
