"""Reading an archive: what it says of itself, whether it is whole, and its contents section by section."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from apps.archive import documents, files
from apps.archive.container import BYTES, FILE, HEAD, ROWS, SECTION, ArchiveReader
from apps.archive.errors import ArchiveDamaged
from apps.archive.manifest import DEVELOPMENT, DOCUMENTS, FILES, Manifest, manifest_from
from apps.archive.values import Checksum


@dataclass(frozen=True)
class FilePiece:
    """One step of the files' section: the name begins a file, `data` follows, `sha256` ends it."""

    name: str
    data: bytes = b""
    size: int = 0
    sha256: str = ""


@dataclass
class SectionReader:
    """One section while it passes by. Read `lines()` or, of the files, `pieces()`; what is not read is skipped."""

    name: str
    columns: list[str]
    _frames: "_Frames"

    @property
    def part(self) -> str:
        return self.name.partition(":")[0]

    @property
    def table(self) -> str:
        return self.name.partition(":")[2]

    def lines(self) -> Iterator[bytes]:
        for kind, content in self._frames.of_section():
            if kind != ROWS:
                raise ArchiveDamaged()
            yield from content.split(b"\n")

    def pieces(self) -> Iterator[FilePiece]:
        name = ""
        for kind, content in self._frames.of_section():
            if kind == BYTES and name:
                yield FilePiece(name, data=content)
            elif kind == FILE:
                piece = FilePiece(**_parsed(content))
                name = piece.name
                yield piece
            else:
                raise ArchiveDamaged()


@dataclass
class _Frames:
    """The frames of an archive with one put back."""

    source: Iterator[tuple[bytes, bytes]]
    waiting: list[tuple[bytes, bytes]] = field(default_factory=list)

    def next(self) -> tuple[bytes, bytes] | None:
        return self.waiting.pop() if self.waiting else next(self.source, None)

    def of_section(self) -> Iterator[tuple[bytes, bytes]]:
        while (frame := self.next()) is not None:
            if frame[0] == SECTION:
                self.waiting.append(frame)
                return
            yield frame


class Contents:
    """An archive from its first section to its last. `head` is the manifest as it was known at the beginning (without
    counts); `manifest` is the whole one, known when everything has passed by."""

    def __init__(self, source: BinaryIO, *, unlock: str | None = None) -> None:
        self._reader = ArchiveReader(source, unlock=unlock)
        self._frames = _Frames(self._reader.frames())
        first = self._frames.next()
        if first is None or first[0] != HEAD:
            raise ArchiveDamaged()
        self.head: Manifest = manifest_from(_parsed(first[1]))

    @property
    def manifest(self) -> Manifest:
        if self._reader.manifest is None:
            raise ArchiveDamaged()
        return self._reader.manifest

    def sections(self) -> Iterator[SectionReader]:
        while (frame := self._frames.next()) is not None:
            if frame[0] != SECTION:
                raise ArchiveDamaged()
            head = _parsed(frame[1])
            yield SectionReader(head["name"], head["columns"] or [], self._frames)
            for _skipped in self._frames.of_section():
                pass


def read_manifest(source: BinaryIO, *, unlock: str | None = None) -> Manifest:
    """What an archive says of itself, without reading the rest. `source` must be seekable."""
    return ArchiveReader(source, unlock=unlock).jump_to_manifest()


def verify_archive(source: BinaryIO, *, unlock: str | None = None) -> Manifest:
    """Read all of it and compare every count and checksum. Raises `ArchiveDamaged` or `ArchiveLocked`."""
    manifest, _keys = verify_with_keys(source, unlock=unlock)
    return manifest


def verify_with_keys(
    source: BinaryIO, *, unlock: str | None = None
) -> tuple[Manifest, frozenset[str]]:
    """`verify_archive`, and the keys of the documents that passed by (24 hex digits each)."""
    contents = Contents(source, unlock=unlock)
    found: dict[str, tuple[int, str, int]] = {}
    keys: set[str] = set()
    for section in contents.sections():
        if section.name in found:
            raise ArchiveDamaged()
        found[section.name] = _sum(section, keys)
    manifest = contents.manifest
    expected = {name: (one.rows, one.checksum, one.size) for name, one in manifest.sections.items()}
    if found != expected or manifest.store_id != contents.head.store_id:
        raise ArchiveDamaged()
    return manifest, frozenset(keys)


def _sum(section: SectionReader, keys: set[str]) -> tuple[int, str, int]:
    checksum, size = Checksum(), 0
    if section.name == FILES:
        for piece in whole_files(section):
            checksum.add(files.file_line(piece.name, piece.size, piece.sha256))
            size += piece.size
    elif section.part in (DOCUMENTS, DEVELOPMENT):
        for line in section.lines():
            document = documents.document_of(line)
            keys.add(str(document["_id"]))
            checksum.add(documents.document_print(document))
    else:
        checksum.add_all(section.lines())
    return checksum.rows, checksum.hex, size


def whole_files(section: SectionReader) -> Iterator[FilePiece]:
    """The end of every file, its content checked on the way and thrown away."""
    digest, size = hashlib.sha256(), 0
    for piece in section.pieces():
        if piece.data:
            digest.update(piece.data)
            size += len(piece.data)
        elif piece.sha256:
            if (size, digest.hexdigest()) != (piece.size, piece.sha256):
                raise ArchiveDamaged()
            yield piece
        else:
            digest, size = hashlib.sha256(), 0


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        values = json.loads(content)
    except ValueError:
        raise ArchiveDamaged() from None
    if not isinstance(values, dict):
        raise ArchiveDamaged()
    return values
