"""Encryption of a stream in the age format, chunk by chunk: what `age --decrypt` opens, in flat memory.

Behind the header stand 16 bytes of nonce and chunks of 64 KB, each encrypted with ChaCha20-Poly1305. A chunk's nonce is
its number and whether it is the last, so no chunk can be left out, moved or cut off.
"""

import os
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from apps.archive.errors import ArchiveDamaged
from apps.archive.file_keys import derive, read_header, write_header

CHUNK: Final = 64 << 10
TAG: Final = 16
NONCE: Final = 16


class EncryptedWriter:
    """Encrypts what is written into `target`. `key` is a passphrase or an age recipient (`age1...`)."""

    def __init__(self, target: BinaryIO, key: str) -> None:
        self._target, self._waiting, self._number = target, bytearray(), 0
        file_key, nonce = write_header(target, key), os.urandom(NONCE)
        target.write(nonce)
        self._cipher = ChaCha20Poly1305(derive(file_key, salt=nonce, info=b"payload"))

    def write(self, content: bytes) -> None:
        """The last full chunk is held back, because the final chunk is marked."""
        self._waiting += content
        start = 0
        while len(self._waiting) - start > CHUNK:
            self._put(bytes(self._waiting[start : start + CHUNK]), is_last=False)
            start += CHUNK
        del self._waiting[:start]

    def finish(self) -> None:
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, None))
        self._number += 1


class EncryptedReader:
    """Decrypts `source` from its beginning. `key` is the passphrase or the age key (`AGE-SECRET-KEY-1...`)."""

    def __init__(self, source: BinaryIO, key: str | None) -> None:
        self._source, self._number = source, 0
        file_key, nonce = read_header(source, key), source.read(NONCE)
        self._cipher = ChaCha20Poly1305(derive(file_key, salt=nonce, info=b"payload"))
        self._following = source.read(CHUNK + TAG)
        self._clear = memoryview(b"")
        if len(nonce) != NONCE or not self._following:
            raise ArchiveDamaged()

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        if not self._clear and self._following:
            chunk, self._following = self._following, self._source.read(CHUNK + TAG)
            nonce = _nonce(self._number, not self._following)
            try:
                self._clear = memoryview(self._cipher.decrypt(nonce, chunk, None))
            except InvalidTag:
                raise ArchiveDamaged() from None
            self._number += 1
        content, self._clear = self._clear[:size], self._clear[size:]
        return bytes(content)


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])
