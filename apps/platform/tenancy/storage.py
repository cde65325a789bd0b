"""Uploaded files. A store's files lie in its own folder; no path leads out of it."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from apps.platform.tenancy.clusters import files_root
from apps.platform.tenancy.context import current_store_or_none


class StoreFileStorage(FileSystemStorage):
    """`stores/<store id>/...` while a store is active, `platform/...` otherwise. URLs are `/media/<name>` on the host.

    `FileSystemStorage.path` refuses names that climb out of the folder (`SuspiciousFileOperation`).
    """

    @property
    def base_location(self) -> str:  # type: ignore[override]
        store = current_store_or_none()
        if store is None:
            return str(Path(settings.MEDIA_ROOT) / "platform")
        return str(files_root(store.data_region) / f"stores/{store.id}")

    @property
    def location(self) -> str:  # type: ignore[override]
        return str(Path(self.base_location).resolve())

    @property
    def base_url(self) -> str:  # type: ignore[override]
        return str(settings.MEDIA_URL)
