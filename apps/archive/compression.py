"""Compression of a stream: one frame of zstandard, then 40 bytes with the SHA-256 of that frame.

These 40 bytes are a skippable frame, which the format keeps for such notes: every program that reads zstandard passes over it.
"""

import hashlib
import struct
from typing import Any, Final, Protocol

import zstandard
from django.utils.translation import gettext

from apps.archive.errors import ArchiveDamaged

MAGIC: Final = b"\x28\xb5\x2f\xfd"
NOTE: Final = struct.pack("<II", 0x184D2A50, 32)  # a skippable frame of 32 bytes
LEVEL: Final = 6
WINDOW: Final = 1 << 25  # the memory that a frame may ask for
# Four bytes can expand to 128 KB, so it reads small pieces.
SLICE: Final = 1 << 10


class Sink(Protocol):
    def write(self, content: bytes, /) -> Any: ...


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class CompressedWriter:
    """Compresses what is written into `target`."""

    def __init__(self, target: Sink) -> None:
        self._target, self._digest = target, hashlib.sha256()
        compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self._frame = compressor.compressobj()

    def write(self, content: bytes) -> None:
        self._put(self._frame.compress(content))

    def finish(self) -> None:
        self._put(self._frame.flush())
        self._target.write(NOTE + self._digest.digest())

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._target.write(data)


class CompressedReader:
    """Decompresses `source`. Raises `ArchiveDamaged` where it is cut off, and at its end where anything was changed."""

    def __init__(self, source: Source) -> None:
        self._source, self._digest, self._clear = source, hashlib.sha256(), bytearray()
        self._frame = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes."""
        while len(self._clear) < size:
            if self._frame.eof:
                raise ArchiveDamaged(gettext("This archive is truncated."))
            self._fill()
        content = bytes(self._clear[:size])
        del self._clear[:size]
        return content

    def finish(self) -> None:
        """Require that everything was read and the checksum fits."""
        while not self._frame.eof and not self._clear:
            self._fill()
        if self._clear:
            raise ArchiveDamaged(gettext("This archive has data after its end."))
        expected = NOTE + self._digest.digest()
        found = self._frame.unused_data
        while len(found) <= len(expected) and (data := self._source.read(SLICE)):
            found += data
        if len(found) < len(expected):
            raise ArchiveDamaged(gettext("This archive is truncated."))
        if found[: len(expected)] != expected:
            raise ArchiveDamaged()
        if len(found) > len(expected):
            raise ArchiveDamaged(gettext("This archive has data after its end."))

    def _fill(self) -> None:
        data = self._source.read(SLICE)
        if not data:
            raise ArchiveDamaged(gettext("This archive is truncated."))
        try:
            self._clear += self._frame.decompress(data)
        except zstandard.ZstdError:
            raise ArchiveDamaged() from None
        self._digest.update(data[: len(data) - len(self._frame.unused_data)])
