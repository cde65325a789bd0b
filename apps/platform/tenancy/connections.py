"""`connections["default"]` is the active store's database, whichever server that is."""

import threading
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from apps.platform.tenancy.context import ActiveStore, NoActiveStore, current_store_or_none
from apps.platform.tenancy.write_pause.translating import watch_for_pauses

_registering = threading.Lock()


class StoreConnections(ConnectionHandler):
    """Django's handler, except that `default` follows the active store. See `install`."""

    def __getitem__(self, alias: str) -> Any:
        if alias == DEFAULT_DB_ALIAS:
            store = current_store_or_none()
            if store is not None and store.alias != DEFAULT_DB_ALIAS:
                if store.alias not in self.settings:
                    _register_from_registry(store)
                return super().__getitem__(store.alias)
        return super().__getitem__(alias)

    def create_connection(self, alias: str) -> Any:
        connection = super().create_connection(alias)
        if alias == DEFAULT_DB_ALIAS or alias.startswith(("store_", "cluster_")):
            watch_for_pauses(connection)
        return connection

    def physical(self, alias: str) -> BaseDatabaseWrapper | None:
        """This thread's connection of that very alias, or None if it was not used yet. Never opens one."""
        opened: Any = self._connections  # type: ignore[attr-defined]
        return getattr(opened, alias, None)


def install() -> None:
    """Put `StoreConnections` in the place of Django's handler. Called once, when the apps are loaded."""
    connections.__class__ = StoreConnections
    opened = connections.physical(DEFAULT_DB_ALIAS)  # type: ignore[attr-defined]
    if opened is not None:  # made while the apps were being loaded
        watch_for_pauses(opened)


def register_database(alias: str, settings: dict[str, Any]) -> None:
    """Make a placed store's database known to this process under a versioned alias (`store_<id>_v<n>`).

    Every key Django would fill in for a static alias is filled in here: missing ones fail late.
    """
    complete: dict[str, Any] = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {},
        "TIME_ZONE": None,
        "NAME": "",
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        **settings,
        "TEST": {
            "CHARSET": None,
            "COLLATION": None,
            "MIGRATE": True,
            "MIRROR": None,
            "NAME": None,
        },
    }
    with _registering:
        connections.settings[alias] = complete


def forget_database(alias: str) -> None:
    """Close this thread's connection to a placed database and drop the alias from this process."""
    connection = getattr(connections._connections, alias, None)  # type: ignore[attr-defined]
    if connection is not None:
        connection.close()
        delattr(connections._connections, alias)  # type: ignore[attr-defined]
    with _registering:
        connections.settings.pop(alias, None)


def _register_from_registry(store: ActiveStore) -> None:
    """Look the connection up in the master database. Raises `NoActiveStore` if the store has none."""
    from apps.platform.selectors import (
        get_database_settings,  # the registry is a model above this module
    )

    settings = get_database_settings(store_id=store.id, alias=store.alias)
    if settings is None:
        raise NoActiveStore(f"Store {store.slug} has no database connection {store.alias}.")
    register_database(store.alias, settings)
