"""Members of a tar stream (POSIX pax), one after the other, in flat memory.

`tarfile` reads extended headers of any size into memory, takes links and devices, and ends silently at a damaged header.
This reader accepts only the contents of Polystore's archives: files, the folder `files/`, and names inside the archive.
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from apps.archive.compression import CompressedReader, CompressedWriter
from apps.archive.errors import ArchiveDamaged

BLOCK: Final = tarfile.BLOCKSIZE
PIECE: Final = 1 << 20
EXTENDED: Final = 64 << 10  # bytes of an extended header: a name, a size
MODE: Final = 0o600


@dataclass(frozen=True)
class Member:
    name: str
    size: int
    is_folder: bool = False


class TarWriter:
    def __init__(self, target: CompressedWriter, moment: int) -> None:
        self._target, self._moment = target, moment

    def begin(self, name: str, size: int) -> None:
        """Exactly `size` bytes are written next, and then `pad()`."""
        self._header(name, size, tarfile.REGTYPE, MODE)

    def pad(self, size: int) -> None:
        self._target.write(bytes(-size % BLOCK))

    def add(self, name: str, content: bytes) -> None:
        self.begin(name, len(content))
        self._target.write(content)
        self.pad(len(content))

    def add_folder(self, name: str) -> None:
        self._header(name, 0, tarfile.DIRTYPE, 0o700)

    def finish(self) -> None:
        self._target.write(bytes(2 * BLOCK))

    def _header(self, name: str, size: int, kind: bytes, mode: int) -> None:
        require_inside(name)
        head = tarfile.TarInfo(name)
        head.size, head.type, head.mode, head.mtime = size, kind, mode, self._moment
        self._target.write(head.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"))


class TarReader:
    def __init__(self, source: CompressedReader) -> None:
        self._source, self._left, self._padding = source, 0, 0

    def next(self) -> Member | None:
        """The next member; skips the rest of the previous one. None at the end."""
        for _skipped in self.pieces():
            pass
        self._source.read(self._padding)
        self._padding, extended = 0, dict[str, str]()
        head = self._head()
        if head is not None and head.type == tarfile.XHDTYPE:
            extended = _records(self._extended(head.size))
            head = self._head()
        elif head is None:
            if any(self._source.read(BLOCK)):
                raise ArchiveDamaged()
            return None
        if head is None or head.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
            raise ArchiveDamaged(gettext("This archive holds something else than files."))
        return self._begin(head, extended)

    def pieces(self) -> Iterator[bytes]:
        """What is left of the member, at most a megabyte at a time."""
        while self._left:
            size = min(self._left, PIECE)
            self._left -= size
            yield self._source.read(size)

    def _begin(self, head: tarfile.TarInfo, extended: dict[str, str]) -> Member:
        name, size = extended.get("path", head.name), extended.get("size", str(head.size))
        if not size.isascii() or not size.isdecimal() or len(size) > 18:
            raise ArchiveDamaged()
        try:
            require_inside(name)
        except ValueError:
            raise ArchiveDamaged(
                gettext("This archive holds a file with a name that leads outside.")
            ) from None
        is_folder = head.type == tarfile.DIRTYPE
        self._left = int(size)
        self._padding = -self._left % BLOCK
        if is_folder and self._left:
            raise ArchiveDamaged()
        return Member(name, self._left, is_folder)

    def _head(self) -> tarfile.TarInfo | None:
        """None for a block of zeros, with which the stream ends."""
        block = self._source.read(BLOCK)
        if not any(block):
            return None
        try:
            return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError:
            raise ArchiveDamaged() from None

    def _extended(self, size: int) -> bytes:
        if not 0 < size <= EXTENDED:
            raise ArchiveDamaged()
        content = self._source.read(size)
        self._source.read(-size % BLOCK)
        return content


def require_inside(name: str) -> None:
    """Raise `ValueError` for a name that leads out of the folder it is unpacked in."""
    parts = name.split("/")
    if not name or "\0" in name or not {"", ".", ".."}.isdisjoint(parts):
        raise ValueError(f"A file with the name {name!r} can't be archived.")


def _records(content: bytes) -> dict[str, str]:
    """`length key=value` with a line feed, over and over; the length counts all of it."""
    found = {}
    while content:
        number, _, _rest = content[:20].partition(b" ")
        if not number.isdigit() or not len(number) + 1 < int(number) <= len(content):
            raise ArchiveDamaged()
        record, content = content[: int(number)], content[int(number) :]
        key, equals, value = record[len(number) + 1 : -1].partition(b"=")
        if not equals or record[-1:] != b"\n":
            raise ArchiveDamaged()
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
    return found
