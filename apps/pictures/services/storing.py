"""Files of a prepared picture in the store's folder, under names that can't be guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.common.ids import random_token
from apps.pictures.preparing import Picture, PictureFile
from apps.pictures.shown_elsewhere import list_shown
from apps.platform.services.storage import limits_uploads


@dataclass(frozen=True)
class StoredPicture:
    """Names and sizes. `renditions` maps a nominal width (`"320"`) to `{"file", "width", "height"}`."""

    file: str
    width: int
    height: int
    renditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        return files_of(self.file, self.renditions)


def store_picture(picture: Picture, *, folder: str) -> StoredPicture:
    """Write all files. The extension is the content's, never the upload's; when one write fails, none is left.

    A rendition that is the picture itself shares its file. Raises `PlanLimitReached` for staff of a store without room.
    """
    stem = f"{folder}/{random_token()}"
    written: list[str] = []
    try:
        with limits_uploads():
            main = _write(stem, picture.main, written)
            renditions = {}
            for width, made in picture.renditions.items():
                is_main = made is picture.main
                name = main if is_main else _write(f"{stem}-{width}", made, written)
                renditions[str(width)] = {"file": name, "width": made.width, "height": made.height}
    except Exception:
        delete_files(written)
        raise
    return StoredPicture(main, picture.main.width, picture.main.height, renditions)


def delete_unshown(names: Iterable[str]) -> None:
    """Delete files that their document no longer shows, except those that other rows show."""
    files = set(names)
    if files:
        delete_files(files - list_shown(files))


def delete_files(names: Iterable[str]) -> None:
    """Delete files that nothing shows any more. One that is gone already is fine."""
    for name in names:
        default_storage.delete(name)


def files_of(file: str, renditions: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {file, *(entry["file"] for entry in renditions.values())}


def _write(stem: str, file: PictureFile, written: list[str]) -> str:
    name = default_storage.save(f"{stem}.{file.extension}", ContentFile(file.content))
    written.append(name)
    return name
