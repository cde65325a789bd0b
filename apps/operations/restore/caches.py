"""Deletes the cache entries of one store, on every server of a role."""

from typing import Any, Final
from uuid import UUID

from apps.tenancy.page_versions import note_all_changed
from apps.tenancy.shared_cache import SharedCache, roles_by_server

PORTION: Final = 500


def forget_cache_of(store_id: UUID) -> int:
    """Delete every cache key of a store (they all carry its id); the number of keys."""
    note_all_changed(store_id)
    return sum(_forget_in(role, store_id) for role in roles_by_server().values())


def _forget_in(role: SharedCache, store_id: UUID) -> int:
    client = role.client()
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
