"""A request that changes nothing makes each of these reads once; nothing of it outlives the request or leaves the store."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from apps.catalog.versions import bump_catalog_version, get_catalog_version
from apps.tenancy.context import use_store
from apps.tenancy.remembering import remembered, remembering_reads


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def read(calls: list[str]) -> Callable[..., list[str]]:
    @remembered
    def look(word: str, *, loud: bool = False) -> list[str]:
        calls.append(word)
        return [word.upper() if loud else word]

    return look


def test_the_same_call_reads_once(in_store: Any, read: Any, calls: list[str]) -> None:
    with remembering_reads():
        assert read("a") is read("a")
        assert read("a", loud=True) == ["A"]
        assert read("b") == ["b"]
    assert calls == ["a", "a", "b"]


def test_outside_of_a_request_every_call_reads(in_store: Any, read: Any, calls: list[str]) -> None:
    read("a")
    read("a")
    with remembering_reads():
        read("a")
    read("a")
    assert len(calls) == 4


def test_another_store_reads_for_itself(
    store: Any, other_store: Any, read: Any, calls: list[str]
) -> None:
    with remembering_reads():
        for each in (store, other_store, store):
            with use_store(each):
                read("a")
    assert calls == ["a", "a"]


def test_a_write_forgets(in_store: Any) -> None:
    with remembering_reads():
        before = get_catalog_version()
        bump_catalog_version()
        assert get_catalog_version() != before


def test_only_requests_that_change_nothing_remember(client_for: Any, store: Any) -> None:
    client = client_for(store)
    with patch("apps.platform.middleware.remembering_reads") as remembering:
        client.post("/cart/add/", {})
        assert not remembering.called
        client.get("/")
        assert remembering.called
