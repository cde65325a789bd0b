"""What is cached by versions: read once until a write changes it, by every process, for each store by itself."""

from typing import Any

import pytest
from django.test import RequestFactory

from apps.content.models import Page
from apps.inventory.models import Warehouse
from apps.tenancy import replicas, versioned_cache
from apps.tenancy.context import current_store, use_store
from apps.tenancy.replicas.middleware import _reads_primary
from apps.tenancy.versioned_cache import cached_by_version
from tests.support.dead_cache import without_shared_cache

calls: list[str] = []


@cached_by_version("content")
def read(word: str) -> str:
    calls.append(word)
    assert not replicas._reading.get()
    return f"{word} of {current_store().slug}"


@cached_by_version(besides="inventory")
def read_all_but_stock() -> str:
    calls.append("all")
    return "all"


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


def test_it_is_read_once_until_a_write_changes_it(in_store: Any, as_staff: None) -> None:
    assert [read("a"), read("a"), read("b")] == ["a of alpha", "a of alpha", "b of alpha"]
    assert calls == ["a", "b"]
    Warehouse.objects.update(priority=3)
    assert read("a") == "a of alpha"
    assert calls == ["a", "b"]
    Page.objects.create(title="A", slug="a")
    read("a")
    assert calls == ["a", "b", "a"]


def test_stock_alone_changes_nothing_that_leaves_it_out(in_store: Any, as_staff: None) -> None:
    read_all_but_stock()
    Warehouse.objects.update(priority=3)
    read_all_but_stock()
    assert calls == ["all"]
    Page.objects.create(title="A", slug="a")
    read_all_but_stock()
    assert calls == ["all", "all"]


def test_another_process_finds_it_in_the_shared_cache(in_store: Any) -> None:
    read("a")
    versioned_cache.forget_cached()
    assert read("a") == "a of alpha"
    assert calls == ["a"]


def test_stores_have_their_own(in_store: Any, other_store: Any) -> None:
    read("a")
    with use_store(other_store):
        assert read("a") == "a of beta"
    assert read("a") == "a of alpha"


def test_without_the_shared_cache_every_call_reads(in_store: Any) -> None:
    with without_shared_cache():
        assert read("a") == read("a") == "a of alpha"
    assert calls == ["a", "a"]


def test_memory_is_bounded(in_store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versioned_cache, "MEMORY_BOUND", 5)
    for number in range(20):
        read(str(number))
    assert versioned_cache._memory.size == 5


def test_no_replica_is_asked_for_what_is_kept(in_store: Any) -> None:
    """It may not know yet what the version promises."""
    with replicas.reading_from_replicas():
        read("a")
        assert replicas._reading.get()
    request = RequestFactory().get("/")
    assert not _reads_primary(request)
    request.is_for_cache = True  # type: ignore[attr-defined]
    assert _reads_primary(request)
