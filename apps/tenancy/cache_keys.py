"""Every cache key begins with the store. This one setting separates allauth's limits, DRF's throttles, locks and
sessions of the stores."""

from apps.tenancy.context import current_store_or_none


def make_cache_key(key: str, key_prefix: str, version: int) -> str:
    """Django's `KEY_FUNCTION`: `prefix:version:<store id or platform>:key`."""
    store = current_store_or_none()
    return f"{key_prefix}:{version}:{store.id if store is not None else 'platform'}:{key}"
