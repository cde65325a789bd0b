"""A decorator that caches what a function reads of a store, in the process's memory and in the shared cache, until a write."""

from collections.abc import Callable, Hashable
from functools import wraps
from hashlib import sha256
from typing import Any, Final, ParamSpec, TypeVar

from django.core.cache import cache

from apps.common.bounded_memory import BoundedMemory
from apps.tenancy.context import current_store
from apps.tenancy.page_versions import versions_now
from apps.tenancy.release import release_token
from apps.tenancy.replicas import reading_from_primary

P = ParamSpec("P")
T = TypeVar("T")

SHARED_SECONDS: Final = 3600
MEMORY_BOUND: Final = 2_000

# What a key gave, with the version it belongs to.
Memory = BoundedMemory[Hashable, tuple[str, Any]]

_memory = BoundedMemory[Hashable, tuple[str, Any]](lambda: MEMORY_BOUND)


def cached_by_version(
    *areas: str, besides: str = "", memory: Memory | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """The result belongs to the versions of these areas of what pages show, or of all `besides` one.

    With a `memory` of its own it is kept there alone, not in the shared cache: for what visitors can ask in any number of ways.

    Callers get the same object, so they don't change it, and it can be pickled; arguments are hashable. The process that
    reads asks the primary: a replica may not know yet what the version promises. Without the shared cache every call
    reads.
    """

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        name = f"{read.__module__}.{read.__qualname__}"

        @wraps(read)
        def read_once(*args: P.args, **kwargs: P.kwargs) -> T:
            versions = versions_now()
            if versions is None:
                return read(*args, **kwargs)
            version = versions.all_besides(besides) if besides else versions.of(*areas)
            key = (name, current_store(), args, tuple(sorted(kwargs.items())))
            found: T | None = _from_memory(key, version, memory)
            if found is None:
                found = _read(key, version, lambda: read(*args, **kwargs), memory)
            return found

        return read_once

    return decorate


def forget_cached() -> None:
    """Reset to the state of a new process."""
    _memory.clear()


def _from_memory(key: Hashable, version: str, memory: Memory | None) -> Any:
    there = (_memory if memory is None else memory).get(key)
    return there[1] if there is not None and there[0] == version else None


def _read(key: Hashable, version: str, read: Callable[[], T], memory: Memory | None) -> T:
    if memory is not None:
        with reading_from_primary():
            found = read()
        memory.put(key, (version, found))
        return found
    shared_key = "kept:" + sha256(repr((release_token(), key, version)).encode()).hexdigest()
    shared: T | None = cache.get(shared_key)
    if shared is None:
        with reading_from_primary():
            shared = read()
        cache.set(shared_key, shared, timeout=SHARED_SECONDS)
    _memory.put(key, (version, shared))
    return shared
