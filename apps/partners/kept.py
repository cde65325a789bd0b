"""What a process keeps of a store's rows, for as long as a word in the shared cache is the same.

Asking costs one read of the cache, or none for a moment where that is enough. Every change of the rows deletes the word after its commit, so that all processes read
again. Without the shared cache nothing is kept.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core.cache import cache
from django.db import transaction

from apps.common.bounded_memory import BoundedMemory
from apps.common.ids import random_token
from apps.tenancy.context import current_store

KEPT_SECONDS: Final = 60.0  # if a change was never announced
WORD_SECONDS: Final = 86_400

T = TypeVar("T")


@dataclass
class _Entry(Generic[T]):
    """`asked_at`: when the word was last seen to be the same."""

    word: str
    asked_at: float
    read_at: float
    value: T


class KeptRows(Generic[T]):
    """Values of the active store by key. `trusted_seconds`: for so long the word is not asked for again."""

    def __init__(self, name: str, *, trusted_seconds: float = 0.0) -> None:
        self._word, self._trusted = f"partners:{name}", trusted_seconds
        self._memory = BoundedMemory[Hashable, _Entry[T]](lambda: 2_000)
        _all.append(self)

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The word is read before the rows: what changes meanwhile is not kept under the new word."""
        where, tick = (current_store().id, key), time.monotonic()
        entry = self._memory.get(where)
        if entry is not None and tick - entry.asked_at < self._trusted:
            return entry.value
        word = self._current_word()
        if entry is not None and entry.word == word and tick - entry.read_at < KEPT_SECONDS:
            entry.asked_at = tick
            return entry.value
        value = read()
        if word is not None:
            self._memory.put(where, _Entry(word, tick, tick, value))
        return value

    def forget(self) -> None:
        """Call it in the transaction of a change: what this process reads until the commit is not kept either."""
        self._delete_word()
        transaction.on_commit(self._delete_word, robust=True)

    def clear(self) -> None:
        self._memory.clear()

    def _delete_word(self) -> None:
        self.clear()
        cache.delete(self._word)

    def _current_word(self) -> str | None:
        word: str | None = cache.get(self._word)
        if word is None:
            cache.add(self._word, random_token(), timeout=WORD_SECONDS)
            word = cache.get(self._word)
        return word


def forget_kept() -> None:
    """Reset to the state of a new process."""
    for one in _all:
        one.clear()


_all: list[KeptRows[Any]] = []
