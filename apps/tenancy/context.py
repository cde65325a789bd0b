"""The active store. One `ContextVar` is the only truth; connections, router, cache keys, files and tasks derive from it.

With no active store, store models and documents raise `NoActiveStore`, so no answer comes from the wrong database. The
context holds the actor as well: PostgreSQL shows a person's rows to that person, to staff and to a system scope only
(`row_security.py`), and refuses when there is no actor.

The active store also sets Django's current time zone and the format of dates.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone, translation

from apps.common.actor import Actor
from apps.common.habits import spelling_of, zone_of
from apps.tenancy.aliases import parse_alias


class NoActiveStore(RuntimeError):
    """Access to store data without an active store. Always a programming error."""


class NoActor(RuntimeError):
    """There is no actor: neither a request nor `system_scope()`. Always a programming error."""


class WrongStore(RuntimeError):
    """Data of one store was used in another."""


@dataclass(frozen=True)
class ActiveStore:
    """The facts of a store that `tenancy` needs; small, immutable, safe to cache.

    `schema` is the PostgreSQL schema of the shared cluster ("" for a placed store); `alias` is `default` for the
    shared cluster, `cluster_<region>` for another cluster, `store_<id>_v<n>` for a database of the store's own.
    `documents_alias` is the same for its documents.
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
    documents_alias: str = "documents"
    data_region: str = "main"
    # A copy for tests: it sends no mail, moves no money and calls no outside system.
    is_sandbox: bool = False
    # By a person who gave a reason: its staff may look at everything and change nothing.
    is_suspended: bool = False
    # The codes of the outside systems that it is connected to, without those that are paused.
    integrations: frozenset[str] = frozenset()


class HasActiveStore(Protocol):
    @property
    def active_store(self) -> ActiveStore: ...


# An actor, or how to find out: a request knows its actor once the session was read.
Acting = Actor | Callable[[], Actor]

_store: ContextVar[ActiveStore | None] = ContextVar("active_store", default=None)
_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)
_shown_order: ContextVar[str] = ContextVar("shown_order", default="")


@dataclass(frozen=True)
class RowScope:
    """Whose rows the database may show: all, those of one person, and those of one order by its access token.

    `sees_all` is None where there is no actor: every policy then raises an error.
    """

    sees_all: bool | None = None
    person: UUID | None = None
    order_token: str = ""


def current_store() -> ActiveStore:
    """The active store; raises `NoActiveStore` where there is none."""
    store = _store.get()
    if store is None:
        raise NoActiveStore("No store is active. Wrap the code in `with use_store(store):`.")
    return store


def current_store_or_none() -> ActiveStore | None:
    return _store.get()


def current_actor() -> Actor:
    """The current actor: a request's visitor, customer or staff, or the label of a system scope. Raises `NoActor`."""
    actor = _actor_or_none()
    if actor is None:
        raise NoActor(
            "There is no actor. Wrap the code in `with system_scope():` or `use_actor(...)`."
        )
    return actor


def current_scope() -> RowScope:
    """The row scope that the database gets from the actor."""
    actor = _actor_or_none()
    if actor is None:
        return RowScope()
    if actor.sees_all:
        return RowScope(sees_all=True)
    return RowScope(sees_all=False, person=actor.id, order_token=_shown_order.get())


def _actor_or_none() -> Actor | None:
    acting = _acting.get()
    return acting if acting is None or isinstance(acting, Actor) else acting()


@contextmanager
def use_store(
    store: ActiveStore | HasActiveStore, actor: Acting | None = None
) -> Iterator[ActiveStore]:
    """Make `store` the active one for this block, in this thread or asyncio task only; the actor stays unless given.

    Raises `WrongStore` inside an open transaction of another store: the stores of a cluster share a physical
    connection, so the rows would be written to one and committed with the other.
    """
    active = store if isinstance(store, ActiveStore) else store.active_store
    _refuse_inside_transaction_of_another(active)
    acting = _acting.get() if actor is None else actor
    store_token, acting_token = _store.set(active), _acting.set(acting)
    order_token = _shown_order.set("")
    try:
        with _habits_of(active):
            yield active
    finally:
        _shown_order.reset(order_token)
        _acting.reset(acting_token)
        _store.reset(store_token)


@contextmanager
def use_actor(actor: Acting) -> Iterator[None]:
    """Set the actor for this block; the store stays."""
    acting_token, order_token = _acting.set(actor), _shown_order.set("")
    try:
        yield
    finally:
        _shown_order.reset(order_token)
        _acting.reset(acting_token)


def system_scope(label: str = "system") -> AbstractContextManager[None]:
    """A scope for the system's own work, which sees the rows of all people. Histories record `label`.

    For tasks, commands, sweeps, webhooks, and for the few lines of a visitor's request that need it; never around a view.
    """
    return use_actor(Actor.system(label))


def show_order(access_token: str) -> None:
    """A guest has given this order's token: its rows are visible until the scope ends."""
    _shown_order.set(access_token)


@contextmanager
def outside_store() -> Iterator[None]:
    """Use the platform's home for this block, for example to read a plan's limits."""
    token = _store.set(None)
    try:
        with _habits_of(None):
            yield
    finally:
        _store.reset(token)


@contextmanager
def _habits_of(store: ActiveStore | None) -> Iterator[None]:
    """Time zone and spelling of dates, in this thread or asyncio task only; the platform's where there is no store."""
    zone = zone_of(store.time_zone if store is not None else settings.TIME_ZONE)
    spelling = (
        spelling_of(store.language, store.country) if store is not None else settings.LANGUAGE_CODE
    )
    with timezone.override(zone), translation.override(spelling):
        yield


def _refuse_inside_transaction_of_another(store: ActiveStore) -> None:
    """Raise `WrongStore` if a transaction of another store is open on any connection."""
    for connection in connections.of_stores():  # type: ignore[attr-defined]
        owner = _store_of_transaction(connection)
        if owner is not None and owner != store.id:
            raise WrongStore("A transaction of another store is open in this thread.")


def _store_of_transaction(connection: BaseDatabaseWrapper) -> UUID | None:
    """The store of a connection's open transaction. On a database of one store it is that store; on a cluster the first
    statement decides."""
    own = parse_alias(connection.alias)
    if own is not None:
        return own.store if is_in_transaction(connection) else None
    return getattr(connection, "transaction_store", None)


def is_in_transaction(connection: BaseDatabaseWrapper) -> bool:
    """Whether a transaction is open that is more than the wrapping of a test case."""
    return connection.in_atomic_block and any(
        not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
    )
