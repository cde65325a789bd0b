"""One placed database of this process, and its Django connection, which checks the circuit before it connects."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from weakref import WeakSet

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQLWrapper
from django.db.utils import load_backend
from psycopg_pool import PoolTimeout
from pymongo import MongoClient
from pymongo.monitoring import TopologyListener

from apps.tenancy import liveness
from apps.tenancy.addresses import PinnedConnection
from apps.tenancy.connections.circuit import Circuit
from apps.tenancy.connections.errors import PoolFull
from apps.tenancy.connections.limits import Limits
from apps.tenancy.documents.pinning import PinnedPool
from apps.tenancy.liveness import WatchedConnection, is_watching
from apps.tenancy.pools import StorePool, require_answer, reset_connection

DOCUMENTS_ENGINE: Final = "apps.tenancy.documents"
# A documents client is shared by all threads and does not report when it is idle.
DOCUMENTS_REST_SECONDS: Final = 10.0
# What a forked child inherited, kept so that the child never closes it.
_of_the_parent: Final[list[Any]] = []


@dataclass(frozen=True)
class PoolUse:
    """Connections of this process to one database."""

    in_use: int
    idle: int
    size: int


class PlacedDatabase:
    """Settings, pool, circuit and users of one database. `is_forgotten` objects are replaced at the next use."""

    def __init__(
        self,
        alias: str,
        settings: dict[str, Any],
        limits: Limits,
        *,
        borrow: "Callable[[PlacedDatabase], AbstractContextManager[None]]",
        is_permanent: bool,
    ) -> None:
        """`borrow` keeps the database from being forgotten while a connection is made."""
        self.borrow = borrow
        self.alias = alias
        self.settings = settings
        self.limits = limits
        self.is_permanent = is_permanent
        self.pool_size: int = settings["POOL_SIZE"]
        self.is_documents = settings["ENGINE"] == DOCUMENTS_ENGINE
        self.is_forgotten = False
        self.is_retired = False
        self.pins = 0
        self.used_at = time.monotonic()
        self.circuit = Circuit(alias, probe=self._probe, retry_seconds=limits.retry_seconds)
        self.pool: StorePool | None = None
        self._lock = threading.Lock()
        self._wrappers: WeakSet[BaseDatabaseWrapper] = WeakSet()

    def __repr__(self) -> str:
        return f"<PlacedDatabase {self.alias}>"

    def new_wrapper(self) -> BaseDatabaseWrapper:
        """This thread's Django connection; nothing is connected yet."""
        engine = load_backend(self.settings["ENGINE"]).DatabaseWrapper
        wrapper: Any = _guarded(engine)(self.settings, self.alias)
        wrapper.placed = self
        with self._lock:
            self._wrappers.add(wrapper)
        return wrapper  # type: ignore[no-any-return]

    @property
    def is_in_use(self) -> bool:
        """Whether any thread holds or requests a connection."""
        if self.pins:
            return True
        if self.is_documents:
            return time.monotonic() - self.used_at < DOCUMENTS_REST_SECONDS
        return self.count_open() > 0

    def count_open(self) -> int:
        """Connections that threads hold now."""
        with self._lock:
            return sum(1 for wrapper in self._wrappers if wrapper.connection is not None)

    def pool_use(self) -> PoolUse:
        """Connections of this process; unknown for a documents client."""
        if self.pool is not None:
            in_use, idle = self.pool.use()
            return PoolUse(in_use, idle, self.pool_size)
        return PoolUse(0 if self.is_documents else self.count_open(), 0, self.pool_size)

    def pool_for(self, wrapper: PostgreSQLWrapper) -> StorePool:
        """The one pool of this database in this process, made at the first use."""
        with self._lock:
            if self.pool is None:
                plain: Any = type(wrapper)(self.settings, self.alias)
                self.pool = StorePool(
                    connection_class=self._connection_class(),
                    kwargs={**wrapper.get_connection_params(), "autocommit": True},
                    open=False,
                    configure=plain._configure_connection,
                    check=require_answer,
                    reset=reset_connection,
                    name=self.alias,
                    min_size=0,
                    max_size=self.pool_size,
                    timeout=self.limits.wait_seconds,
                    reconnect_timeout=self.limits.wait_seconds,
                    max_idle=self.limits.idle_seconds,
                    num_workers=1,
                )
            return self.pool

    @contextmanager
    def connecting(self) -> Iterator[None]:
        """Wraps connecting. Raises `StoreUnreachable` at once while the circuit is open. The driver's own error is dropped,
        because its text and its frames contain the address and the credentials."""
        self.circuit.require_answer()
        try:
            self._require_free_slot()
            yield
        except (PoolFull, ImproperlyConfigured):
            raise
        except Exception as error:  # each driver has errors of its own; connecting is not possible
            if self._is_merely_busy(error):
                raise PoolFull(self.alias) from None
            self.circuit.failed(error)
            raise self.circuit.refusal() from None
        self.circuit.succeeded()

    def close(self) -> None:
        """Close the pool or client. Connections in use are closed when they are returned."""
        with self._lock:
            pool, self.pool = self.pool, None
            wrappers = list(self._wrappers)
        if pool is not None:
            pool.close(timeout=0.2)
        if self.is_documents:
            client = self._take_client()
            for wrapper in wrappers:
                wrapper.connection = None
            if client is not None:
                client.close()

    def leave_to_parent(self) -> None:
        """In a forked child: drop pool and connections without closing them; the next use registers the database
        again."""
        self._lock = threading.Lock()
        _of_the_parent.append(self.pool)
        if self.is_documents:
            _of_the_parent.append(self._take_client())
        self.pool, self.pins, self.is_forgotten = None, 0, True
        for wrapper in list(self._wrappers):
            _of_the_parent.append(wrapper.connection)
            wrapper.connection = None

    def _take_client(self) -> Any:
        """The documents client that all threads share, read from the driver; None if there is none."""
        clients: dict[str, Any] = load_backend(
            self.settings["ENGINE"]
        ).DatabaseWrapper._connection_pools
        return clients.pop(self.alias, None)

    def _connection_class(self) -> type[WatchedConnection]:
        """Hosts from user input are resolved and checked for every connection of the pool."""
        return PinnedConnection if self.settings.get("PIN_ADDRESS") else WatchedConnection

    def client_extras(self) -> dict[str, Any]:
        """The same for a documents client."""
        return {"_pool_class": PinnedPool} if self.settings.get("PIN_ADDRESS") else {}

    def _require_free_slot(self) -> None:
        """Databases without a pool have as many connections as threads use them, up to the pool's size."""
        if self.is_documents or self.pool is not None or self.is_permanent:
            return
        deadline = time.monotonic() + self.limits.wait_seconds
        while self.count_open() >= self.pool_size:
            if time.monotonic() > deadline:
                raise PoolFull(self.alias)
            time.sleep(0.01)

    def _is_merely_busy(self, error: Exception) -> bool:
        if not isinstance(error, PoolTimeout) or self.pool is None:
            return False
        in_use, _idle = self.pool.use()
        return in_use >= self.pool_size and self.count_open() >= self.pool_size

    def _probe(self) -> None:
        """Connect without pool and circuit, run a small query, and disconnect."""
        wrapper: Any = load_backend(self.settings["ENGINE"]).DatabaseWrapper(
            {**self.settings, "OPTIONS": _without_pool(self.settings["OPTIONS"])}, self.alias
        )
        if self.is_documents:
            parameters = {**wrapper.get_connection_params(), **self.client_extras()}
            with MongoClient(**parameters) as client:
                client.admin.command("ping")
            return
        try:
            with wrapper.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            wrapper.close()


