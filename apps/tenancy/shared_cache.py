"""Django's Redis cache in its roles, without which the shops go on selling.

| alias | keeps | while its server does not answer |
|---|---|---|
| `default` | derived values, versions, short notes | has nothing and stores nothing, as Django's `DummyCache` |
| `pages` | rendered pages | the same: every page is rendered |
| `sessions` | copies of sessions | the same: sessions are read from their rows |
| `limits` | rate limits | each process counts by itself |

After a failure no request of the process asks that server any more: a thread asks it every `PAUSE_SECONDS` until it
answers. So a server that is silent instead of gone costs the requests of one moment a second, and no others.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast

import structlog
from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 1.0
OWED_BOUND: Final = 10_000
COPY_SECONDS: Final = 300
PROCESS_COUNTERS: Final = 100_000
_PORTION: Final = 500


class _Server:
    """What this process knows of one server, for all threads and roles.

    A deletion that failed is owed: the server may come back with what it had, and a session that has ended must not.
    It is made up for before the server is asked anything else.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_broken = False
        self._owed: dict[str, None] = {}
        self._watcher: threading.Thread | None = None

    @property
    def is_broken(self) -> bool:
        return self._is_broken

    def refuses(self, ask: Callable[[], None]) -> bool:
        """Whether to do without. A forked process has no thread yet that asks."""
        if self._is_broken:
            self._watch(ask)
        return self._is_broken

    def failed(self, error: RedisError, ask: Callable[[], None]) -> None:
        with self._lock:
            was_broken, self._is_broken = self._is_broken, True
        if not was_broken:
            log.warning("The shared cache does not answer.", error=type(error).__name__)
        self._watch(ask)

    def succeeded(self) -> None:
        with self._lock:
            was_broken, self._is_broken = self._is_broken, False
        if was_broken:
            log.info("The shared cache answers again.")

    def owe(self, keys: Iterable[str]) -> None:
        with self._lock:
            self._owed.update(dict.fromkeys(keys))
            while len(self._owed) > OWED_BOUND:
                del self._owed[next(iter(self._owed))]

    def pay(self, delete: Callable[..., Any]) -> None:
        while portion := list(self._owed)[:_PORTION]:
            delete(*portion)
            with self._lock:
                for key in portion:
                    self._owed.pop(key, None)

    def _watch(self, ask: Callable[[], None]) -> None:
        with self._lock:
            if self._watcher is not None and self._watcher.is_alive():
                return
            self._watcher = threading.Thread(
                target=self._wait, args=(ask,), daemon=True, name="shared-cache"
            )
            self._watcher.start()

    def _wait(self, ask: Callable[[], None]) -> None:
        while self._is_broken:
            time.sleep(PAUSE_SECONDS)
            with suppress(RedisError):
                ask()


