"""Values by key in the memory of one process, bounded: what was asked for longest ago goes first."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedMemory(Generic[K, V]):
    """Safe between threads. `bound` limits the sum of `size_of` of all values; without `size_of` it is their number."""

    def __init__(
        self, bound: Callable[[], int], *, size_of: Callable[[V], int] = lambda _value: 1
    ) -> None:
        self._bound, self._size_of = bound, size_of
        self._lock = threading.Lock()
        self._values: OrderedDict[K, V] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        return self._size

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def values(self) -> list[V]:
        with self._lock:
            return list(self._values.values())

    def get(self, key: K) -> V | None:
        value = self._values.get(key)
        if value is not None:
            with suppress(KeyError):  # another thread has just dropped it
                self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._drop(key)
            self._values[key] = value
            self._size += self._size_of(value)
            while self._size > self._bound() and self._values:
                self._drop(next(iter(self._values)))

    def drop(self, key: K) -> None:
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._size = 0

    def _drop(self, key: K) -> None:
        if key in self._values:
            self._size -= self._size_of(self._values.pop(key))
