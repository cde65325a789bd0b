"""Archives as files: written under another name, synced, then renamed, so that a file with the right name is whole."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO, Final

from django.utils.translation import gettext

from apps.archive.errors import ArchiveDamaged
from apps.archive.manifest import PARTS, Manifest
from apps.archive.reading import verify_archive
from apps.archive.writing import write_archive
from apps.common.errors import InvalidInput
from apps.common.progress import Progress
from apps.operations.store_locks import exclusive_store_operation
from apps.platform.auditing import note
from apps.platform.models import Store

SUFFIX: Final = ".polystore"
UNFINISHED: Final = ".unfinished"


def path_for(output: Path, store: Store, moment: datetime) -> Path:
    """The file for a store: `output` itself unless it is a folder."""
    if output.is_dir():
        stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return output / f"{store.slug}-{stamp}{SUFFIX}"
    return output


def backup_store(
    store: Store,
    path: Path,
    *,
    watch: Progress | None = None,
    encrypt_to: str | None = None,
    parts: Collection[str] = PARTS,
    with_credentials: bool = False,
) -> Manifest:
    """Write a store's archive to `path`; an older file stays until the new one is complete.

    Raises `StoreOccupied` while the store is being moved, replaced or deleted by another process.
    """
    with exclusive_store_operation(store.id, "backed up"), atomic_file(path) as target:
        manifest = write_archive(
            store,
            target,
            watch=watch,
            encrypt_to=encrypt_to,
            parts=parts,
            with_credentials=with_credentials,
        )
    note("store.backed_up", store, after={"file": path.name, "rows": manifest.rows})
    return manifest


def free_path(path: Path) -> Path:
    """`path`, or the first free name of `name-2`, `name-3` and so on beside it."""
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return next(one for one in chain([path], names) if not one.exists())


def is_whole(path: Path, *, unlock: str | None = None) -> bool:
    """Whether the path holds a complete archive."""
    try:
        with path.open("rb") as source:
            verify_archive(source, unlock=unlock)
    except (ArchiveDamaged, FileNotFoundError):
        return False
    return True


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A file, readable by its owner only, that appears under `path` when the block ends without an error.

    Raises `InvalidInput` if `path` is not a regular file: root would replace a device.
    """
    if path.exists() and not path.is_file():
        raise InvalidInput(
            gettext("%(path)s is not a file and can't be replaced by an archive.") % {"path": path}
        )
    for stale in path.parent.glob(f".{path.name}.*{UNFINISHED}"):
        stale.unlink(missing_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
