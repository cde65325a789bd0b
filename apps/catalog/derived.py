"""Derived fields of products for indexes and sorting, and their recomputation.

A change of these rules comes with a migration that calls `renew_products`. A restored store is renewed as well: its
archive may be older than the rules (`restored.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pymongo import UpdateOne

from apps.common.graphemes import cut
from apps.common.text import NotText, fold, fold_code

_MAX_KEY = 200
_BATCH = 500
_READ = dict.fromkeys(
    [
        "store",
        "version",
        "title",
        "variants.sku",
        "title_key",
        "sku_keys",
    ],
    1,
)


def derived_texts(*, title: str, skus: Iterable[str]) -> dict[str, Any]:
    """`sku_keys` and `title_key` of these values."""
    return {
        "sku_keys": [sku_key(sku) for sku in skus],
        "title_key": cut(fold(title), _MAX_KEY),
    }


def sku_key(sku: str) -> str:
    """The form in which SKUs are unique within a store."""
    try:
        return fold_code(sku)
    except NotText:  # kept from before such characters were refused
        return sku


def renew_products(collection: Any) -> int:
    """Recompute the derived texts of stored products and write the differences. The number of products written.

    `collection` has PyMongo's verbs. Repeatable. A product that is saved during the run keeps its writer's values. If
    products of a store now have equal SKUs, all but the oldest get a unique key until their SKU is changed.
    """
    taken: set[tuple[str, str]] = set()
    written = 0
    for batch in _batches(collection.find({}, _READ).sort("_id", 1)):
        writes = [write for document in batch if (write := _renewal(document, taken)) is not None]
        if writes:
            written += collection.bulk_write(writes, ordered=False).modified_count
    return written


def _renewal(document: Mapping[str, Any], taken: set[tuple[str, str]]) -> UpdateOne | None:
    fresh = derived_texts(
        title=document.get("title") or "",
        skus=[variant.get("sku") or "" for variant in document.get("variants") or []],
    )
    store = str(document.get("store"))
    fresh["sku_keys"] = [
        key if (store, key) not in taken else f"{key} {document['_id']}"
        for key in fresh["sku_keys"]
    ]
    taken.update((store, key) for key in fresh["sku_keys"])
    if all(document.get(name) == value for name, value in fresh.items()):
        return None
    return UpdateOne({"_id": document["_id"], "version": document.get("version")}, {"$set": fresh})


def _batches(documents: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for document in documents:
        batch.append(document)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
