"""`connections["default"]` is the active store's database, and `connections["documents"]` its documents, whichever
servers those are."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler, load_backend

from apps.tenancy.aliases import DOCUMENTS, is_placed, parse_alias
from apps.tenancy.connections.error_mapping import AnswerAwareErrors
from apps.tenancy.connections.errors import UnknownDatabase
from apps.tenancy.connections.known import known_databases
from apps.tenancy.connections.limits import current_limits
from apps.tenancy.connections.placed import DOCUMENTS_ENGINE, PlacedDatabase
from apps.tenancy.context import ActiveStore, current_store_or_none
from apps.tenancy.directory import get_directory
from apps.tenancy.liveness import TCP_OPTIONS
from apps.tenancy.shown_tables import watch_shown_tables
from apps.tenancy.write_pause.translating import watch_for_pauses


class _OfThisThread(threading.local):
    """The placed aliases this thread has connections for, and the others that it may have one for."""

    def __init__(self) -> None:
        self.aliases: set[str] = set()
        self.made: set[str] = set()


_mine = _OfThisThread()


class StoreConnections(ConnectionHandler):
    """Django's handler, except that `default` and `documents` follow the active store. See `install`."""

    def __getitem__(self, alias: str) -> Any:
        store = current_store_or_none()
        if store is not None:
            if alias == DEFAULT_DB_ALIAS:
                alias = store.alias
            elif alias == DOCUMENTS:
                alias = store.documents_alias
        return self._placed(alias) if is_placed(alias) else super().__getitem__(alias)

    def __iter__(self) -> Iterator[str]:
        """A copy of the aliases, because another thread may register one during an iteration."""
        return iter(list(self.settings))

    def all(self, initialized_only: bool = False) -> list[BaseDatabaseWrapper]:
        """The platform's own databases and those this thread has used, without the current target of `default`."""
        drop_forgotten()
        if (
            initialized_only
        ):  # three times in every request: an alias without a connection costs an exception
            used = [self.physical(alias) for alias in self if alias in _mine.made]
            used += [self.physical(alias) for alias in _mine.aliases - _mine.made]
            return [connection for connection in used if connection is not None]
        names = [*self, *(_mine.aliases - set(self))]
        found = [self.physical(alias) for alias in names]
        found = [
            connection or super(StoreConnections, self).__getitem__(alias)
            for alias, connection in zip(names, found, strict=True)
            if connection or not is_placed(alias)
        ]
        return [connection for connection in found if connection is not None]

    def __setitem__(self, alias: str, connection: Any) -> None:
        _mine.made.add(alias)
        super().__setitem__(alias, connection)

    def create_connection(self, alias: str) -> Any:
        _mine.made.add(alias)
        connection = super().create_connection(alias)
        if alias == DEFAULT_DB_ALIAS:
            watch_for_pauses(connection)
            watch_shown_tables(connection)
        return connection

    def physical(self, alias: str) -> BaseDatabaseWrapper | None:
        """This thread's connection of exactly that alias, or None if it was not used yet. Never opens one."""
        opened: Any = self._connections  # type: ignore[attr-defined]
        return getattr(opened, alias, None)

    def of_stores(self) -> list[BaseDatabaseWrapper]:
        """This thread's connections to databases of stores, the shared cluster included."""
        found = (self.physical(alias) for alias in (DEFAULT_DB_ALIAS, *_mine.aliases))
        return [connection for connection in found if connection is not None]

    def _placed(self, alias: str) -> Any:
        wrapper: Any = self.physical(alias)
        if wrapper is not None:
            placed = getattr(wrapper, "placed", None)
            if placed is None or not placed.is_forgotten or wrapper.connection is not None:
                if placed is not None:
                    placed.used_at = time.monotonic()
                return wrapper
        placed = known_databases.get(alias) or _find(alias)
        wrapper = placed.new_wrapper()
        if not placed.is_documents:
            watch_for_pauses(wrapper, AnswerAwareErrors)
            watch_shown_tables(wrapper)
        setattr(self._connections, alias, wrapper)  # type: ignore[attr-defined]
        _mine.aliases.add(alias)
        return wrapper


