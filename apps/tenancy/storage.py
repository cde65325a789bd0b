"""Uploaded files. A store's files lie in its own folder, of this machine or of its region's bucket; no path leads out
of it."""

import json
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.core.files.utils import validate_file_name
from django.utils.encoding import filepath_to_uri

from apps.tenancy.clusters import files_place
from apps.tenancy.context import ActiveStore, current_store_or_none

# The folder of a store's files that `/media/` never serves: views that check who asks hand them out.
PRIVATE: Final = "private"


class Counter(Protocol):
    """Takes a store and the bytes that it has more or, below zero, less; may refuse more. `is_undone`: what was counted before
    did not happen."""

    def __call__(self, store_id: UUID, size: int, *, is_undone: bool = False) -> None: ...


_counters: list[Counter] = []
_is_counted: ContextVar[bool] = ContextVar("is_counted", default=True)


def count_files_with(counter: Counter) -> None:
    """The one counter of stored bytes: the registry's, which is above this app."""
    _counters[:] = [counter]


@contextmanager
def uncounted_files() -> Iterator[None]:
    """The caller counts the bytes of all files within at once."""
    token = _is_counted.set(False)
    try:
        yield
    finally:
        _is_counted.reset(token)


def _count(size: int, *, is_undone: bool = False) -> None:
    store = current_store_or_none()
    if store is not None and size and _is_counted.get():
        for counter in _counters:
            counter(store.id, size, is_undone=is_undone)


def is_private(name: str) -> bool:
    """Whether the name leads into the private folder, in whatever spelling a file system takes for it."""
    return posixpath.normpath(f"/{name}").lstrip("/").partition("/")[0].casefold() == PRIVATE


class StoreFileStorage(FileSystemStorage):
    """`stores/<store id>/...` while a store is active, `platform/...` otherwise. URLs are `/media/<name>` on the host,
    also for a bucket: its files are handed out by us and need not be public.

    Names that climb out of the folder are refused (`SuspiciousFileOperation`), by `FileSystemStorage.path` and here.
    """

    @property
    def base_location(self) -> str:  # type: ignore[override]
        store = current_store_or_none()
        if store is None:
            return str(Path(settings.MEDIA_ROOT) / "platform")
        place = files_place(store.data_region)
        assert isinstance(place, Path), "a bucket's storage never reaches this line"
        return str(place / _folder_of(store))

    @property
    def location(self) -> str:  # type: ignore[override]
        return str(Path(self.base_location).resolve())

    @property
    def base_url(self) -> str:  # type: ignore[override]
        return str(settings.MEDIA_URL)

    def url(self, name: str | None) -> str:
        return _url_of(self.base_url, name) if name else super().url(name)

    # Each method first selects the bucket of the active store.

    def path(self, name: str) -> str:
        """The path of a file in a folder; for a bucket this raises the error of Django's storages without paths."""
        bucket = _find_bucket()
        return super().path(name) if bucket is None else Storage.path(self, name)

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        bucket = _find_bucket()
        if bucket is not None:
            return bucket.open(_within(name), mode)
        file: File[Any] = super()._open(name, mode)  # type: ignore[misc]  # Django has it, the stubs do not
        return file

    def _save(self, name: str, content: File[Any]) -> str:
        """Counted before it is written: the counter may refuse."""
        size = content.size or 0
        _count(size)
        try:
            return self._write(name, content)
        except BaseException:
            _count(-size, is_undone=True)
            raise

    def _write(self, name: str, content: File[Any]) -> str:
        bucket = _find_bucket()
        if bucket is None:
            return str(super()._save(name, content))  # type: ignore[misc]  # the same
        within = _within(name)
        saved = bucket.save(within, content)
        return saved.removeprefix(within.removesuffix(name))

    def delete(self, name: str) -> None:
        """Repeatable: a file that is gone is not subtracted again."""
        bucket = _find_bucket()
        size = self._size_if_there(name)
        if bucket is None:
            super().delete(name)
        else:
            bucket.delete(_within(name))
        _count(-size)

    def _size_if_there(self, name: str) -> int:
        """0 for a file that is gone, also when another process deletes it between the two questions."""
        try:
            return self.size(name) if name and self.exists(name) else 0
        except FileNotFoundError:
            return 0

    def exists(self, name: str) -> bool:
        bucket = _find_bucket()
        return super().exists(name) if bucket is None else bucket.exists(_within(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        bucket = _find_bucket()
        return super().listdir(path) if bucket is None else bucket.listdir(_within(path))

    def size(self, name: str) -> int:
        bucket = _find_bucket()
        return super().size(name) if bucket is None else bucket.size(_within(name))

    def get_modified_time(self, name: str) -> datetime:
        bucket = _find_bucket()
        if bucket is None:
            return super().get_modified_time(name)
        return bucket.get_modified_time(_within(name))


@lru_cache(maxsize=5_000)
def _url_of(base_url: str, name: str) -> str:
    """As Django's storage makes it, which takes some time for all the widths of a page's pictures."""
    return urljoin(base_url, filepath_to_uri(name).lstrip("/"))


def _find_bucket() -> Storage | None:
    """The bucket of the active store's region; None where its files are in a folder. Raises `ImproperlyConfigured`."""
    store = current_store_or_none()
    if store is None:
        return None
    place = files_place(store.data_region)
    return None if isinstance(place, Path) else _make_bucket(json.dumps(place, sort_keys=True))


@lru_cache(maxsize=32)
def _make_bucket(described: str) -> Storage:
    bucket: Storage = storages.create_storage(json.loads(described))
    return bucket


def _within(name: str) -> str:
    """The name in a bucket that all stores of the region share."""
    store = current_store_or_none()
    assert store is not None, "a bucket is a store's"
    if name in ("", "."):
        return _folder_of(store)
    validate_file_name(name.removesuffix("/"), allow_relative_path=True)
    return f"{_folder_of(store)}/{name}"


def _folder_of(store: ActiveStore) -> str:
    return f"stores/{store.id}"
