"""Reads that a request repeats, made once. Only in requests that change nothing: what they have read stays true for them."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from apps.tenancy.context import current_store

P = ParamSpec("P")
T = TypeVar("T")

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered_reads", default=None)


@contextmanager
def remembering_reads() -> Iterator[None]:
    """For a request that changes nothing."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def is_remembering() -> bool:
    """Whether this is a request that changes nothing."""
    return _memory.get() is not None


def forget_reads() -> None:
    """After an unexpected write, such as a view counter: later calls read again."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()


def remembered(read: Callable[P, T]) -> Callable[P, T]:
    """Inside `remembering_reads()` a call with the same arguments in the same store gives the object of the first one,
    so callers don't change it. Outside, every call reads. Arguments are hashable."""

    @wraps(read)
    def read_once(*args: P.args, **kwargs: P.kwargs) -> T:
        memory = _memory.get()
        if memory is None:
            return read(*args, **kwargs)
        key = (read, current_store().id, args, tuple(sorted(kwargs.items())))
        if key not in memory:
            memory[key] = read(*args, **kwargs)
        found: T = memory[key]
        return found

    return read_once
