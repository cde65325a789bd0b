"""The header of an age file (age-encryption.org/v1): the key of the file, encrypted by a passphrase or for a recipient.

age-encryption.org/v1
-> X25519 SHARE              by a passphrase: -> scrypt SALT 18
the file's key, encrypted
--- HMAC of the lines above, under the file's key
"""

import hmac
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext

from apps.archive import bech32
from apps.archive.errors import ArchiveDamaged, ArchiveLocked

VERSION: Final = b"age-encryption.org/v1\n"
X25519: Final = "X25519"
SCRYPT: Final = "scrypt"
PUBLIC, PRIVATE = "age", "age-secret-key-"
RECIPIENT: Final = f"{PUBLIC}1"
IDENTITY: Final = f"{PRIVATE}1"
KEY: Final = 16  # bytes
WORK: Final = 18  # scrypt takes 2^18 rounds, as the age program does: a second and 256 MB
MOST_WORK: Final = 20  # an archive that asks for more could exhaust the memory
LINE: Final = 4096  # bytes of a line of the header
LINES: Final = 200
COLUMNS: Final = 64


@dataclass(frozen=True)
class _Stanza:
    """The file's key for one recipient."""

    words: list[str]
    body: bytes


def write_header(target: BinaryIO, key: str) -> bytes:
    """Write a header for a passphrase or an age recipient (`age1...`). The file's new key."""
    file_key = os.urandom(KEY)
    is_recipient = key.startswith(RECIPIENT)
    stanza = _for_recipient(key, file_key) if is_recipient else _by_passphrase(key, file_key)
    lines = f"-> {' '.join(stanza.words)}\n{_text(stanza.body)}\n---".encode()
    signed = VERSION + lines
    target.write(signed + f" {_text(_mac(file_key, signed))}\n".encode())
    return file_key


def read_header(source: BinaryIO, key: str | None) -> bytes:
    """The file's key; `source` then is behind the header. `key` is a passphrase or `AGE-SECRET-KEY-1...`.

    Raises `ArchiveLocked` for a key that does not fit, `ArchiveDamaged` for a header that is malformed or changed.
    """
    if not key:
        raise ArchiveLocked(gettext("This archive is encrypted; give its passphrase or key."))
    try:
        stanzas, signed, mac = _parse(source)
        file_key = _open(stanzas, key)
    except (NotBase64, UnicodeDecodeError, ValueError):
        raise ArchiveDamaged() from None
    if not hmac.compare_digest(_mac(file_key, signed), mac):
        raise ArchiveDamaged()
    return file_key


def derive(secret: bytes, *, salt: bytes = b"", info: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=salt, info=info).derive(secret)


def _for_recipient(recipient: str, file_key: bytes) -> _Stanza:
    try:
        public = bech32.decode(recipient, PUBLIC)
        other = X25519PublicKey.from_public_bytes(public)
        own = X25519PrivateKey.generate()
        shared = own.exchange(other)
    except ValueError:
        raise ArchiveLocked(gettext("This is not an age recipient (age1...).")) from None
    share = own.public_key().public_bytes_raw()
    wrapping = derive(shared, salt=share + public, info=b"age-encryption.org/v1/X25519")
    return _Stanza([X25519, _text(share)], _wrap(wrapping, file_key))


def _by_passphrase(passphrase: str, file_key: bytes) -> _Stanza:
    salt = os.urandom(16)
    wrapping = _stretch(passphrase, salt, WORK)
    return _Stanza([SCRYPT, _text(salt), str(WORK)], _wrap(wrapping, file_key))


@lru_cache(maxsize=2)
def _stretch(passphrase: str, salt: bytes, work: int) -> bytes:
    """Cached: a restore reads its archive several times."""
    salt = b"age-encryption.org/v1/scrypt" + salt
    return Scrypt(salt, length=32, n=1 << work, r=8, p=1).derive(passphrase.encode())


def _parse(source: BinaryIO) -> tuple[list[_Stanza], bytes, bytes]:
    """The stanzas, the bytes that the HMAC is over, and the HMAC."""
    signed, stanzas = _line(source), list[_Stanza]()
    if signed != VERSION:
        raise ArchiveDamaged()
    for _count in range(LINES):
        line = _line(source)
        if line.startswith(b"--- "):
            return stanzas, signed + b"---", _bytes(line[4:-1].decode())
        signed += line
        if line.startswith(b"-> "):
            stanzas.append(_Stanza(line[3:-1].decode("ascii").split(" "), b""))
        elif stanzas:
            last = stanzas.pop()
            stanzas.append(_Stanza(last.words, last.body + _bytes(line[:-1].decode())))
    raise ArchiveDamaged()


def _open(stanzas: list[_Stanza], key: str) -> bytes:
    kinds = [stanza.words[0] for stanza in stanzas]
    if SCRYPT in kinds and len(kinds) > 1:
        raise ArchiveDamaged()
    if key.lower().startswith(IDENTITY):
        try:
            own = X25519PrivateKey.from_private_bytes(bech32.decode(key, PRIVATE))
        except ValueError:
            raise ArchiveLocked(gettext("This is not an age key (AGE-SECRET-KEY-1...).")) from None
        found = [_open_for(own, stanza) for stanza in stanzas if stanza.words[0] == X25519]
    elif SCRYPT in kinds:
        found = [_open_by(key, stanzas[0])]
    else:
        raise ArchiveLocked(gettext("This archive is encrypted for a key, not by a passphrase."))
    opened = next(filter(None, found), None)
    if opened is None:
        raise ArchiveLocked()
    return opened


def _open_for(own: X25519PrivateKey, stanza: _Stanza) -> bytes | None:
    _kind, text = stanza.words
    share = _bytes(text)
    shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    salt = share + own.public_key().public_bytes_raw()
    return _unwrap(derive(shared, salt=salt, info=b"age-encryption.org/v1/X25519"), stanza.body)


def _open_by(passphrase: str, stanza: _Stanza) -> bytes | None:
    _kind, salt, work = stanza.words
    if not work.isdecimal() or not 1 <= int(work) <= MOST_WORK:
        raise ArchiveDamaged()
    return _unwrap(_stretch(passphrase, _bytes(salt), int(work)), stanza.body)


def _wrap(wrapping: bytes, file_key: bytes) -> bytes:
    return ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)


def _unwrap(wrapping: bytes, body: bytes) -> bytes | None:
    if len(body) != KEY + 16:
        raise ArchiveDamaged()
    try:
        return ChaCha20Poly1305(wrapping).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(derive(file_key, info=b"header"), signed, "sha256")


def _line(source: BinaryIO) -> bytes:
    line = source.readline(LINE)
    if not line.endswith(b"\n"):
        raise ArchiveDamaged()
    return line


def _text(content: bytes) -> str:
    """age's base 64 has no padding."""
    return b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    content = b64decode(text + "=" * (-len(text) % 4), validate=True)
    if _text(content) != text or len(text) > COLUMNS:
        raise ArchiveDamaged()
    return content
