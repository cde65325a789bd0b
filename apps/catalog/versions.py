"""The catalog version: a word in the shared cache that every write of the catalog replaces. Keys of derived values contain
it. It is the catalog's part of what pages show (`apps.tenancy.page_versions`)."""

from apps.common.ids import random_token
from apps.tenancy.context import current_store
from apps.tenancy.page_versions import note_change, versions_now

_AREA = "catalog"


def get_catalog_version() -> str:
    """The current version of the active store's catalog. No database is asked. While the shared cache is gone, a word
    that nothing was kept under."""
    versions = versions_now()
    return versions.of(_AREA) if versions is not None else random_token()


def bump_catalog_version() -> None:
    """Invalidate everything that is cached from the catalog, once its search index is written: a write of a document is seen
    without it, a copy of the index in another server is not. Call it after the write, never before."""
    note_change(current_store().id, _AREA)
