"""Keeps the search index right: products as entries, written after each change and all at once when asked.

A mark in the store's SQL goes before each change of a document and is taken off when the entry is written, so that
nothing a crash interrupts is forgotten: `renew_marked` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from bson import ObjectId
from django.db import IntegrityError
from django.utils.html import strip_tags

from apps.catalog.documents import Product
from apps.catalog.selectors.categories import list_category_nodes
from apps.catalog.selectors.terms import read_public_prices
from apps.catalog.versions import bump_catalog_version
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.events import services as events
from apps.prices import services as prices
from apps.prices.models import Repricing
from apps.prices.services import record_prices
from apps.prices.services.history import PublicPrice
from apps.search import services as search
from apps.search.queries import NewEntry
from apps.search.selectors import has_entries, list_entry_ids
from apps.tenancy.context import current_store
from apps.tenancy.documents.access import scoped_collection

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
        _put([saved])
        _tell([saved.pk])
    search.take_marks_off(marks)
    return saved


def _tell(ids: Collection[ObjectId], topic: str = "product.changed") -> None:
    """News for those who want them, while the products are still marked: after a crash a sweep repeats both."""
    if ids and events.is_heard(topic):
        with events.transaction_with_wake_up():
            for key in ids:
                events.emit(topic=topic, key=str(key), payload={"product_id": str(key)})


def delete_indexed(key: ObjectId, delete: Callable[[], int]) -> int:
    """Delete one product and its entry. The mark stays for a sweep: a slow writer may put the entry back meanwhile."""
    search.mark_stale([str(key)])
    deleted = delete()
    search.remove_entries([str(key)])
    if deleted:
        _tell([key], "product.deleted")
    return deleted


def _put(
    products: Sequence[Product],
    *,
    copied: bool = True,
    at: datetime | None = None,
    cause: str = "",
) -> list[NewEntry]:
    """Write the entries of these products at everyone's present prices, and what has changed of those into the history: it
    applies from `at` on, otherwise from now."""
    public = read_public_prices(products)
    lowest = _lowest_of(products, public)
    entries = [entry_of(product, lowest.get(str(product.pk), {})) for product in products]
    search.put_entries(entries, copied=copied)
    record_prices(public, at=at or now(), cause=cause)
    return entries


def _lowest_of(
    products: Sequence[Product], public: Sequence[PublicPrice]
) -> dict[str, dict[str, int]]:
    """By product and currency, what the cheapest active variant costs everyone."""
    active = {variant.id for product in products for variant in product.active_variants}
    amounts = {(each.variant_ref, each.currency): each for each in public}
    found: dict[str, dict[str, int]] = {}
    for each in amounts.values():
        if each.variant_ref in active and each.shown_minor is not None:
            own = found.setdefault(each.product_ref, {})
            own[each.currency] = min(own.get(each.currency, each.shown_minor), each.shown_minor)
    return found


@contextmanager
def kept_in_index(ids: Collection[ObjectId]) -> Iterator[None]:
    """Around a change of many products: their entries are written when the block ends well, by a sweep otherwise."""
    marks = search.mark_stale([str(key) for key in ids])
    yield
    index_products(ids)
    search.take_marks_off(marks)


def index_products(
    ids: Collection[ObjectId], *, at: datetime | None = None, cause: str = ""
) -> None:
    """Read these products and write their entries; those that are gone are taken out. Repeatable. `at` and `cause`: when
    and why their prices have changed."""
    for batch in _batches(list(ids)):
        products = list(Product.objects.filter(pk__in=batch))
        _put(products, at=at, cause=cause)
        _tell([product.pk for product in products])
        gone = set(batch) - {product.pk for product in products}
        if gone:
            search.remove_entries(str(key) for key in gone)


def entry_of(product: Product, prices: dict[str, int] | None = None) -> NewEntry:
    """`prices`: by currency, what its cheapest variant costs everyone; read unless given."""
    if prices is None:
        public = read_public_prices([product])
        prices = _lowest_of([product], public).get(str(product.pk), {})
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


def follow_prices() -> int:
    """Sales and lists that have begun, ended or been changed: write the entries of their goods again, with the moment of the
    change in the history; the number of changes. A crash leaves a change undone, and it is done again."""
    due = prices.list_due()
    for row in due:
        ids = _goods_of(row)
        for start in range(0, len(ids), BATCH):
            index_products(ids[start : start + BATCH], at=row.due_at, cause=row.cause)
        prices.settle(row)
    if due:
        bump_catalog_version()
    return len(due)


def begin_price_history() -> int:
    """A store without a history, such as one of an older release: its prices apply from now on. The number of products."""
    if prices.has_history():
        return 0
    count = 0
    for products in _all_products():
        record_prices(read_public_prices(products), at=now())
        count += len(products)
    return count


def _goods_of(row: Repricing) -> list[ObjectId]:
    products = scoped_collection(Product)
    if not (row.product_refs or row.category_refs or row.variant_refs):
        return [each["_id"] for each in products.find({}, {"_id": 1})]
    below = set(row.category_refs)
    for node in list_category_nodes(include_inactive=True):
        if node.parent_id is not None and str(node.parent_id) in below:
            below.add(str(node.id))  # parents come before their children
    found = {ObjectId(ref) for ref in row.product_refs if ObjectId.is_valid(ref)}
    for name, values in (
        ("category_ids", sorted(map(ObjectId, below))),
        ("variant_refs", sorted(row.variant_refs)),
    ):
        for start in range(0, len(values), _KEYS_AT_ONCE):
            part = {name: {"$in": values[start : start + _KEYS_AT_ONCE]}}
            found.update(each["_id"] for each in products.find(part, {"_id": 1}))
    return sorted(found)


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
        entries = _put(products, copied=False)
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
