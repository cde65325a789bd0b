"""The copy in OpenSearch: the same answers as SQL, nothing of another store, and SQL where it does not answer.

Run against a small server of our own, or against a real one whose address is in OPENSEARCH_URL.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.catalog import indexing, sweeps
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.selectors import list_products
from apps.common import clock
from apps.common.ids import new_id
from apps.search import services as search
from apps.search.backends import opensearch_server
from apps.search.backends.opensearch import OpenSearchCopy
from apps.search.backends.opensearch_server import Answer, OpenSearchServer
from apps.search.models import BuiltCopy, Entry, StaleMark
from apps.search.selectors import suggest
from apps.search.services import marks
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.locks import LockSpace, number_of
from tests.catalog.making import make_product, product_input, variant
from tests.search.same_searches import (
    finds_the_same_as_sql,
)
from tests.support.opensearch_server import OpenSearch, running_opensearch

pytestmark = pytest.mark.usefixtures("in_store")

REAL = os.environ.get("OPENSEARCH_URL", "")


@pytest.fixture
def own(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenSearch]:
    """The store searches in a server of our own, which a test can look into. It is waited for, however slow the machine is."""
    settings.SEARCH_BACKEND, settings.OPENSEARCH_SECONDS = "opensearch", 60.0
    monkeypatch.setattr(opensearch_server, "CONNECT_SECONDS", 60.0)
    settings.OPENSEARCH_PREFIX = f"test-{new_id().hex}"
    with running_opensearch() as running:
        settings.OPENSEARCH_URL = running.url
        yield running


@pytest.fixture
def server(settings: Any, own: OpenSearch) -> Iterator[None]:
    """The store searches in the real server where there is one, which is left without the test's indexes."""
    settings.OPENSEARCH_URL = REAL or own.url
    yield
    if REAL:
        OpenSearchCopy().drop()


def titles(q: str) -> list[str]:
    return [product.title for product in list_products(q=q, sort="title")]


