"""Versions of the data that a store's pages show: one word (a random token) per area (`catalog`, `content`, `inventory`, ...)
in the shared cache.

A page belongs to the words that were current when its rendering began. A writer replaces the word of its area after the
commit, which invalidates everything rendered before, in every process. A page that was rendered across a commit is stored
under the old word, where no reader looks.

- A transaction that commits late replaces the word late: what was rendered until then is worthless then.
- A writer that dies between commit and new word: before each write the word gets an end, `WRITER_SECONDS` away, and a word
  set by a writer has one, too. At its end a reader makes a new word, which has none.
- A writer that can't reach the cache owes the new word: a thread tries until it is there.

A process asks for the words of a store at most every `settings.PAGE_VERSION_SECONDS`.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.apps import apps
from django.conf import settings

from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import now
from apps.common.ids import random_token
from apps.tenancy.context import current_store, current_store_or_none, outside_store
from apps.tenancy.remembering import forget_reads, is_remembering, remembered
from apps.tenancy.routers import home_connection
from apps.tenancy.shared_cache import shared_cache as cache

log = structlog.get_logger(__name__)

WRITER_SECONDS: Final = 15
RETRY_SECONDS: Final = 0.5
KNOWN_BOUND: Final = 10_000


@dataclass(frozen=True, slots=True)
class PageVersions:
    """The words of one store, as this process heard them `read_at` (monotonic). `age` is a word of its own that lasts
    `settings.PAGE_SECONDS`: nothing that is kept is older, also where a change was never announced. It becomes another one
    at `ends_at` (seconds since 1970) as well, when prices change by themselves."""

    words: dict[str, str]
    age: str
    whole: str
    read_at: float
    ends_at: float | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether this process need not ask again."""
        if time.monotonic() - self.read_at >= settings.PAGE_VERSION_SECONDS:
            return False
        return self.ends_at is None or now().timestamp() < self.ends_at

    def of(self, *areas: str) -> str:
        return ".".join([self.age, *(self.words[area] for area in areas)])

    def all_besides(self, left_out: str) -> str:
        kept = (word for area, word in self.words.items() if area != left_out)
        return ".".join([self.age, *kept])


