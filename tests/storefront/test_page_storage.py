"""Storage of cached pages: one request renders a page, the memory is bounded, every page has an end."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.storefront.page_cache import storage
from apps.storefront.views import browsing
from apps.tenancy.context import use_store
from apps.tenancy.shared_cache import SharedCache
from tests.support.acting import SYSTEM
from tests.support.kept_pages import is_rendered, visitor


def test_one_request_makes_a_page_and_the_others_wait_for_it(
    pages: list[str], store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, may_go_on = [], threading.Event()
    others = 5

    def make() -> storage.CachedPage:
        made.append(1)
        assert may_go_on.wait(10)
        return storage.CachedPage("w", (b"page",), (), {}, "t")

    from apps.tenancy.page_versions import PageVersions

    versions = PageVersions({}, "", "w", 0.0)
    found: list[Any] = []

    def ask() -> None:
        found.append(storage.find_page("key", None, versions, make))

    threads = [threading.Thread(target=ask) for _ in range(others + 1)]
    for thread in threads:
        thread.start()
    may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(made) == 1
    assert [page.parts for page in found] == [(b"page",)] * (others + 1)


def test_while_a_page_is_made_others_get_the_one_of_a_moment_ago(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from apps.tenancy.page_versions import PageVersions

    old = PageVersions({}, "", "old", time.monotonic())
    storage.find_page("key", None, old, lambda: storage.CachedPage("old", (b"old",), (), {}, "t"))
    new = PageVersions({}, "", "new", time.monotonic())
    making, _ = storage.memory.begin("key", "new")
    asked = storage.find_page("key", None, new, lambda: None)
    assert asked is not None
    assert asked.parts == (b"old",)
    monkeypatch.setattr(storage, "OLD_SECONDS", 0.0)
    monkeypatch.setattr(storage, "WAIT_SECONDS", 0.0)
    assert storage.find_page("key", None, new, lambda: None) is None
    storage.memory.end("key", making)


def test_a_page_begun_before_a_change_is_not_kept_under_the_version_after_it(
    pages: list[str], store: Any, sell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = browsing.get_window

    def overtaken(*arguments: Any) -> Any:
        window = whole(*arguments)
        monkeypatch.undo()
        monkeypatch.setattr("apps.tenancy.shown_tables._after_commit", lambda c, call: call())
        with use_store(store, actor=SYSTEM):
            sell("Overtaking")
        return window

    monkeypatch.setattr(browsing, "get_window", overtaken)
    visitor(store).get("/")
    assert "Overtaking" in visitor(store).get("/").text


def test_memory_is_bounded(pages: list[str], store: Any, settings: Any) -> None:
    settings.PAGE_MEMORY_BYTES = 60_000
    for number in range(20):
        visitor(store).get(f"/product/assam/?variant={number}")
    assert storage.memory.pages.size <= 60_000
    assert storage.memory.pages.size == sum(page.size for page in storage.memory.pages.values())


def test_a_page_has_an_end_even_if_no_change_is_announced(
    pages: list[str], store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor(store).get("/")
    assert not is_rendered(visitor(store).get("/"))
    for page in storage.memory.pages.values():
        page.made_at -= settings.PAGE_SECONDS
    monkeypatch.setattr(SharedCache, "get_or_claim", lambda self, *asked: (None, True))
    assert is_rendered(visitor(store).get("/"))


def test_a_page_that_can_not_be_cached_makes_no_other_process_wait(
    store: Any, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(storage, "_await_other", lambda *_: waited.append("waited"))
    for _visit in range(2):
        assert client_for(store).get("/product/not-there/").status_code == 404
    assert waited == []
