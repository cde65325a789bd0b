"""Storage of rendered pages: the process's memory, and the shared cache for the other processes.

A page is valid for one version of the store (`apps.tenancy.page_versions`). One request renders a page; concurrent requests
get the previous page if it was valid a moment ago, or wait.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.conf import settings

from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import now
from apps.tenancy.page_versions import PageVersions
from apps.tenancy.shared_cache import page_cache as cache

# A page may still be shown that was right this long ago, while another request makes the new one.
OLD_SECONDS: Final = 0.8
WAIT_SECONDS: Final = 5.0
SHARED_PREFIX: Final = "page:"
# For a page that another process makes. Longer than this, and this process makes its own.
OTHERS_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.02
_PAGE_COSTS: Final = 1000  # bytes of memory beside the text

# As `HttpResponse` has them: by the name in lower case, name and value.
Headers = dict[str, tuple[str, str]]


@dataclass(slots=True)
class CachedPage:
    """`checked_at`: when this process last heard that the version is the present one (monotonic). `made_at` is the time of
    day, for all processes."""

    version: str
    parts: tuple[bytes, ...]
    holes: tuple[str, ...]
    headers: Headers
    tag: str
    language: str = ""
    made_at: float = field(default_factory=time.time)
    checked_at: float = 0.0
    valid_until: datetime | None = None

    @property
    def size(self) -> int:
        return sum(map(len, self.parts)) + _PAGE_COSTS

    def is_of(self, versions: PageVersions) -> bool:
        """Whether it may be shown. Its age is limited for the case that a change was never announced."""
        is_young = time.time() - self.made_at < settings.PAGE_SECONDS
        return self.version == versions.whole and is_young and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the page says something that was right only until a moment of the day."""
        return self.valid_until is not None and now() >= self.valid_until

    @property
    def was_valid_a_moment_ago(self) -> bool:
        return time.monotonic() - self.checked_at < OLD_SECONDS and not self.is_over


@dataclass
class _Making:
    """A page that a request of this process makes."""

    version: str
    is_done: threading.Event = field(default_factory=threading.Event)
    page: CachedPage | None = None


class PageMemory:
    """Of one process, bounded by bytes, with the renderings that are under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[Hashable, _Making] = {}
        self.pages = BoundedMemory[Hashable, CachedPage](
            lambda: settings.PAGE_MEMORY_BYTES, size_of=lambda page: page.size
        )

    def get(self, key: Hashable, versions: PageVersions) -> CachedPage | None:
        """The page, if it is of the present version."""
        page = self.pages.get(key)
        if page is None or not page.is_of(versions):
            return None
        page.checked_at = versions.read_at
        return page

    def of_a_moment_ago(self, key: Hashable) -> CachedPage | None:
        page = self.pages.get(key)
        return page if page is not None and page.was_valid_a_moment_ago else None

    def put(self, key: Hashable, page: CachedPage, read_at: float) -> None:
        page.checked_at = read_at
        self.pages.put(key, page)

    def begin(self, key: Hashable, version: str) -> tuple[_Making, bool]:
        """The making of this page, and whether it is the caller who makes it."""
        with self._lock:
            making = self._making.get(key)
            if making is not None:
                return making, False
            making = self._making[key] = _Making(version)
            return making, True

    def end(self, key: Hashable, making: _Making) -> None:
        with self._lock:
            self._making.pop(key, None)
        making.is_done.set()

    def clear(self) -> None:
        self.pages.clear()


memory = PageMemory()


def find_in_memory(key: Hashable, versions: PageVersions) -> CachedPage | None:
    return memory.get(key, versions)


def find_page(
    key: Hashable,
    shared_key: Callable[[], str] | None,
    versions: PageVersions,
    make: Callable[[], CachedPage | None],
) -> CachedPage | None:
    """The page from memory, from the shared cache, or rendered now. None if the response is not cacheable; then each waiting
    request renders its own answer."""
    found = memory.get(key, versions)
    if found is not None:
        return found
    making, is_mine = memory.begin(key, versions.whole)
    if not is_mine:
        return memory.of_a_moment_ago(key) or _wait_for(making, versions)
    try:
        making.page = _find_or_make(key, shared_key() if shared_key else "", versions, make)
        return making.page
    finally:
        memory.end(key, making)


def _wait_for(making: _Making, versions: PageVersions) -> CachedPage | None:
    """None if it took too long, or became a page of an older version than the one asked for."""
    if making.version != versions.whole or not making.is_done.wait(WAIT_SECONDS):
        return None
    return making.page


def _find_or_make(
    key: Hashable, shared_key: str, versions: PageVersions, make: Callable[[], CachedPage | None]
) -> CachedPage | None:
    if not shared_key:
        page = make()
        if page is not None:
            memory.put(key, page, versions.read_at)
        return page
    claim = f"making:{shared_key}:{sha256(versions.whole.encode()).hexdigest()[:16]}"
    found, is_first = cache.get_or_claim(shared_key, claim, int(OTHERS_SECONDS))
    page = _of_present(found, versions)
    if page is None and not is_first:
        page = memory.of_a_moment_ago(key) or _await_other(shared_key, claim, versions)
        if page is not None and page.version != versions.whole:
            return page  # of a moment ago
    if page is None:
        page = _make_for_all(shared_key, claim, make)
    if page is not None:
        memory.put(key, page, versions.read_at)
    return page


def _make_for_all(
    shared_key: str, claim: str, make: Callable[[], CachedPage | None]
) -> CachedPage | None:
    """The claim ends with the rendering, also where nothing can be cached (404): no other process waits longer."""
    try:
        page = make()
        if page is not None:
            cache.set(shared_key, page, timeout=settings.PAGE_SECONDS)
        return page
    finally:
        cache.delete(claim)


def _await_other(shared_key: str, claim: str, versions: PageVersions) -> CachedPage | None:
    """The page that another process renders at this moment; None if it has ended without one."""
    give_up_at = time.monotonic() + OTHERS_SECONDS
    while time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)
        found = cache.get_many([shared_key, claim])
        page = _of_present(found.get(shared_key), versions)
        if page is not None or claim not in found:
            return page
    return None


def _of_present(page: object, versions: PageVersions) -> CachedPage | None:
    return page if isinstance(page, CachedPage) and page.is_of(versions) else None
