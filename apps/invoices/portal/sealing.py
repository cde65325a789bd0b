"""The portal's encryption: RSA (PKCS #1 v1.5) for the login, AES-256 in ECB mode with PKCS #7 padding for everything after it.

Prescribed by the portal (https://einv-apisandbox.nic.in/version1.04/authentication.html and its sample code); TLS is what protects the
connection.
"""

import base64
import binascii
import json
import os
import re
from collections.abc import Mapping
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

_BLOCK: Final = re.compile(r"-----BEGIN [A-Z0-9 ]+-----(.*?)-----END [A-Z0-9 ]+-----", re.DOTALL)
_LEAST_BITS: Final = 2048


class Unreadable(ValueError):
    """It is not what this key encrypts, or not such a key."""


def read_keys_of(text: str) -> list[RSAPublicKey]:
    """Public keys, as PEM or as base64 alone, of a key or of a certificate; one after the other. Raises `Unreadable`."""
    blocks = _BLOCK.findall(text) or re.split(r"[,;]", text)
    keys = [_read_key(block) for block in blocks if block.strip()]
    if not keys:
        raise Unreadable
    return keys


def write_key(key: RSAPublicKey) -> str:
    """In one line: base64 of its DER form."""
    return base64.b64encode(
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


def _read_key(block: str) -> RSAPublicKey:
    try:
        content = base64.b64decode("".join(block.split()), validate=True)
        key = _load(content)
    except (binascii.Error, ValueError, TypeError) as error:
        raise Unreadable from error
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
        raise Unreadable
    return key


def _load(content: bytes) -> Any:
    try:
        return load_der_public_key(content)
    except ValueError:
        return x509.load_der_x509_certificate(content).public_key()


def new_app_key() -> bytes:
    return os.urandom(32)


def seal_login(login: Mapping[str, Any], key: RSAPublicKey) -> str:
    """The login as the portal takes it: base64 of its JSON, encrypted."""
    plain = base64.b64encode(json.dumps(dict(login)).encode())
    return base64.b64encode(key.encrypt(plain, PKCS1v15())).decode()


def seal(content: bytes, key: bytes) -> str:
    padder = padding.PKCS7(AES.block_size).padder()
    # the portal takes no other mode
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305
    padded = padder.update(content) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def unseal(text: str, key: bytes) -> bytes:
    """Raises `Unreadable`."""
    try:
        decryptor = Cipher(AES(key), ECB()).decryptor()  # noqa: S305
        padded = decryptor.update(base64.b64decode(text)) + decryptor.finalize()
        unpadder = padding.PKCS7(AES.block_size).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except (binascii.Error, ValueError) as error:
        raise Unreadable from error
