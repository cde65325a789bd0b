"""The active store. One `ContextVar` is the only truth; connections, router, cache keys, files and tasks derive from it.

With no active store, store models and documents raise `NoActiveStore`: nothing is ever answered from the wrong place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from apps.common.actor import Actor


class NoActiveStore(RuntimeError):
    """Store data was asked for with no store active. Always a programming error, never a visitor's."""


class WrongStore(RuntimeError):
    """Something of one store was about to be used in another."""


@dataclass(frozen=True)
class ActiveStore:
    """What the machinery needs to know of a store; small, immutable, safe to cache.

    `schema` is the PostgreSQL schema of its tables ("" on MySQL, where the database is the schema); `alias` is
    `default` for the shared cluster, `cluster_<name>` for another one, `store_<id>_v<n>` for a database of the
    store's own.
    """

    id: UUID
    slug: str
    name: str
    schema: str
    alias: str = DEFAULT_DB_ALIAS
    currency: str = "USD"
    country: str = "US"
    language: str = "en"
    time_zone: str = "UTC"


class HasActiveStore(Protocol):
    @property
    def active_store(self) -> ActiveStore: ...


_store: ContextVar[ActiveStore | None] = ContextVar("active_store", default=None)
_actor: ContextVar[Actor | None] = ContextVar("active_actor", default=None)


def current_store() -> ActiveStore:
    """The active store; raises `NoActiveStore` where there is none."""
    store = _store.get()
    if store is None:
        raise NoActiveStore("No store is active. Wrap the code in `with use_store(store):`.")
    return store


def current_store_or_none() -> ActiveStore | None:
    return _store.get()


def current_actor() -> Actor:
    """Who is doing this: set by the request's authentication, the task or the command; the system otherwise."""
    return _actor.get() or Actor.system()


@contextmanager
def use_store(
    store: ActiveStore | HasActiveStore, actor: Actor | None = None
) -> Iterator[ActiveStore]:
    """Make `store` the active one for this block, in this thread or asyncio task only.

    Raises `WrongStore` inside an open transaction of another store: the stores of a cluster share a physical
    connection, so the rows would be written to one and committed with the other.
    """
    active = store if isinstance(store, ActiveStore) else store.active_store
    _refuse_inside_transaction_of_another(active)
    store_token, actor_token = _store.set(active), _actor.set(actor)
    try:
        yield active
    finally:
        _actor.reset(actor_token)
        _store.reset(store_token)


@contextmanager
def use_actor(actor: Actor) -> Iterator[None]:
    """Say who acts from here on; the store stays."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def outside_store() -> Iterator[None]:
    """Step out to the platform's home for this block, for example to read a plan's limits."""
    token = _store.set(None)
    try:
        yield
    finally:
        _store.reset(token)


def _refuse_inside_transaction_of_another(store: ActiveStore) -> None:
    # the physical connection, not what `default` stands for: the stores of one cluster share it
    connection = connections.physical(store.alias)  # type: ignore[attr-defined]
    holder = getattr(connection, "transaction_schema", None)
    if holder is not None and holder != store.schema:
        raise WrongStore("A transaction of another store is open on this connection.")
