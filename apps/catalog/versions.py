"""The catalog version: a number in the cache that every write moves on. Keys of derived values contain it.

When the cache forgets it, it starts again at a random place, so that a version never comes back with other content.
"""

import secrets

from django.core.cache import cache

from apps.tenancy.remembering import forget_reads, remembered

_KEY = "catalog:version"


@remembered
def get_catalog_version() -> int:
    """The present version of the active store's catalog. No database is asked."""
    version = cache.get(_KEY)
    if version is None:
        cache.add(_KEY, secrets.randbelow(2**48), timeout=None)
        version = cache.get(_KEY, 0)
    return int(version)


def bump_catalog_version() -> None:
    """Make everything cached from the catalog old. Call it after the write, never before."""
    forget_reads()
    try:
        cache.incr(_KEY)
    except ValueError:
        cache.add(_KEY, secrets.randbelow(2**48), timeout=None)
