"""Credentials at rest: encrypted with Fernet, keys rotated by putting a new one first in `CREDENTIALS_KEYS`.

The database returns a `Sealed` mapping: it decrypts only when a value is read, and its `repr` and error pages show only
the names of the values.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from apps.platform.errors import CredentialsUnreadable


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("CREDENTIALS_KEYS is empty: credentials can't be stored.")
    try:
        return MultiFernet([Fernet(key.encode()) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            "A key in CREDENTIALS_KEYS is not 32 url-safe base64-encoded bytes."
        ) from error


def _current_fernet() -> MultiFernet:
    return _fernet(tuple(settings.CREDENTIALS_KEYS))


class Sealed(Mapping[str, Any]):
    """Credentials that don't print themselves. `dict(sealed)` is the deliberate way to the plain values."""

    def __init__(
        self, values: Mapping[str, Any] | None = None, *, token: str | None = None
    ) -> None:
        self._token = token if token is not None else seal(values or {})

    @property
    def token(self) -> str:
        """The ciphertext, which is what the database holds."""
        return self._token

    @property
    def is_readable(self) -> bool:
        """Whether one of the keys opens it."""
        return _opens(_current_fernet(), self._token)

    @property
    def is_under_newest_key(self) -> bool:
        """Whether the first key decrypts it, so that this value does not need the other keys."""
        return _opens(_fernet(tuple(settings.CREDENTIALS_KEYS[:1])), self._token)

    def rotated(self) -> "Sealed":
        """The same values under the newest key."""
        return Sealed(token=_current_fernet().rotate(self._token.encode()).decode())

    def __getitem__(self, key: str) -> Any:
        return unseal(self._token)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(unseal(self._token))

    def __len__(self) -> int:
        return len(unseal(self._token))

    def __repr__(self) -> str:
        return "<Sealed credentials>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(self._token)


def _opens(keys: MultiFernet, token: str) -> bool:
    try:
        keys.decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def seal(values: Mapping[str, Any]) -> str:
    """Encrypt a JSON object."""
    plain = json.dumps(dict(values), separators=(",", ":"), sort_keys=True)
    return _current_fernet().encrypt(plain.encode()).decode()


def unseal(token: str) -> dict[str, Any]:
    """Decrypt; raises `CredentialsUnreadable` when no key fits."""
    try:
        plain = _current_fernet().decrypt(token.encode())
    except InvalidToken:
        raise CredentialsUnreadable() from None
    values: dict[str, Any] = json.loads(plain)
    return values


if TYPE_CHECKING:
    _Column = models.TextField[Mapping[str, Any], Sealed]
else:
    _Column = models.TextField


class EncryptedJSONField(_Column):
    """A JSON object, encrypted in the column and `Sealed` in Python. Can't be searched; only `isnull` works."""

    description = "Encrypted JSON object"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(token=value)

    def to_python(self, value: Any) -> Sealed | None:
        if value is None or isinstance(value, Sealed):
            return value
        if isinstance(value, Mapping):
            return Sealed(value)
        return Sealed(token=str(value))

    def get_prep_value(self, value: Any) -> str | None:
        sealed = self.to_python(value)
        return None if sealed is None else sealed.token

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