def test_it_finds_the_same_as_sql(
    server: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    finds_the_same_as_sql(settings, monkeypatch, "opensearch")
    assert not search.build_missing_copy()


def test_a_change_is_found_at_once_and_an_older_one_never_wins(server: None) -> None:
    product = make_product("Clay mug")
    search.rebuild_copy()
    old = Entry.objects.get()
    changed = catalog.save_product(data=product_input("Tin mug"), product=product)
    OpenSearchCopy().put([old])
    assert (titles("clay"), titles("tin")) == ([], ["Tin mug"])
    catalog.delete_product(product=changed)
    assert titles("tin") == []


def test_a_rebuild_answers_from_the_old_index_until_the_new_one_stands(server: None) -> None:
    mug = make_product("Clay mug")
    search.rebuild_copy()

    def batches() -> Iterator[list[Entry]]:
        yield list(Entry.objects.all())
        assert titles("clay") == ["Clay mug"]
        catalog.save_product(data=product_input("Tin mug"), product=mug)
        make_product("Glass mug", variants=[variant("GLASS")])

    OpenSearchCopy().rebuild(batches())
    assert titles("mug") == ["Glass mug", "Tin mug"]
    assert titles("clay") == []


def test_a_rebuild_that_crashed_is_in_the_way_of_nothing(own: OpenSearch) -> None:
    make_product("Clay mug")
    search.rebuild_copy()

    def die() -> Iterator[list[Entry]]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        OpenSearchCopy().rebuild(die())
    make_product("Glass mug", variants=[variant("GLASS")])
    assert titles("mug") == ["Clay mug", "Glass mug"]
    assert len(own.indexes) == 2
    assert search.rebuild_copy() == ""
    assert titles("mug") == ["Clay mug", "Glass mug"]
    assert len(own.indexes) == 1


def test_two_processes_do_not_copy_one_store(own: OpenSearch, store: Any) -> None:
    make_product("Clay mug")
    master = connections["platform"].settings_dict
    keys = {
        "host": "HOST",
        "port": "PORT",
        "user": "USER",
        "password": "PASSWORD",
        "dbname": "NAME",
    }
    with psycopg.connect(**{key: master[name] for key, name in keys.items()}) as other:
        other.execute(
            "SELECT pg_advisory_lock(%s, %s)", [int(LockSpace.SEARCH_COPY), number_of(store.id)]
        )
        assert "Another process" in search.rebuild_copy()
        assert not own.indexes
        other.execute("SELECT pg_advisory_unlock_all()")
    assert search.rebuild_copy() == ""


def test_no_request_names_another_store(own: OpenSearch, other_store: Any, store: Any) -> None:
    def everything() -> None:
        make_product("Clay mug")
        search.rebuild_copy()
        make_product("Chai", variants=[variant("T-2")])
        list_products(q="chia", labels={"Size": ["Large"]})
        list_products(q="chai")
        suggest("cha", most=5)
        catalog.delete_product(product=Product.objects.first())
        search.drop_copies()

    asked = {}
    for one in (store, other_store):
        own.requests.clear()
        with use_store(one):
            everything()
        asked[one.id] = list(own.requests)
    for one in (store, other_store):
        its_id = one.id.hex
        for method, path, lines in asked[one.id]:
            names = [path] if path not in ("/_bulk", "/_aliases") else []
            names += [line[v]["_index"] for line in lines for v in ("index", "delete") if v in line]
            for line in lines if path == "/_aliases" else []:
                names += [n for action in line["actions"] for n in _names_of(action)]
            assert names, (method, path)
            assert all(its_id in name for name in names), (method, path, names)
    assert not own.indexes


def _names_of(action: dict[str, Any]) -> list[str]:
    return [body[key] for body in action.values() for key in ("index", "alias") if key in body]


def test_stores_find_their_own(server: None, other_store: Any) -> None:
    make_product("Clay mug")
    search.rebuild_copy()
    with use_store(other_store):
        search.rebuild_copy()
        assert titles("mug") == []
        make_product("Tin mug")
        assert titles("mug") == ["Tin mug"]
        search.drop_copies()
    assert titles("mug") == ["Clay mug"]
    search.drop_copies()


def test_while_it_is_silent_sql_answers_and_the_sweep_does_the_rest(
    own: OpenSearch, store: Any, client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mug = make_product("Clay mug")
    search.rebuild_copy()
    own.is_silent = True
    catalog.save_product(data=product_input("Tin mug"), product=mug)
    asked = len(own.requests)
    assert titles("tin") == ["Tin mug"]
    assert client_for(None).get("/ready").json()["checks"]["search"] == "unavailable"
    assert client_for(None).get("/ready").json()["status"] == "degraded"
    assert "Tin mug" in client_for(store).get("/search/?q=tin").content.decode()
    assert len(own.requests) == asked  # the breaker is open
    assert [mark.ref for mark in StaleMark.objects.all()] == [str(mug.pk)]

    own.is_silent = False
    monkeypatch.setattr(opensearch_server, "PAUSE_SECONDS", 0.0)
    opensearch_server.opensearch_server()._asked_again_at = 0.0
    assert client_for(None).get("/ready").json()["checks"]["search"] == "ok"
    assert titles("clay") == ["Tin mug"]  # the copy is old until the sweep
    present = clock.now()
    monkeypatch.setattr(marks, "now", lambda: present + timedelta(minutes=2))
    assert sweeps.renew_marked_entries() == 1
    assert (titles("clay"), titles("tin")) == ([], ["Tin mug"])
    assert not StaleMark.objects.exists()


@pytest.mark.parametrize("status", [200, 302])
def test_another_program_behind_the_address_is_in_the_way_of_nothing(
    own: OpenSearch, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """A proxy that redirects, or answers with JSON of its own."""
    mug = make_product("Clay mug")
    search.rebuild_copy()
    other = Answer(status, {"message": "Welcome"})
    monkeypatch.setattr(OpenSearchServer, "send", lambda *args, **kwargs: other)
    assert titles("clay") == ["Clay mug"]
    catalog.save_product(data=product_input("Tin mug"), product=mug)
    assert titles("tin") == ["Tin mug"]
    assert search.rebuild_copy()
    assert [mark.ref for mark in StaleMark.objects.all()] == [str(mug.pk)]


def test_a_copy_that_is_lost_or_out_of_use_is_not_asked(own: OpenSearch, settings: Any) -> None:
    make_product("Clay mug")
    assert titles("clay") == ["Clay mug"]  # from SQL: there is no copy
    assert search.build_missing_copy()
    own.indexes.clear()
    own.aliases.clear()
    assert titles("clay") == ["Clay mug"]
    assert search.build_missing_copy()
    settings.SEARCH_BACKEND = "sql"
    assert not search.build_missing_copy()
    assert not BuiltCopy.objects.exists()


def test_lists_without_words_ask_sql(own: OpenSearch) -> None:
    make_product("Clay mug")
    search.rebuild_copy()
    own.requests.clear()
    assert list_products().total == 1
    assert not own.requests


def test_one_store_may_search_elsewhere_than_the_others(
    own: OpenSearch, settings: Any, store: Any
) -> None:
    settings.SEARCH_BACKEND_OF = {store.slug: "sql"}
    make_product("Clay mug")
    assert indexing.rebuild_index() == 1
    assert titles("clay") == ["Clay mug"]
    assert not own.requests


def test_the_command_copies_and_says_what_is_there(own: OpenSearch, store: Any) -> None:
    def run(*options: str) -> dict[str, Any]:
        text = StringIO()
        with suppress(CommandError), outside_store():
            call_command("rebuild_search", store.slug, "--json", *options, stdout=text)
        (found,) = json.loads(text.getvalue())["stores"]
        return dict(found)

    make_product("Clay mug")
    state = run("--status")
    assert (state["answering"], state["entries"], state["copied"]) == ("sql", 1, None)
    assert "not copied" in state["error"]
    assert "error" not in run()
    state = run("--status")
    assert (state["answering"], state["entries"], state["copied"]) == ("opensearch", 1, 1)
    own.is_silent = True
    assert "does not answer" in run()["error"]
    assert (run("--status"))["answering"] == "sql"
