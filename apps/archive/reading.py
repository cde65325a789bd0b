"""Reads an archive: its manifest, its integrity, and its contents section by section."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bson.errors import BSONError

from apps.archive import documents, files
from apps.archive.container import WITH_COLUMNS, ArchiveReader, section_of
from apps.archive.errors import ArchiveDamaged
from apps.archive.manifest import DEVELOPMENT, DOCUMENTS, FILES, Manifest
from apps.archive.tar import Member
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
    _first: Iterator[bytes]
    _members: "_Members"

    @property
    def part(self) -> str:
        return self.name.partition(":")[0]

    @property
    def table(self) -> str:
        return self.name.partition(":")[2]

    def lines(self) -> Iterator[bytes]:
        yield from self._first
        for member in self._members.following(self.name):
            yield from self._members.reader.lines(member)

    def pieces(self) -> Iterator[FilePiece]:
        for member in self._members.following(self.name):
            name = member.name.removeprefix(f"{FILES}/")
            digest = hashlib.sha256()
            yield FilePiece(name)
            for data in self._members.reader.pieces():
                digest.update(data)
                yield FilePiece(name, data=data)
            yield FilePiece(name, size=member.size, sha256=digest.hexdigest())


class _Members:
    """The members of an archive, one of which can be pushed back."""

    def __init__(self, reader: ArchiveReader) -> None:
        self.reader, self._source = reader, reader.members()
        self._waiting: Member | None = None
        self._number = 0

    def first(self) -> tuple[str, Member] | None:
        """The first member of the next section. None at the end."""
        member = self._next()
        if member is None:
            return None
        name, self._number = section_of(member)
        if self._number != (0 if name == FILES else 1) or (name == FILES) != member.is_folder:
            raise ArchiveDamaged()
        return name, member

    def following(self, name: str) -> Iterator[Member]:
        """The other members of that section."""
        while (member := self._next()) is not None:
            found, number = section_of(member)
            if found != name:
                self._waiting = member
                return
            if member.is_folder or (name != FILES and number != self._number + 1):
                raise ArchiveDamaged()
            self._number = number
            yield member

    def _next(self) -> Member | None:
        member, self._waiting = self._waiting or next(self._source, None), None
        return member


class Contents:
    """An archive from its first section to its last. `head` is the manifest as it was known at the beginning (without
    counts); `manifest` is the whole one, known when everything has passed by."""

    def __init__(self, source: BinaryIO, *, unlock: str | None = None) -> None:
        self._reader = ArchiveReader(source, unlock=unlock)
        self._members = _Members(self._reader)
        self.head = self._reader.head

    @property
    def manifest(self) -> Manifest:
        if self._reader.manifest is None:
            raise ArchiveDamaged()
        return self._reader.manifest

    def sections(self) -> Iterator[SectionReader]:
        while (found := self._members.first()) is not None:
            name, member = found
            lines = iter(()) if member.is_folder else self._reader.lines(member)
            has_columns = name.partition(":")[0] in WITH_COLUMNS
            columns = _columns(next(lines, b"")) if has_columns else []
            yield SectionReader(name, columns, lines, self._members)
            for _skipped in self._members.following(name):
                pass


def read_head(source: BinaryIO, *, unlock: str | None = None) -> Manifest:
    """The head of an archive, without counts; the rest is not checked."""
    return ArchiveReader(source, unlock=unlock).head


def read_manifest(source: BinaryIO, *, unlock: str | None = None) -> Manifest:
    """The manifest, which is at the end: reads the whole archive but compares no counts."""
    reader = ArchiveReader(source, unlock=unlock)
    for _member in reader.members():
        pass
    if reader.manifest is None:
        raise ArchiveDamaged()
    return reader.manifest


def verify_archive(source: BinaryIO, *, unlock: str | None = None) -> Manifest:
    """Read all of it and compare every count and checksum. Raises `ArchiveDamaged` or `ArchiveLocked`."""
    manifest, _keys = verify_with_keys(source, unlock=unlock)
    return manifest


def verify_with_keys(
    source: BinaryIO, *, unlock: str | None = None
) -> tuple[Manifest, frozenset[str]]:
    """`verify_archive`, and the keys of the documents in the archive (24 hex digits each)."""
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
        for piece in section.pieces():
            if piece.sha256:
                checksum.add(files.file_line(piece.name, piece.size, piece.sha256))
                size += piece.size
    elif section.part in (DOCUMENTS, DEVELOPMENT):
        for line in section.lines():
            key, content = _document(line)
            keys.add(key)
            checksum.add(content)
    else:
        checksum.add_all(section.lines())
    return checksum.rows, checksum.hex, size


def _document(line: bytes) -> tuple[str, bytes]:
    """Key and print. A line is parsed before the checksums at the end of the file are known: it may be anything."""
    try:
        document = documents.document_of(line)
        return str(document["_id"]), documents.document_print(document)
    except (ArithmeticError, LookupError, TypeError, ValueError, BSONError, RecursionError):
        raise ArchiveDamaged() from None


def _columns(line: bytes) -> list[str]:
    try:
        columns = json.loads(line)
    except (ValueError, RecursionError):
        raise ArchiveDamaged() from None
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise ArchiveDamaged()
    return columns