def install() -> None:
    """Put `StoreConnections` in the place of Django's handler. Called once, when the apps are loaded."""
    connections.__class__ = StoreConnections
    # a table of its own: Django's pages about errors show the settings
    connections.__dict__["settings"] = dict(connections.settings)
    physical = connections.physical  # type: ignore[attr-defined]
    _mine.made.update(alias for alias in connections if physical(alias) is not None)
    opened = physical(DEFAULT_DB_ALIAS)
    if opened is not None:  # made while the apps were being loaded
        watch_for_pauses(opened)
        watch_shown_tables(opened)


def drop_forgotten() -> None:
    """Drop this thread's connections to databases that the process has closed."""
    for alias in list(_mine.aliases):
        wrapper: Any = connections.physical(alias)  # type: ignore[attr-defined]
        placed = getattr(wrapper, "placed", None)
        if wrapper is None or (
            placed is not None and placed.is_forgotten and not wrapper.connection
        ):
            _mine.aliases.discard(alias)
            if wrapper is not None:
                delattr(connections._connections, alias)  # type: ignore[attr-defined]


def register_database(alias: str, described: dict[str, Any]) -> PlacedDatabase:
    """Make a placed database known to this process under its versioned alias.

    Fills in every key that Django fills in for a static alias.
    """
    return known_databases.add(
        alias, _complete(described), is_permanent=alias in settings.DATABASES
    )


def forget_database(alias: str) -> None:
    """Close this thread's connection to a placed database and drop the alias from this process."""
    wrapper: Any = connections.physical(alias)  # type: ignore[attr-defined]
    if wrapper is not None:
        wrapper.close()
    known_databases.forget(alias)
    drop_forgotten()


def require_reachable(store: ActiveStore) -> None:
    """Raise `StoreUnreachable` when a database of the store is known not to answer. Does not connect; the first call
    reads the settings from the master database."""
    for alias in _placed_aliases(store):
        placed = known_databases.get(alias) or _find(alias)
        placed.circuit.require_closed()


def is_reachable(store: ActiveStore) -> bool:
    """Whether no circuit of the store's databases is open in this process."""
    known = (known_databases.get(alias) for alias in _placed_aliases(store))
    return not any(placed is not None and placed.circuit.is_open for placed in known)


def _placed_aliases(store: ActiveStore) -> list[str]:
    return [alias for alias in (store.alias, store.documents_alias) if is_placed(alias)]


def _find(alias: str) -> PlacedDatabase:
    """Look the connection up: in the settings (clusters of regions), else in the master database.

    Raises `UnknownDatabase` if it is unknown, or replaced by a newer version.
    """
    if alias in settings.DATABASES:
        return register_database(alias, settings.DATABASES[alias])
    named = parse_alias(alias)
    if named is None:
        raise UnknownDatabase(f"There is no database {alias[:80]!r}.")
    described = get_directory().get_database_settings(store_id=named.store, alias=alias)
    if described is None:
        raise UnknownDatabase(f"There is no database connection {alias}.")
    return register_database(alias, described)


def _complete(described: dict[str, Any]) -> dict[str, Any]:
    limits = current_limits()
    options = dict(described.get("OPTIONS", {}))
    if described.get("ENGINE") == DOCUMENTS_ENGINE:
        most = limits.connect_seconds * 1000
        for name in ("connectTimeoutMS", "serverSelectionTimeoutMS"):
            options[name] = min(int(options.get(name, most)), most)
        options.setdefault("maxPoolSize", limits.pool_size)
    else:
        given = int(options.get("connect_timeout", limits.connect_seconds))
        options["connect_timeout"] = min(given, limits.connect_seconds)
        if load_backend(described["ENGINE"]).DatabaseWrapper.vendor == "postgresql":
            options = {**TCP_OPTIONS, **options}
    pool = options.pop("pool", None) or {}  # placed databases have a pool of our own
    return {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "NAME": "",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        **described,
        "CONN_MAX_AGE": 0,
        "POOL_SIZE": pool.get("max_size", limits.pool_size),
        "OPTIONS": options,
        "TEST": {
            "CHARSET": None,
            "COLLATION": None,
            "MIGRATE": True,
            "MIRROR": None,
            "NAME": None,
        },
    }
