"""Encryption of an archive in the age format (age-encryption.org), by a passphrase or for a recipient's key.

Every frame is encrypted by itself, so memory stays flat. A passphrase costs a second of scrypt by design, so it opens
a key made for this one archive, which opens the frames; reading an archive several times pays for it once.
"""

import base64
import binascii
from functools import lru_cache
from typing import Any

import pyrage

from apps.archive.errors import ArchiveDamaged, ArchiveLocked

RECIPIENT = "age1"
SECRET = "AGE-SECRET-KEY-"  # noqa: S105  the prefix of every age key, not a secret


class Encryptor:
    """Encrypts frames. `key` is a passphrase or an age recipient (`age1...`)."""

    def __init__(self, key: str) -> None:
        self.wrapped = ""
        try:
            if key.startswith(RECIPIENT):
                self._recipient: Any = pyrage.x25519.Recipient.from_str(key)
                return
        except pyrage.RecipientError:
            raise ArchiveLocked("This is not an age recipient (age1...).") from None
        identity = pyrage.x25519.Identity.generate()
        self._recipient = identity.to_public()
        sealed = pyrage.passphrase.encrypt(str(identity).encode(), key)
        self.wrapped = base64.b64encode(sealed).decode()

    def close(self, frame: bytes) -> bytes:
        return bytes(pyrage.encrypt(frame, [self._recipient]))


class Decryptor:
    """Decrypts frames. `key` is the passphrase or the age key (`AGE-SECRET-KEY-1...`); `wrapped` as `Encryptor` made it."""

    def __init__(self, key: str | None, wrapped: str) -> None:
        if not key:
            raise ArchiveLocked("This archive is encrypted; give its passphrase or key.")
        try:
            text = key if key.startswith(SECRET) else _unwrap(key, wrapped)
            self._identity: Any = pyrage.x25519.Identity.from_str(text)
        except (pyrage.DecryptError, pyrage.IdentityError, binascii.Error, UnicodeDecodeError):
            raise ArchiveLocked() from None

    def open(self, frame: bytes) -> bytes:
        try:
            return bytes(pyrage.decrypt(frame, [self._identity]))
        except pyrage.DecryptError as error:
            if "No matching keys" in str(error):
                raise ArchiveLocked() from None
            raise ArchiveDamaged() from None


@lru_cache(maxsize=2)
def _unwrap(passphrase: str, wrapped: str) -> str:
    if not wrapped:
        raise ArchiveLocked("This archive is encrypted for a key, not by a passphrase.")
    return bytes(pyrage.passphrase.decrypt(base64.b64decode(wrapped), passphrase)).decode()
