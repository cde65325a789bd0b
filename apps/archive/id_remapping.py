"""A copy under another store's id: keys of documents change with it, because all stores share their collections."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from bson import ObjectId

# Users of the copy log in again: a session or a token of one store is not valid at another.
LEFT_OUT_OF_COPIES: Final = frozenset(
    [
        "account_emailconfirmation",
        "django_session",
        "events_idempotencykey",
        "token_blacklist_blacklistedtoken",
        "token_blacklist_outstandingtoken",
    ]
)


_KEY: Final = re.compile(rb'"([0-9a-f]{24})"')


@dataclass(frozen=True)
class Restamp:
    """Maps the keys of one store's documents to those of its copy, wherever they stand: in documents, in rows and
    inside their JSON, as text or as key. `known` holds the original keys as 24 hex digits (about 80 bytes each in memory).

    The same key of the same copy always gets the same new one, so a repeated restore makes no second document. The
    first four bytes, the moment it was made, stay: keys sort as before.
    """

    source: UUID
    target: UUID
    known: frozenset[str]

    def key(self, old: str) -> str:
        digest = hashlib.sha256(f"{self.target.hex} {old}".encode()).hexdigest()
        return old[:8] + digest[:16]

    def may_change(self, line: bytes) -> bool:
        """Whether `value` could change this row; checks only the text of the line. Most have no key."""
        return any(one.decode() in self.known for one in _KEY.findall(line)) or any(
            form.encode() in line for form in self._stores
        )

    def value(self, value: Any) -> Any:
        """The value with every known key in it mapped."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {self._text(key): self.value(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.value(part) for part in value]
        if isinstance(value, ObjectId):
            return ObjectId(self.key(str(value))) if str(value) in self.known else value
        return value

    @cached_property
    def _stores(self) -> dict[str, str]:
        """The ways in which a store's id is written."""
        return {str(self.source): str(self.target), self.source.hex: self.target.hex}

    def _text(self, text: str) -> str:
        if len(text) == 24 and text in self.known:
            return self.key(text)
        return self._stores.get(text, text) if len(text) in (32, 36) else text
