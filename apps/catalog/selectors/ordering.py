"""Whole lists of products in order, remembered until the catalog changes.

Counting and sorting are the costly part of a page and are the same for all its neighbours. One read of a list serves
every sort, every page, every cursor and every price range of that catalog version.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from django.core.cache import cache
from django.db.models import QuerySet

from apps.catalog.documents import Product
from apps.catalog.versions import get_catalog_version

MAX_REMEMBERED = 5_000
REMEMBER_SECONDS = 10 * 60
_ID_BYTES = 12
_TOO_LONG = b"too long"

# A row of the list: its key, position, title key and lowest price in the currency.
_Row = tuple[ObjectId, int, str, int | None]
_SortKey = tuple[Any, ...]


@dataclass(frozen=True)
class Sort:
    """`value` is what a cursor holds beside the key; `key` orders by that value and the product's key."""

    value: Callable[[_Row], int | str | None]
    key: Callable[[Any, ObjectId], _SortKey]
    is_priced: bool = False


def _number(product_id: ObjectId) -> int:
    return int.from_bytes(product_id.binary, "big")


SORTS: dict[str, Sort] = {
    "featured": Sort(lambda row: row[1], lambda value, pk: (value, -_number(pk))),
    "newest": Sort(lambda row: None, lambda value, pk: (-_number(pk),)),
    "price_asc": Sort(lambda row: row[3], lambda value, pk: (value, _number(pk)), is_priced=True),
    "price_desc": Sort(lambda row: row[3], lambda value, pk: (-value, _number(pk)), is_priced=True),
    "title": Sort(lambda row: row[2], lambda value, pk: (value, _number(pk))),
}


@dataclass(frozen=True)
class ProductOrder:
    """The keys of a list in the order of one sort, and the values they are sorted by."""

    sort: str
    packed: bytes
    values: Sequence[int | str | None]

    @classmethod
    def of(cls, rows: Sequence[_Row], sort: str) -> ProductOrder:
        """Sorting by price leaves out what has no price."""
        return cls(sort, *_pack(rows, SORTS[sort]))

    def __len__(self) -> int:
        return len(self.packed) // _ID_BYTES

    def ids(self, start: int = 0, stop: int | None = None) -> list[ObjectId]:
        stop = len(self) if stop is None else min(stop, len(self))
        places = range(start * _ID_BYTES, stop * _ID_BYTES, _ID_BYTES)
        return [ObjectId(self.packed[place : place + _ID_BYTES]) for place in places]

    def entry(self, index: int) -> tuple[int | str | None, str]:
        """Value and key at a place, as a cursor holds them."""
        return self.values[index], str(self.ids(index, index + 1)[0])

    def find(self, value: Any, key: str, *, behind: bool) -> int:
        """The place of a value and key, or where they would be; `behind` them or before.

        Raises `TypeError` or `ValueError` for what can't be compared.
        """
        if not ObjectId.is_valid(key):
            raise ValueError(key)
        sort_key = SORTS[self.sort].key
        wanted = sort_key(value, ObjectId(key))
        search = bisect.bisect_right if behind else bisect.bisect_left
        return search(
            range(len(self)),
            wanted,
            key=lambda index: sort_key(self.values[index], self.ids(index, index + 1)[0]),
        )

    def within(self, least: int | None, most: int | None, prices: ProductOrder) -> ProductOrder:
        """The part whose price is in the range (minor units, both ends included), in the same order."""
        by_id = dict(zip(prices.ids(), prices.values, strict=True))
        kept = [
            (product_id, value)
            for product_id, value in zip(self.ids(), self.values, strict=True)
            if is_within(by_id.get(product_id), least, most)
        ]
        packed = b"".join(product_id.binary for product_id, _ in kept)
        return ProductOrder(self.sort, packed, [value for _, value in kept])


def read_order(
    products: QuerySet[Product],
    *,
    name: str,
    currency: str,
    sort: str,
    price_min_minor: int | None = None,
    price_max_minor: int | None = None,
) -> ProductOrder | None:
    """The list in the order of `sort`; None for a list of more than `MAX_REMEMBERED`.

    `products` is the list without order and price range, `name` says which one it is: at most one document read,
    none while the catalog version is remembered. Sorting by price leaves out what has no price in the currency.
    """
    place = f"catalog:order:{get_catalog_version()}:{name}:{currency}"
    order = _remembered(products, place, currency, sort)
    if order is None or (price_min_minor is None and price_max_minor is None):
        return order
    prices = order if SORTS[sort].is_priced else _remembered(products, place, currency, "price_asc")
    return order.within(price_min_minor, price_max_minor, prices) if prices is not None else None


def _remembered(
    products: QuerySet[Product], place: str, currency: str, sort: str
) -> ProductOrder | None:
    remembered: tuple[bytes, list[int | str | None]] | None = cache.get(f"{place}:{sort}")
    if remembered is None:
        orders = _build(products, currency)
        entries = {f"{place}:{name}": order for name, order in orders.items()}
        cache.set_many(entries, timeout=REMEMBER_SECONDS)
        remembered = orders[sort]
    packed, values = remembered
    return None if packed == _TOO_LONG else ProductOrder(sort, packed, values)


def _build(
    products: QuerySet[Product], currency: str
) -> dict[str, tuple[bytes, list[int | str | None]]]:
    fields = products.values_list("pk", "position", "title_key", "price_from")
    read = list(fields[: MAX_REMEMBERED + 1])
    if len(read) > MAX_REMEMBERED:
        return {name: (_TOO_LONG, []) for name in SORTS}
    rows: list[_Row] = [
        (pk, position, title, (prices or {}).get(currency)) for pk, position, title, prices in read
    ]
    return {name: _pack(rows, sort) for name, sort in SORTS.items()}


def _pack(rows: Sequence[_Row], sort: Sort) -> tuple[bytes, list[int | str | None]]:
    there = [row for row in rows if row[3] is not None] if sort.is_priced else rows
    ordered = sorted(there, key=lambda row: sort.key(sort.value(row), row[0]))
    return b"".join(row[0].binary for row in ordered), [sort.value(row) for row in ordered]


def is_within(price: Any, least: int | None, most: int | None) -> bool:
    """Whether a price in minor units is in the range, both ends included; no price never is."""
    if price is None:
        return False
    return (least is None or price >= least) and (most is None or price <= most)
