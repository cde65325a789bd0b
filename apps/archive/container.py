"""The file format: a tar stream, compressed with zstandard and optionally encrypted with age. `tar`, `zstd` and `age`
open it.

    head.json                        whose it is and what is in it; no counts yet
    registry/facts.0001.jsonl        lines in numbered members of a few megabytes each
    sql/orders_order.0001.jsonl      the first line of a table names its columns
    documents/products.0001.jsonl
    files/products/small.jpg         an uploaded file under its own name
    manifest.json                    the head with the count and the checksum of every table, collection and of the files

Numbered members, because tar wants the size before the content.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from django.utils.translation import gettext

from apps.archive import file_keys, tar
from apps.archive.compression import MAGIC, CompressedReader, CompressedWriter
from apps.archive.encryption import EncryptedReader, EncryptedWriter
from apps.archive.errors import ArchiveDamaged
from apps.archive.manifest import FILES, MASTER, REGISTRY, SQL, Manifest, manifest_from

HEAD: Final = "head.json"
MANIFEST: Final = "manifest.json"
CHUNK: Final = 4 << 20  # bytes of lines that make a member
LARGEST: Final = 64 << 20  # one row may be larger than a chunk; no row is larger than this
SPOOL: Final = 8 << 20  # a file up to this size stays in memory while it is read
WITH_COLUMNS: Final = (SQL, MASTER)
FACTS: Final = "facts"
LINES: Final = re.compile(r"([a-z]+)/([^/]+)\.(\d{4,9})\.jsonl")


class ArchiveWriter:
    """Writes members. Nothing is buffered but one of them."""

    def __init__(self, target: BinaryIO, head: Manifest, *, encrypt_to: str | None = None) -> None:
        self._encrypted = EncryptedWriter(target, encrypt_to) if encrypt_to else None
        self._compressed = CompressedWriter(self._encrypted or target)
        self._tar = tar.TarWriter(self._compressed, int(head.created_at.timestamp()))
        self._put_json(HEAD, head)

    def section(self, name: str, columns: list[str] | None = None) -> "LineWriter":
        """Lines of one table or collection. `columns` for parts with columns, and only for them."""
        part, _, table = name.partition(":")
        lines = LineWriter(self._tar, f"{part}/{table or FACTS}")
        if (columns is not None) != (part in WITH_COLUMNS):
            raise ValueError(f"{name} has columns, or has none, unlike its part.")
        if columns is not None:
            lines.add(json.dumps(columns).encode())
        return lines

    def begin_files(self) -> None:
        """A folder entry, so that an archive without files still contains this part."""
        self._tar.add_folder(FILES)

    def file(self, name: str, pieces: Iterable[bytes]) -> tuple[int, str]:
        """An uploaded file; its size and SHA-256. Nothing is written if `pieces` raises. A large file passes through a
        temporary one without a name, which goes with the process."""
        digest = hashlib.sha256()
        with tempfile.SpooledTemporaryFile(SPOOL) as spool:
            for piece in pieces:
                spool.write(piece)
                digest.update(piece)
            size = spool.tell()
            spool.seek(0)
            self._tar.begin(f"{FILES}/{name}", size)
            while piece := spool.read(tar.PIECE):
                self._compressed.write(piece)
            self._tar.pad(size)
        return size, digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """The manifest and the end. A file without them is detected as truncated."""
        self._put_json(MANIFEST, manifest)
        self._tar.finish()
        self._compressed.finish()
        if self._encrypted:
            self._encrypted.finish()

    def _put_json(self, name: str, manifest: Manifest) -> None:
        content = json.dumps(manifest.as_json(), sort_keys=True, indent=2)
        self._tar.add(name, content.encode() + b"\n")


class LineWriter:
    """Gathers lines into members. The first one is written even if it is empty."""

    def __init__(self, target: tar.TarWriter, name: str) -> None:
        self._tar, self._name, self._number = target, name, 0
        self._lines, self._size = list[bytes](), 0

    def add(self, line: bytes) -> None:
        if len(line) > LARGEST:
            raise ValueError("A row or document of more than 64 MB can't be archived.")
        self._lines.append(line + b"\n")
        self._size += len(line) + 1
        if self._size >= CHUNK:
            self._put()

    def finish(self) -> None:
        if self._lines or not self._number:
            self._put()

    def _put(self) -> None:
        self._number += 1
        content = b"".join(self._lines)
        self._lines, self._size = [], 0
        self._tar.add(f"{self._name}.{self._number:04}.jsonl", content)


class ArchiveReader:
    """Reads a seekable file from its beginning. `members()` ends with everything checked that the file itself can tell."""

    def __init__(self, source: BinaryIO, *, unlock: str | None = None) -> None:
        source.seek(0)
        start = source.read(len(file_keys.VERSION))
        source.seek(0)
        if start == file_keys.VERSION:
            self._compressed = CompressedReader(EncryptedReader(source, unlock))
        elif start.startswith(MAGIC):
            self._compressed = CompressedReader(source)
        else:
            raise ArchiveDamaged(gettext("This file is not an archive of a store."))
        self._tar = tar.TarReader(self._compressed)
        first = self._tar.next()
        if first is None or first.name != HEAD:
            raise ArchiveDamaged(gettext("This file is not an archive of a store."))
        self.head = self._manifest(first)
        self.manifest: Manifest | None = None

    def members(self) -> Iterator[tar.Member]:
        """Every member between the head and the manifest. Raises `ArchiveDamaged` where it is cut off, at the end where
        it was changed."""
        while (member := self._tar.next()) is not None:
            if member.name == MANIFEST:
                manifest = self._manifest(member)
                if self._tar.next() is not None:
                    raise ArchiveDamaged(gettext("This archive has data after its end."))
                self._compressed.finish()
                self.manifest = manifest
                return
            yield member
        raise ArchiveDamaged(gettext("This archive is truncated."))

    def pieces(self) -> Iterator[bytes]:
        """The content of the member that came last."""
        return self._tar.pieces()

    def lines(self, member: tar.Member) -> Iterator[bytes]:
        content = self._whole(member)
        if content and not content.endswith(b"\n"):
            raise ArchiveDamaged()
        yield from content.split(b"\n")[:-1]

    def _manifest(self, member: tar.Member) -> Manifest:
        try:
            values = json.loads(self._whole(member))
        except (ValueError, RecursionError):
            raise ArchiveDamaged() from None
        if not isinstance(values, dict):
            raise ArchiveDamaged()
        return manifest_from(values)

    def _whole(self, member: tar.Member) -> bytes:
        if member.is_folder or member.size > CHUNK + LARGEST + 1:
            raise ArchiveDamaged()
        return b"".join(self._tar.pieces())


def section_of(member: tar.Member) -> tuple[str, int]:
    """The section of a member, and its number in the section; 0 for files."""
    if member.name == FILES or member.name.startswith(f"{FILES}/"):
        return FILES, 0
    found = LINES.fullmatch(member.name)
    if found is None:
        raise ArchiveDamaged(gettext("This archive holds something that is not part of a store."))
    part, table, number = found.groups()
    return REGISTRY if part == REGISTRY else f"{part}:{table}", int(number)