class _Client(RedisCacheClient):
    """Django's makes a client object for each command, which costs more than the command."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **options)
        self._kept: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        client = self._kept.get(write)
        if client is None:
            client = self._kept[write] = super().get_client(key, write=write)
        return client


_servers: dict[str, _Server] = {}
_clients: dict[str, _Client] = {}


class SharedCache(RedisCache):
    """`is_answering` says whether the last command got an answer; `ping` asks the server and raises."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.server_name = f"{server} {params.get('OPTIONS')}"
        self._server = _servers.setdefault(self.server_name, _Server())
        self._without: BaseCache = DummyCache("", params)

    @property
    def _cache(self) -> _Client:
        """Of the process: threads and roles share its connections."""
        client = _clients.get(self.server_name)
        if client is None:
            django: Any = self
            made = _Client(django._servers, **django._options)
            client = _clients.setdefault(self.server_name, made)
        return client

    @property
    def is_answering(self) -> bool:
        return not self._server.is_broken

    def client(self) -> Any:
        """For commands that Django's caches don't have. Its errors are the caller's."""
        return self._cache.get_client(write=True)

    def ping(self) -> None:
        """Raise `RedisError` when the server does not answer."""
        client = self.client()
        try:
            self._server.pay(client.delete)
            client.ping()
        except RedisError as error:
            self._server.failed(error, self.ping)
            raise
        self._server.succeeded()

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

        found: tuple[Any, bool] = self._attempt(ask, lambda: (None, True))
        return found

    def is_there(self) -> bool:
        with suppress(RedisError):
            self.ping()
            return True
        return False

    def measure(self, prefix: str) -> tuple[int, int]:
        """How many keys with this prefix the current store has, and the memory they take. Walks over all keys."""
        client = self.client()
        pattern = self.make_key(prefix) + "*"
        count = size = 0
        for key in client.scan_iter(match=pattern, count=1000):
            count += 1
            size += client.memory_usage(key) or 0
        return count, size

    def _attempt(self, command: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
        if self._server.refuses(self.ping):
            return otherwise()
        try:
            return command()
        except RedisError as error:
            self._server.failed(error, self.ping)
            return otherwise()

    def _owe(self, keys: Iterable[str], version: int | None) -> None:
        self._server.owe(self.make_and_validate_key(key, version=version) for key in keys)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        call = (key, value, timeout, version)
        added: bool = self._attempt(partial(super().add, *call), partial(self._without.add, *call))
        return added

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        call = (key, default, version)
        return self._attempt(partial(super().get, *call), partial(self._without.get, *call))

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        call = (key, value, timeout, version)
        self._attempt(partial(super().set, *call), partial(self._without.set, *call))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        call = (key, timeout, version)
        touched: bool = self._attempt(
            partial(super().touch, *call), partial(self._without.touch, *call)
        )
        return touched

    def delete(self, key: str, version: int | None = None) -> bool:
        def otherwise() -> bool:
            self._owe([key], version)
            return self._without.delete(key, version)

        deleted: bool = self._attempt(partial(super().delete, key, version), otherwise)
        return deleted

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        names = list(keys)
        found: dict[str, Any] = self._attempt(
            partial(super().get_many, names, version),
            partial(self._without.get_many, names, version),
        )
        return found

    def has_key(self, key: str, version: int | None = None) -> bool:
        is_there: bool = self._attempt(
            partial(super().has_key, key, version), partial(self._without.has_key, key, version)
        )
        return is_there

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises `ValueError` for a key that is not there, which is every key where nothing is kept."""
        call = (key, delta, version)
        number: int = self._attempt(
            partial(super().incr, *call), partial(self._without.incr, *call)
        )
        return number

    def count(self, key: str, seconds: int) -> int:
        """One more under a key that lives so long, and how many that makes. One round trip."""
        number: int = self._attempt(
            partial(self._count_there, key, seconds),
            partial(_count_in, self._without, key, seconds),
        )
        return number

    def _count_there(self, key: str, seconds: int) -> int:
        name = self.make_and_validate_key(key)
        pipeline = self.client().pipeline(transaction=False)
        number: int = pipeline.set(name, 0, ex=seconds, nx=True).incr(name).execute()[1]
        return number

    def set_many(
        self, data: Mapping[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        failed: list[str] = self._attempt(
            partial(super().set_many, dict(data), timeout, version), lambda: list(data)
        )
        return failed

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        names = list(keys)
        self._attempt(
            partial(super().delete_many, names, version), partial(self._owe, names, version)
        )

    def clear(self) -> None:
        self._attempt(super().clear, self._without.clear)


def _count_in(counters: BaseCache, key: str, seconds: int) -> int:
    counters.add(key, 0, seconds)
    try:
        return counters.incr(key)
    except ValueError:  # its time ended between the two, or nothing is kept
        return 1


class SessionCopies(SharedCache):
    """Sessions are rows; these are copies. A copy that could not be replaced is deleted when the server answers again, and
    none lives longer than `COPY_SECONDS`, in case the process that owed it is gone."""

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        is_long = timeout in (None, DEFAULT_TIMEOUT) or timeout > COPY_SECONDS
        super().set(key, value, COPY_SECONDS if is_long else timeout, version)
        if not self.is_answering:
            self._owe([key], version)


class RateCounters(SharedCache):
    """While the server does not answer, each process counts in its own memory: a limit is then that much for each process
    rather than none."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        own = {**params, "OPTIONS": {"MAX_ENTRIES": PROCESS_COUNTERS}}
        self._without = LocMemCache("rate counters", own)


# Each stands for the cache of its role, as Django's `cache` stands for the default one.
shared_cache = cast(SharedCache, cache)
page_cache = cast(SharedCache, ConnectionProxy(caches, "pages"))
rate_counters = cast(SharedCache, ConnectionProxy(caches, "limits"))


def roles_by_server() -> dict[str, SharedCache]:
    """One role of each server, by its alias."""
    found: dict[str, tuple[str, SharedCache]] = {}
    for alias in settings.CACHES:
        role = cast(SharedCache, caches[alias])
        found.setdefault(role.server_name, (alias, role))
    return dict(found.values())