def _without_pool(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != "pool"}


class _Guarded(BaseDatabaseWrapper):
    """Mixed into whatever backend a placed database has."""

    placed: PlacedDatabase | None = None

    def connect(self) -> None:
        if self.placed is None:
            super().connect()
            return
        with self.placed.borrow(self.placed), self.placed.connecting():
            super().connect()


class _GuardedPostgreSQL(_Guarded, PostgreSQLWrapper):
    @property
    def pool(self) -> StorePool | None:
        if self.placed is None or self.settings_dict["NAME"] is None:
            return None
        return self.placed.pool_for(self)


class _GuardedMySQL(_Guarded):
    def get_connection_params(self) -> dict[str, Any]:
        """A connection lives as long as a request or a job."""
        parameters: dict[str, Any] = super().get_connection_params()
        if self.placed is None or not is_watching():
            return parameters
        return {**parameters, "read_timeout": liveness.READ_SECONDS}


class _GuardedDocuments(_Guarded):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        placed = self.placed
        if placed is None:
            return super().get_new_connection(conn_params)
        listeners = [_CircuitOfTopology(placed)]
        extras = {**placed.client_extras(), "event_listeners": listeners}
        return super().get_new_connection({**conn_params, **extras})


class _CircuitOfTopology(TopologyListener):
    """PyMongo monitors its servers: a client without a writable server counts as an open circuit."""

    def __init__(self, placed: PlacedDatabase) -> None:
        self._placed = placed
        self._was_writable = False

    def opened(self, event: Any) -> None:
        """Nothing is known yet."""

    def closed(self, event: Any) -> None:
        """We closed it."""

    def description_changed(self, event: Any) -> None:
        is_writable = event.new_description.has_writable_server()
        if is_writable:
            self._placed.circuit.succeeded()
        elif self._was_writable and not self._placed.is_forgotten:
            self._placed.circuit.failed(ConnectionError())
        self._was_writable = is_writable


@cache
def _guarded(engine: type[BaseDatabaseWrapper]) -> type[BaseDatabaseWrapper]:
    """The backend's class with the mixin's `connect` before its own."""
    if issubclass(engine, PostgreSQLWrapper):
        guard: type[BaseDatabaseWrapper] = _GuardedPostgreSQL
    elif engine.vendor == "mysql":
        guard = _GuardedMySQL
    elif engine.vendor == "mongodb":
        guard = _GuardedDocuments
    else:
        guard = _Guarded
    return type(f"Guarded{engine.__name__}", (guard, engine), {})
