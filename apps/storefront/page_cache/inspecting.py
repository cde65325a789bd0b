"""The cached pages of a store, for operators: number, size, clearing."""

from dataclasses import dataclass
from hashlib import sha256

from apps.storefront.page_cache.storage import SHARED_PREFIX
from apps.tenancy.context import HasActiveStore, use_store
from apps.tenancy.page_versions import note_all_changed, page_versions
from apps.tenancy.shared_cache import page_cache


@dataclass(frozen=True)
class CachedPages:
    """In the shared cache, pages of older versions included; they go by themselves. `version` is short for the
    present one."""

    count: int
    size: int
    version: str


def is_cache_there() -> bool:
    return page_cache.is_there()


def count_pages(store: HasActiveStore) -> CachedPages:
    """Walks over the store's keys: for people, not for requests."""
    with use_store(store):
        versions = page_versions()
        count, size = page_cache.measure(SHARED_PREFIX)
    word = sha256(versions.whole.encode()).hexdigest()[:8] if versions is not None else ""
    return CachedPages(count, size, word)


def clear_pages(store: HasActiveStore) -> bool:
    """Every process renders every page again, within a second. False while the cache does not answer."""
    note_all_changed(store.active_store.id)
    return page_cache.is_answering