class _Memory:
    """What this process knows. Bounded; a writer's own change is forgotten at once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.known = BoundedMemory[UUID, PageVersions](lambda: KNOWN_BOUND)
        self.announced: dict[tuple[UUID, str], float] = {}
        self.owed: set[tuple[UUID, str]] = set()
        self.payer: threading.Thread | None = None


_memory = _Memory()
_rendered_under: ContextVar[PageVersions | None] = ContextVar("rendered_under", default=None)
_is_visitor: ContextVar[bool] = ContextVar("is_visitor", default=False)
_areas: dict[str, str] = {}


def shown_tables() -> dict[str, str]:
    """The tables and collections that pages show, and the area of each: its app, or what the model names."""
    if not _areas:
        _areas.update(
            (model._meta.db_table, getattr(model, "shown_area", model._meta.app_label))
            for model in apps.get_models()
            if getattr(model, "shown_on_pages", False)
        )
    return _areas


def page_versions() -> PageVersions | None:
    """The present words of the active store; None while the shared cache does not answer."""
    return page_versions_of(current_store().id)


def page_versions_of(store_id: UUID) -> PageVersions | None:
    """The same of any store."""
    known = _memory.known.get(store_id)
    if known is not None and known.is_fresh:
        return known
    return _hear(store_id)


def _hear(store_id: UUID) -> PageVersions | None:
    heard = _read_words(store_id)
    if heard is None:
        _memory.known.drop(store_id)
    else:
        _memory.known.put(store_id, heard)
    return heard


def versions_now() -> PageVersions | None:
    """The same asked for now, once in a request that changes nothing: what a person has changed they see at once.

    For visitors without a login (`visiting`) as this process knows them, as for a page from the cache. None in a transaction
    that has changed what pages show: what is read there may be rolled back, so it is for no other request.
    """
    if (versions := _rendered_under.get()) is not None:
        return versions
    if has_uncommitted_changes():
        return None
    return _known() if _is_visitor.get() else _ask_now()


def versions_at_hand() -> PageVersions | None:
    """Those that a request has asked for anyway; where it changes something, what this process knows."""
    return _rendered_under.get() or (versions_now() if is_remembering() else page_versions())


def has_uncommitted_changes(area: str = "") -> bool:
    """Whether the present transaction has changed what pages show, or that area of it."""
    waiting = (each[1] for each in home_connection().run_on_commit)
    changes = (call for call in waiting if getattr(call, "func", None) is note_change)
    return any(not area or area in call.args for call in changes)  # type: ignore[attr-defined]  # a partial


@contextmanager
def visiting() -> Iterator[None]:
    """For a request that changes nothing and comes without a login or credentials."""
    token = _is_visitor.set(True)
    try:
        yield
    finally:
        _is_visitor.reset(token)


@remembered
def _known() -> PageVersions | None:
    return page_versions()


@remembered
def _ask_now() -> PageVersions | None:
    return _hear(current_store().id)


@contextmanager
def rendering_under(versions: PageVersions) -> Iterator[None]:
    """Values that are cached inside belong to the same versions as the page."""
    token = _rendered_under.set(versions)
    try:
        yield
    finally:
        _rendered_under.reset(token)


@contextmanager
def asking_once() -> Iterator[None]:
    """Cached values inside belong to the versions of now: they are asked for once, not by each of them."""
    versions = versions_now()
    if versions is None:
        yield
        return
    with rendering_under(versions):
        yield


def announce_change(table: str) -> None:
    """Called before a write: if its writer dies, readers find out by time."""
    store = current_store_or_none()
    area = shown_tables().get(table)
    if store is None or area is None:
        return
    key, moment = (store.id, area), time.monotonic()
    if moment - _memory.announced.get(key, -1.0) < 1.0:
        return
    with outside_store():
        cache.touch(_key(*key), WRITER_SECONDS)
    if len(_memory.announced) > KNOWN_BOUND:
        _memory.announced.clear()
    _memory.announced[key] = moment


def note_change(store_id: UUID, area: str) -> None:
    """Called after the commit: everything rendered from this area is old."""
    forget_reads()
    _memory.known.drop(store_id)
    if not _renew(store_id, area):
        _owe(store_id, area)


def end_pages_at(moment: datetime) -> None:
    """From that moment on everything that is kept of the active store's pages is old, in every process. An earlier moment
    that is still to come stays."""
    store_id, wanted = current_store().id, moment.timestamp()
    with outside_store():
        there = cache.get(_end_key(store_id))
        if there is None or not now().timestamp() < there <= wanted:
            cache.set(_end_key(store_id), wanted, timeout=None)
    _memory.known.drop(store_id)


def note_all_changed(store_id: UUID) -> None:
    """After a restore and the like, which write below the ORM."""
    for area in sorted(set(shown_tables().values())):
        note_change(store_id, area)


def forget_page_versions() -> None:
    """Reset to the state of a new process."""
    with _memory.lock:
        _memory.known.clear()
        _memory.announced.clear()
        _memory.owed.clear()


def _key(store_id: UUID, area: str) -> str:
    return f"pages:{store_id}:{area}"


def _end_key(store_id: UUID) -> str:
    return f"pages:{store_id}::end"


def _read_words(store_id: UUID) -> PageVersions | None:
    """One command, two more for a word that is not there yet."""
    if _memory.owed and any(owed == store_id for owed, _ in set(_memory.owed)):
        return None
    read_at = time.monotonic()
    keys = {_key(store_id, area): area for area in sorted(set(shown_tables().values()))}
    age, end = _key(store_id, ""), _end_key(store_id)
    with outside_store():
        found = cache.get_many([*keys, age, end])
        for key in {*keys, age} - found.keys():
            cache.add(key, random_token(), timeout=settings.PAGE_SECONDS if key == age else None)
            found[key] = cache.get(key)
    if not cache.is_answering or not all(found.get(key) for key in (*keys, age)):
        return None
    words = {area: found[key] for key, area in keys.items()}
    ends_at = found.get(end)
    has_ended = ends_at is not None and now().timestamp() >= ends_at
    aged = found[age] if ends_at is None else f"{found[age]}-{ends_at}-{has_ended:d}"
    whole = ".".join([aged, *words.values()])
    return PageVersions(words, aged, whole, read_at, None if has_ended else ends_at)


def _renew(store_id: UUID, area: str) -> bool:
    with outside_store():
        cache.set(_key(store_id, area), random_token(), timeout=WRITER_SECONDS)
    return cache.is_answering


def _owe(store_id: UUID, area: str) -> None:
    log.warning("A change of pages is not announced yet.", store_id=str(store_id), area=area)
    with _memory.lock:
        _memory.owed.add((store_id, area))
        if _memory.payer is None:
            _memory.payer = threading.Thread(target=_pay, daemon=True, name="page-versions")
            _memory.payer.start()


def _pay() -> None:
    """Repeats failed updates until all are done."""
    while True:
        time.sleep(RETRY_SECONDS)
        for store_id, area in list(_memory.owed):
            if _renew(store_id, area):
                with _memory.lock:
                    _memory.owed.discard((store_id, area))
                    _memory.known.drop(store_id)
        with _memory.lock:
            if not _memory.owed:
                _memory.payer = None
                return
