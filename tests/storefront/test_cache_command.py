"""`manage.py cache`: what is kept, and making everything anew."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.support.dead_cache import without_shared_cache
from tests.support.kept_pages import is_rendered, visitor


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    try:
        call_command("cache", *arguments, "--json", stdout=out)
    finally:
        result: dict[str, Any] = json.loads(out.getvalue())
    return result


def pages_of(slug: str) -> int:
    (found,) = run("status", slug)["stores"]
    assert found["slug"] == slug
    assert (found["bytes"] > 0) is (found["pages"] > 0)
    count: int = found["pages"]
    return count


def test_status_counts_the_pages_of_each_store(store: Any, other_store: Any) -> None:
    assert pages_of("alpha") == 0
    visitor(store).get("/")
    visitor(store).get("/search/")
    visitor(other_store).get("/")
    assert (pages_of("alpha"), pages_of("beta")) == (2, 1)
    assert {one["slug"] for one in run("status")["stores"]} >= {"alpha", "beta"}


def test_clear_has_one_stores_pages_made_anew(store: Any, other_store: Any) -> None:
    for each in (store, other_store):
        visitor(each).get("/")
    assert run("clear", "alpha") == {"cleared": ["alpha"]}
    assert is_rendered(visitor(store).get("/"))
    assert not is_rendered(visitor(other_store).get("/"))
    assert set(run("clear")["cleared"]) >= {"alpha", "beta"}
    assert is_rendered(visitor(other_store).get("/"))


@pytest.mark.parametrize("what", ["status", "clear"])
def test_a_cache_that_is_gone_is_said_and_exits_with_1(store: Any, what: str) -> None:
    out = StringIO()
    with without_shared_cache(), pytest.raises(CommandError, match="does not answer") as refused:
        call_command("cache", what, "alpha", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"answers": False, "error": str(refused.value)}


def test_for_people(store: Any) -> None:
    visitor(store).get("/")
    out = StringIO()
    call_command("cache", "status", stdout=out)
    assert "alpha" in out.getvalue()
    out = StringIO()
    call_command("cache", "clear", "alpha", stdout=out)
    assert "The pages of 1 store are rendered again." in out.getvalue()
