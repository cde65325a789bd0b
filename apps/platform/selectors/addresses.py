"""Finds a store by host or id. Called at every request, so the cost does not depend on the number of stores.

Three places are asked in turn: this process's memory (at most a second old), the shared cache, the master
database (one indexed query). All copies belong to a *version*, a random word in the shared cache: a writer that changes
a store or a domain replaces the word after the commit, and every copy made before is dead. A reader that is overtaken
by a change stores its stale result under the old word, which is never read.
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from apps.common.bounded_memory import BoundedMemory
from apps.common.ids import random_token
from apps.platform.certificates import gets_certificate
from apps.platform.errors import StoreNotFound
from apps.platform.models import Domain, Store
from apps.platform.names import HOST_PATTERN
from apps.platform.states import DomainStatus, StoreStatus
from apps.tenancy.context import ActiveStore, outside_store

log = structlog.get_logger(__name__)

VERSION_KEY: Final = "stores:version"
MEMORY_SECONDS: Final = 1.0
SHARED_SECONDS: Final = 60
KNOWN_BOUND: Final = 10_000
UNKNOWN_BOUND: Final = 1_000

_HOST = re.compile(HOST_PATTERN)


@dataclass(frozen=True)
class StoreAddress:
    """What the middleware needs to decide whether, and as which store, to answer."""

    store: ActiveStore
    status: str
    is_published: bool
    is_active: bool
    primary_host: str = ""
    # Whether the host by which it was looked up gets a certificate; False for a store that was looked up by its id.
    has_certificate: bool = False

    @property
    def closed_reason(self) -> str:
        """`provisioning`, `suspended` or `unpublished`; "" when the store serves its pages."""
        if self.status == StoreStatus.PROVISIONING:
            return "provisioning"
        if self.status != StoreStatus.ACTIVE or not self.is_active:
            return "suspended"
        return "" if self.is_published else "unpublished"

    @property
    def serves_pages(self) -> bool:
        return not self.closed_reason


def get_store_by_host(host: str) -> StoreAddress | None:
    """The store that answers on `host` (lower case, no port), whatever its status; None for an unknown host."""
    if not _HOST.match(host):
        return None
    return _look_up(f"host:{host}", lambda: _load_by_host(host))


def get_address(*, store_id: UUID) -> StoreAddress:
    """The same for the store with this id, regardless of its status. Raises `StoreNotFound`."""
    address = _look_up(f"id:{store_id}", lambda: _load_by_id(store_id))
    if address is None:
        raise StoreNotFound()
    return address


def get_active_store(*, store_id: UUID) -> ActiveStore:
    """The store with this id, regardless of its status. Raises `StoreNotFound`."""
    return get_address(store_id=store_id).store


def forget_addresses() -> None:
    """Invalidate the copies of every process. Called after the commit of a change to a store or domain."""
    _memory.clear()
    try:
        with outside_store():
            cache.set(VERSION_KEY, random_token(), timeout=None)
    except RedisError as error:
        log.warning(
            "The cache does not answer; addresses expire by time.", error=type(error).__name__
        )


def _load_by_host(host: str) -> StoreAddress | None:
    """By a verified host alone: a claim of a merchant is answered as an unknown host."""
    verified = Domain.objects.filter(domain=host, status=DomainStatus.VERIFIED)
    domain = verified.select_related("tenant").first()
    if domain is None:
        return None
    address = _address_of(domain.tenant, domain.domain if domain.is_primary else "")
    return replace(address, has_certificate=gets_certificate(domain))


def _load_by_id(store_id: UUID) -> StoreAddress | None:
    store = Store.objects.filter(id=store_id).first()
    return None if store is None else _address_of(store)


def _address_of(store: Store, host: str = "") -> StoreAddress:
    """`host` is its primary one where that is known."""
    return StoreAddress(
        store=store.active_store,
        status=store.status,
        is_published=store.is_published,
        is_active=store.is_active,
        primary_host=host or primary_host(store),
    )


def primary_host(store: Store) -> str:
    """The host of the store's canonical address: one query, none where its domains are prefetched."""
    found = next((one.domain for one in store.domains.all() if one.is_primary), None)
    return found or f"{store.slug}.{settings.STORE_DOMAIN}"


class _Memory:
    """This process's copies of one version. Bounded; unknown names have a bound of their own, so that a visitor
    who tries names can't push out the known ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = BoundedMemory[str, StoreAddress](lambda: KNOWN_BOUND)
        self._unknown = BoundedMemory[str, None](lambda: UNKNOWN_BOUND)
        self._version = ""
        self._checked_at = 0.0

    def version(self) -> str:
        """The version all copies belong to, asked for at most once a second."""
        if self._version and time.monotonic() - self._checked_at < MEMORY_SECONDS:
            return self._version
        version = _shared_version()
        with self._lock:
            if version != self._version:
                self._empty()
            self._version, self._checked_at = version, time.monotonic()
        return version

    def get(self, key: str) -> tuple[bool, StoreAddress | None]:
        found = self._known.get(key)
        return (found is not None or key in self._unknown), found

    def put(self, key: str, address: StoreAddress | None, *, version: str) -> None:
        with self._lock:
            if version != self._version:
                return
            if address is None:
                self._unknown.put(key, None)
            else:
                self._known.put(key, address)
                by_id = replace(address, has_certificate=False)  # which is a fact of the host
                self._known.put(f"id:{address.store.id}", by_id)

    def clear(self) -> None:
        with self._lock:
            self._empty()
            self._version = ""

    def _empty(self) -> None:
        self._known.clear()
        self._unknown.clear()


_memory = _Memory()


def _shared_version() -> str:
    """The word in the shared cache, or a new word. Without a cache, a word of this process: then copies live for a
    second in memory, and other reads go to the database."""
    try:
        with outside_store():
            found: str | None = cache.get(VERSION_KEY)
            if found is None:
                cache.add(VERSION_KEY, random_token(), timeout=None)
                found = cache.get(VERSION_KEY)
            return found or random_token()
    except RedisError:
        return random_token()


def _look_up(key: str, load: Callable[[], StoreAddress | None]) -> StoreAddress | None:
    version = _memory.version()
    is_here, address = _memory.get(key)
    if is_here:
        return address
    address = _from_shared(key, version)
    if address is None:
        with outside_store():
            address = load()
        if address is not None:
            _to_shared(key, version, address)
    _memory.put(key, address, version=version)
    return address


def _from_shared(key: str, version: str) -> StoreAddress | None:
    try:
        with outside_store():
            found = cache.get(f"stores:{version}:{key}")
    except RedisError:
        return None
    return found if isinstance(found, StoreAddress) else None


def _to_shared(key: str, version: str, address: StoreAddress) -> None:
    try:
        with outside_store():
            cache.set(f"stores:{version}:{key}", address, timeout=SHARED_SECONDS)
    except RedisError:
        return
