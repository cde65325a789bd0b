"""The normal form of a row: the same JSON on every server, so that checksums can be compared.

Moments are UTC with microseconds, decimals plain text without trailing zeros, UUIDs text with hyphens, bytes base 64,
objects sorted by key. A float without a fraction is an integer, because PostgreSQL's `jsonb` makes no difference.
"""

import base64
import hashlib
import ipaddress
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import BinaryField, Field, GenericIPAddressField, JSONField
from django.utils.duration import duration_iso_string

from apps.platform.crypto import Sealed

MODULUS: Final = 1 << 256

# Text, whole numbers, true and false: in Python, in JSON and for every driver the same. Exactly these classes: a
# subclass may convert its column's value.
PLAIN: Final = frozenset(
    [
        models.AutoField,
        models.BigAutoField,
        models.BigIntegerField,
        models.BooleanField,
        models.CharField,
        models.EmailField,
        models.IntegerField,
        models.PositiveBigIntegerField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.SlugField,
        models.SmallIntegerField,
        models.TextField,
        models.URLField,
    ]
)


def normalise(value: Any) -> Any:
    """A Python value as a database backend of Django gives it, in the form that goes into an archive."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return {str(key): normalise(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [normalise(part) for part in value]
    return _normalise_rare(value)


def _normalise_rare(value: Any) -> Any:
    if isinstance(value, UUID | ipaddress.IPv4Address | ipaddress.IPv6Address):
        return str(value)
    if isinstance(value, Sealed):
        return value.token  # the ciphertext travels; the keys do not
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"An archive has no form for {type(value).__name__}.")


def as_it_stands(value: Any) -> Any:
    """The identity; callers skip it."""
    return value


def class_of(field: "Field[Any, Any]") -> type["Field[Any, Any]"]:
    """The type of a column's values; for a reference, the type of the key it refers to."""
    target: Any = field.target_field if field.is_relation else field  # type: ignore[attr-defined]
    return type(target)


def normaliser_of(field: "Field[Any, Any]") -> Callable[[Any], Any]:
    """`normalise` for a column; addresses in their short form, which not every server keeps."""
    if class_of(field) in PLAIN:
        return as_it_stands
    if isinstance(field, GenericIPAddressField):
        return lambda value: ipaddress.ip_address(str(value)).compressed if value else value
    return normalise


def restorer_of(field: "Field[Any, Any]") -> Callable[[Any], Any]:
    """The inverse: a value that the field can save."""
    if isinstance(field, JSONField):
        return lambda value: value
    if isinstance(field, BinaryField):
        return lambda value: None if value is None else base64.b64decode(value)
    target: Any = field.target_field if field.is_relation else field  # type: ignore[attr-defined]
    convert = target.to_python
    return lambda value: None if value is None else convert(value)


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def line_of(row: Any) -> bytes:
    """One row as one line: sorted keys, no spaces, UTF-8."""
    return _encode(row).encode()


@dataclass
class Checksum:
    """Counts rows and adds up their SHA-256 modulo 2^256.

    A sum, because servers sort text and UUIDs differently: rows read in any order give the same one, and a row that is
    missing, changed or there twice gives another. It detects damage and mistakes, not forgery.
    """

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest())) % MODULUS

    def add_all(self, lines: Iterable[bytes]) -> "Checksum":
        for line in lines:
            self.add(line)
        return self

    @property
    def hex(self) -> str:
        return f"{self.total:064x}"
