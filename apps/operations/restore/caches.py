"""Deletes the cache entries of one store."""

from typing import Any, Final
from uuid import UUID

from django.core.cache import cache

from apps.tenancy.page_versions import note_all_changed

PORTION: Final = 500


def forget_cache_of(store_id: UUID) -> int:
    """Delete every cache key of a store (they all carry its id); the number of keys. A cache that can't list its keys
    is cleared: all entries can be computed again."""
    note_all_changed(store_id)
    backend: Any = getattr(cache, "_cache", None)
    if backend is None or not hasattr(backend, "get_client"):
        cache.clear()
        return 0
    client = backend.get_client(None, write=True)
    count = 0
    for pattern in (f"*{store_id}*", f"*{store_id.hex}*"):
        portion: list[Any] = []
        for key in client.scan_iter(match=pattern, count=PORTION):
            portion.append(key)
            if len(portion) == PORTION:
                count += client.delete(*portion)
                portion = []
        count += client.delete(*portion) if portion else 0
    return count
