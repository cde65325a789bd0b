"""Django's Redis cache, without which the shops go on selling.

While its server doesn't answer, the cache behaves as Django's `DummyCache` does: it has nothing and stores nothing.
After a failure no thread of the process asks again for `PAUSE_SECONDS`, so that a server that is silent instead of
gone costs one visitor a moment, not every visitor.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, cast

import structlog
from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 1.0


class _Breaker:
    """Of one server, for all threads of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._retry_at = 0.0
        self._is_broken = False

    @property
    def is_broken(self) -> bool:
        return self._is_broken

    def refuses(self) -> bool:
        """Whether to do without. When a pause is over, one thread asks and the others do without a little longer."""
        if not self._is_broken:
            return False
        with self._lock:
            if time.monotonic() < self._retry_at:
                return True
            self._retry_at = time.monotonic() + PAUSE_SECONDS
        return False

    def failed(self, error: RedisError) -> None:
        with self._lock:
            was_broken, self._is_broken = self._is_broken, True
            self._retry_at = time.monotonic() + PAUSE_SECONDS
        if not was_broken:
            log.error("The shared cache does not answer.", error=type(error).__name__)

    def succeeded(self) -> None:
        if self._is_broken:
            with self._lock:
                self._is_broken = False
            log.info("The shared cache answers again.")


_breakers: dict[str, _Breaker] = {}


class SharedCache(RedisCache):
    """`is_answering` says whether the last command got an answer; `ping` asks the server and raises."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._breaker = _breakers.setdefault(str(server), _Breaker())

    @property
    def is_answering(self) -> bool:
        return not self._breaker.is_broken

    def ping(self) -> None:
        """Raise `RedisError` when the server does not answer."""
        try:
            self._cache.get_client(write=True).ping()
        except RedisError as error:
            self._breaker.failed(error)
            raise
        self._breaker.succeeded()

    def get_or_claim(self, key: str, claim: str, seconds: int) -> tuple[Any, bool]:
        """The value, and whether the caller is the first in these seconds to claim it: one round trip. Without an answer
        there is no value, and the caller may do what is claimed."""

        def ask() -> tuple[Any, bool]:
            client: Any = self._cache
            pipeline = client.get_client(write=True).pipeline(transaction=False)
            pipeline.get(self.make_and_validate_key(key))
            pipeline.set(self.make_and_validate_key(claim), 1, nx=True, ex=seconds)
            value, is_first = pipeline.execute()
            return None if value is None else client._serializer.loads(value), bool(is_first)

        found: tuple[Any, bool] = self._attempt(ask, (None, True))
        return found

    def is_there(self) -> bool:
        with suppress(RedisError):
            self.ping()
            return True
        return False

    def measure(self, prefix: str) -> tuple[int, int]:
        """How many keys with this prefix the current store has, and the memory they take. Walks over all keys."""
        client = self._cache.get_client()
        pattern = self.make_key(prefix) + "*"
        count = size = 0
        for key in client.scan_iter(match=pattern, count=1000):
            count += 1
            size += client.memory_usage(key) or 0
        return count, size

    def _attempt(self, command: Callable[[], Any], otherwise: Any) -> Any:
        if self._breaker.refuses():
            return otherwise
        try:
            result = command()
        except RedisError as error:
            self._breaker.failed(error)
            return otherwise
        self._breaker.succeeded()
        return result

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        added: bool = self._attempt(
            lambda: super(SharedCache, self).add(key, value, timeout, version), True
        )
        return added

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._attempt(lambda: super(SharedCache, self).get(key, default, version), default)

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._attempt(lambda: super(SharedCache, self).set(key, value, timeout, version), None)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        touched: bool = self._attempt(
            lambda: super(SharedCache, self).touch(key, timeout, version), False
        )
        return touched

    def delete(self, key: str, version: int | None = None) -> bool:
        deleted: bool = self._attempt(lambda: super(SharedCache, self).delete(key, version), False)
        return deleted

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self._attempt(
            lambda: super(SharedCache, self).get_many(keys, version), {}
        )
        return found

    def has_key(self, key: str, version: int | None = None) -> bool:
        is_there: bool = self._attempt(
            lambda: super(SharedCache, self).has_key(key, version), False
        )
        return is_there

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises `ValueError` for a key that is not there, which is every key while the server does not answer."""
        number: int | None = self._attempt(
            lambda: super(SharedCache, self).incr(key, delta, version), None
        )
        if number is None:
            raise ValueError(f"Key {key!r} not found.")
        return number

    def set_many(
        self, data: Mapping[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        failed: list[str] = self._attempt(
            lambda: super(SharedCache, self).set_many(dict(data), timeout, version), list(data)
        )
        return failed

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._attempt(lambda: super(SharedCache, self).delete_many(keys, version), None)

    def clear(self) -> None:
        self._attempt(lambda: super(SharedCache, self).clear(), None)


# Of this thread, as Django's own name for it.
shared_cache = cast(SharedCache, cache)
