"""The files of a store, through Django's storage: whichever storage the active store has."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage

from apps.archive.values import line_of

PIECE: Final = 1 << 20


def list_files(folder: str = "") -> Iterator[str]:
    """The names of every file of the active store, sorted within each folder."""
    try:
        folders, files = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from list_files(f"{folder}{name}/")


def read_file(name: str) -> Iterator[bytes]:
    """A file in pieces. Raises `FileNotFoundError` when it was deleted meanwhile."""
    with default_storage.open(name) as file:
        while piece := file.read(PIECE):
            yield bytes(piece)


def file_line(name: str, size: int, digest: str) -> bytes:
    """The input of checksums for one file."""
    return line_of([name, size, digest])


def iterate_prints() -> Iterator[tuple[bytes, int]]:
    """`file_line` and size of every file of the active store."""
    for name in list_files():
        digest, size = hashlib.sha256(), 0
        for piece in read_file(name):
            digest.update(piece)
            size += len(piece)
        yield file_line(name, size, digest.hexdigest()), size


def save_file(name: str, content: Any) -> None:
    """Write a file under its own name. Raises `ValueError` for a name that the storage would change."""
    default_storage.delete(name)
    saved = default_storage.save(name, File(content))
    if saved != name:
        default_storage.delete(saved)
        raise ValueError(f"The storage did not take the name {name!r}.")


def delete_files() -> int:
    """Delete every file of the active store; the number of them. Empty folders of a local storage go, too."""
    names = list(list_files())
    for name in names:
        default_storage.delete(name)
    _remove_folders("")
    return len(names)


def _remove_folders(folder: str) -> None:
    try:
        folders, _files = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in folders:
        _remove_folders(f"{folder}{name}/")
    try:
        default_storage.delete(folder or ".")
    except (OSError, ValueError):  # object storages have no folders to delete
        return
