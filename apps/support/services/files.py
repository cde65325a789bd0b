"""Files that come with a message: what they are is read from their content, never from their name.

Pictures go through the door of all pictures, PDF files and plain texts are kept as they are. All are in the private
folder, which the shop's files address never serves.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext

from apps.common.ids import random_token
from apps.common.text import line_of
from apps.pictures.errors import ImageRejected
from apps.pictures.kinds import kind_of
from apps.pictures.preparing import Picture, prepare_picture
from apps.support.errors import FileRejected
from apps.support.limits import (
    MAX_BYTES_AT_ONCE,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TEXT_FILE_BYTES,
    PICTURE_SIDE,
)
from apps.tenancy.storage import PRIVATE

FOLDER: Final = f"{PRIVATE}/support"
ACCEPT: Final = "image/*,.heic,.heif,application/pdf,.pdf,text/plain,.txt,.csv,.log"
_MOST_NAME: Final = 100
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PICTURE_TYPES: Final = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@dataclass(frozen=True)
class CheckedFile:
    """Ready to be stored: `extension` and `content_type` are the content's."""

    name: str
    content: bytes
    extension: str
    content_type: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class StoredFile:
    file: str
    checked: CheckedFile

    @property
    def columns(self) -> dict[str, Any]:
        one = self.checked
        return {
            "file": self.file,
            "name": one.name,
            "content_type": one.content_type,
            "size": len(one.content),
            "width": one.width,
            "height": one.height,
        }


def check_uploads(uploads: Sequence[File]) -> list[CheckedFile]:
    """All of a form's files, or `FileRejected` with a sentence for each bad one."""
    if len(uploads) > MAX_FILES:
        raise _rejected([gettext("At most %(most)s files at once.") % {"most": MAX_FILES}])
    if sum(upload.size or 0 for upload in uploads) > MAX_BYTES_AT_ONCE:
        most = MAX_BYTES_AT_ONCE // 1024 // 1024
        raise _rejected([gettext("All files together have at most %(most)s MB.") % {"most": most}])
    checked: list[CheckedFile] = []
    faults: list[str] = []
    for upload in uploads:
        name = str(upload.name or "")
        try:
            if (upload.size or 0) > MAX_FILE_BYTES:
                raise FileRejected(_too_big(MAX_FILE_BYTES))
            upload.seek(0)
            checked.append(check_file(name=name, content=upload.read(MAX_FILE_BYTES + 1)))
        except FileRejected as error:
            faults.append(f"{line_of(name, most=60)}: {error}")
    if faults:
        raise _rejected(faults)
    return checked


def check_file(*, name: str, content: bytes) -> CheckedFile:
    """Raises `FileRejected`."""
    if not content:
        raise FileRejected(gettext("The file is empty."))
    if len(content) > MAX_FILE_BYTES:
        raise FileRejected(_too_big(MAX_FILE_BYTES))
    if kind_of(content[:64]) is not None:
        return _picture(name, content)
    if content.startswith(b"%PDF-"):
        return CheckedFile(_name(name, "pdf"), content, "pdf", "application/pdf")
    if len(content) <= MAX_TEXT_FILE_BYTES and not _CONTROL.search(content):
        text = _text(content)
        if text is not None:
            return CheckedFile(_name(name, "txt"), text.encode(), "txt", "text/plain")
    raise FileRejected(gettext("Only pictures, PDF files and plain text can be attached."))


def store_files(files: Iterable[CheckedFile]) -> list[StoredFile]:
    """Write them under names that can't be guessed. When one write fails, none is left."""
    stored: list[StoredFile] = []
    try:
        for file in files:
            path = f"{FOLDER}/{random_token()}.{file.extension}"
            stored.append(StoredFile(default_storage.save(path, ContentFile(file.content)), file))
    except Exception:
        drop_files(stored)
        raise
    return stored


def drop_files(files: Iterable[StoredFile]) -> None:
    for one in files:
        default_storage.delete(one.file)


def _picture(name: str, content: bytes) -> CheckedFile:
    try:
        made: Picture = prepare_picture(
            File(BytesIO(content), name=name), longest_side=PICTURE_SIDE, widths=()
        )
    except ImageRejected as error:
        raise FileRejected(str(error)) from error
    main = made.main
    return CheckedFile(
        _name(name, main.extension),
        main.content,
        main.extension,
        _PICTURE_TYPES[main.extension],
        main.width,
        main.height,
    )


def _text(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _name(name: str, extension: str) -> str:
    """The name under which it is saved again: its ending is that of its content."""
    stem = re.sub(r'[\\/:*?"<>|;\r\n]+', " ", line_of(name)).strip(". ") or "file"
    head, dot, tail = stem.rpartition(".")
    if dot and head and len(tail) <= 5:
        stem = head
    return f"{stem[:_MOST_NAME].rstrip()}.{extension}"


def _too_big(most: int) -> str:
    return gettext("A file has at most %(most)s MB.") % {"most": most // 1024 // 1024}


def _rejected(sentences: list[str]) -> FileRejected:
    return FileRejected(" ".join(sentences), fields={"attachments": sentences})
