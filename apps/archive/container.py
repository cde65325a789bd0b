"""The file itself: a line that says what it is, frames, the manifest, and a checksum of all that was before.

    polystore archive 1\\n
    {"sealed": false, "key": ""}\\n                 how the frames are encrypted
    length (4 bytes) frame, length frame, ...       each compressed (zstandard), then encrypted if wanted
    0 (4 bytes), length, manifest                   a frame too
    length of the manifest's frame, SHA-256, "polystore end\\n"    a tail of 50 bytes

A frame is one kind byte and up to about a megabyte. The tail lets `read_manifest` jump; a file that was cut off has none.
"""

import hashlib
import io
import json
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import zstandard

from apps.archive.encryption import Decryptor, Encryptor
from apps.archive.errors import ArchiveDamaged, ArchiveNotFitting
from apps.archive.manifest import Manifest, manifest_from

MAGIC: Final = b"polystore archive "
VERSION: Final = b"1\n"
END: Final = b"polystore end\n"
TAIL: Final = 4 + 32 + len(END)
FRAME: Final = 1 << 20  # bytes before compression
LARGEST: Final = (
    64 << 20
)  # one row may be larger than a frame; more than this is not a frame of ours
LEVEL: Final = 6

HEAD, SECTION, ROWS, FILE, BYTES, MANIFEST = b"H", b"S", b"R", b"F", b"B", b"M"


class ArchiveWriter:
    """Writes frames. Nothing is buffered but one frame."""

    def __init__(self, target: BinaryIO, *, encrypt_to: str | None = None) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self._encryptor = Encryptor(encrypt_to) if encrypt_to else None
        self.size = 0
        how = {
            "sealed": self._encryptor is not None,
            "key": self._encryptor.wrapped if self._encryptor else "",
        }
        self._write(MAGIC + VERSION + json.dumps(how).encode() + b"\n")

    def put(self, kind: bytes, content: bytes) -> None:
        frame = self._frame(kind, content)
        self._write(struct.pack(">I", len(frame)) + frame)

    def put_json(self, kind: bytes, content: Any) -> None:
        self.put(kind, json.dumps(content, sort_keys=True).encode())

    def finish(self, manifest: Manifest) -> None:
        """The manifest and the tail. A file without them is recognised as cut off."""
        frame = self._frame(MANIFEST, json.dumps(manifest.as_json(), sort_keys=True).encode())
        self._write(struct.pack(">II", 0, len(frame)) + frame)
        self._target.write(struct.pack(">I", len(frame)) + self._digest.digest() + END)
        self.size += TAIL

    def _frame(self, kind: bytes, content: bytes) -> bytes:
        if len(content) > LARGEST:
            raise ValueError("A row or document of more than 64 MB can't be archived.")
        frame = self._compressor.compress(kind + content)
        return self._encryptor.close(frame) if self._encryptor else frame

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._target.write(data)
        self.size += len(data)


class LineBuffer:
    """Gathers lines into frames of about a megabyte."""

    def __init__(self, writer: ArchiveWriter) -> None:
        self._writer, self._lines, self._size = writer, list[bytes](), 0

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line) + 1
        if self._size >= FRAME:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._writer.put(ROWS, b"\n".join(self._lines))
        self._lines, self._size = [], 0


class ArchiveReader:
    """Reads a seekable file from its beginning. `frames()` ends with the manifest checked against the tail."""

    def __init__(self, source: BinaryIO, *, unlock: str | None = None) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self._decompressor = zstandard.ZstdDecompressor()
        self.manifest: Manifest | None = None
        source.seek(0)
        line = self._line()
        if not line.startswith(MAGIC):
            raise ArchiveDamaged("This file is not an archive of a store.")
        if line != MAGIC + VERSION:
            raise ArchiveNotFitting("This archive was written by a newer version of the platform.")
        try:
            how = json.loads(self._line())
            self.sealed, wrapped = bool(how["sealed"]), str(how["key"])
        except (ValueError, KeyError, TypeError):
            raise ArchiveDamaged() from None
        self._decryptor = Decryptor(unlock, wrapped) if self.sealed else None

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Kind and content of every frame. Raises `ArchiveDamaged` where it is cut off, at the end where it was changed."""
        while length := self._length():
            yield self._open(self._exactly(length))
        size = self._length()
        kind, content = self._open(self._exactly(size))
        expected = self._digest.digest()
        tail = self._exactly(TAIL)
        if kind != MANIFEST or tail != struct.pack(">I", size) + expected + END:
            raise ArchiveDamaged()
        if self._source.read(1):
            raise ArchiveDamaged("This archive has data after its end.")
        self.manifest = _parse(content)

    def jump_to_manifest(self) -> Manifest:
        """The manifest alone, by the tail. Nothing else is checked."""
        try:
            self._source.seek(-TAIL, io.SEEK_END)
            tail = self._exactly(TAIL)
            (size,) = struct.unpack(">I", tail[:4])
            if not tail.endswith(END):
                raise ArchiveDamaged("This archive is truncated.")
            self._source.seek(-TAIL - size, io.SEEK_END)
            kind, content = self._open(self._exactly(size))
        except OSError:
            raise ArchiveDamaged("This archive is truncated.") from None
        if kind != MANIFEST:
            raise ArchiveDamaged()
        return _parse(content)

    def _open(self, frame: bytes) -> tuple[bytes, bytes]:
        opened = self._decryptor.open(frame) if self._decryptor else frame
        try:
            if zstandard.frame_content_size(opened) > LARGEST + 1:
                raise ArchiveDamaged()
            content = self._decompressor.decompress(opened, max_output_size=LARGEST + 1)
        except zstandard.ZstdError:
            raise ArchiveDamaged() from None
        return content[:1], content[1:]

    def _length(self) -> int:
        (length,) = struct.unpack(">I", self._exactly(4))
        if length > LARGEST * 2:
            raise ArchiveDamaged()
        return int(length)

    def _exactly(self, size: int) -> bytes:
        data = self._source.read(size)
        if len(data) != size:
            raise ArchiveDamaged("This archive is truncated.")
        self._digest.update(data)
        return data

    def _line(self) -> bytes:
        line = self._source.readline(4096)
        self._digest.update(line)
        return line


def _parse(content: bytes) -> Manifest:
    try:
        values = json.loads(content)
    except ValueError:
        raise ArchiveDamaged() from None
    if not isinstance(values, dict):
        raise ArchiveDamaged()
    return manifest_from(values)
