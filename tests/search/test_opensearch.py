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
from apps.search.queries import RELEVANCE
from apps.search.selectors import suggest
from apps.search.services import marks
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.locks import LockSpace, number_of
from tests.catalog.making import make_product, product_input, variant
from tests.search.same_searches import answers, fill, forbid_sql, refuses_places_out_of_range, walks
from tests.support.opensearch_server import OpenSearch, running_opensearch

pytestmark = pytest.mark.usefixtures("in_store")

REAL = os.environ.get("OPENSEARCH_URL", "")
only_ours = pytest.mark.skipif(bool(REAL), reason="looks into a server of our own")


@pytest.fixture
def server(settings: Any) -> Iterator[OpenSearch]:
    """The store searches in it. A real one is left without the test's indexes."""
    settings.SEARCH_BACKEND = "opensearch"
    settings.OPENSEARCH_PREFIX = f"test-{new_id().hex}"
    with running_opensearch() as running:
        settings.OPENSEARCH_URL = REAL or running.url
        yield running
        if REAL:
            OpenSearchCopy().drop()


def titles(q: str) -> list[str]:
    return [product.title for product in list_products(q=q, sort="title")]


def test_it_finds_the_same_as_sql(
    server: OpenSearch, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_BACKEND = "sql"
    fill()
    refuses_places_out_of_range()
    expected, steps, shown = answers(sorts=[RELEVANCE]), walks(), suggest("cha", most=5)
    settings.SEARCH_BACKEND = "opensearch"
    assert search.build_missing_copy()
    forbid_sql(monkeypatch)
    for name, answer in answers(sorts=[RELEVANCE]).items():
        assert answer == expected[name], name
    assert walks() == steps
    refuses_places_out_of_range()
    assert suggest("cha", most=5) == shown
    assert not search.build_missing_copy()


def test_a_change_is_found_at_once_and_an_older_one_never_wins(server: OpenSearch) -> None:
    product = make_product("Clay mug")
    search.rebuild_copy()
    old = Entry.objects.get()
    changed = catalog.save_product(data=product_input("Tin mug"), product=product)
    OpenSearchCopy().put([old])
    assert (titles("clay"), titles("tin")) == ([], ["Tin mug"])
    catalog.delete_product(product=changed)
    assert titles("tin") == []


def test_a_rebuild_answers_from_the_old_index_until_the_new_one_stands(server: OpenSearch) -> None:
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


@only_ours
def test_a_rebuild_that_crashed_is_in_the_way_of_nothing(server: OpenSearch) -> None:
    make_product("Clay mug")
    search.rebuild_copy()

    def die() -> Iterator[list[Entry]]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        OpenSearchCopy().rebuild(die())
    make_product("Glass mug", variants=[variant("GLASS")])
    assert titles("mug") == ["Clay mug", "Glass mug"]
    assert len(server.indexes) == 2
    assert search.rebuild_copy() == ""
    assert titles("mug") == ["Clay mug", "Glass mug"]
    assert len(server.indexes) == 1


@only_ours
def test_two_processes_do_not_copy_one_store(server: OpenSearch, store: Any) -> None:
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
        assert not server.indexes
        other.execute("SELECT pg_advisory_unlock_all()")
    assert search.rebuild_copy() == ""


@only_ours
def test_no_request_names_another_store(server: OpenSearch, other_store: Any, store: Any) -> None:
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
        server.requests.clear()
        with use_store(one):
            everything()
        asked[one.id] = list(server.requests)
    for one in (store, other_store):
        own = one.id.hex
        for method, path, lines in asked[one.id]:
            names = [path] if path not in ("/_bulk", "/_aliases") else []
            names += [line[v]["_index"] for line in lines for v in ("index", "delete") if v in line]
            for line in lines if path == "/_aliases" else []:
                names += [n for action in line["actions"] for n in _names_of(action)]
            assert names, (method, path)
            assert all(own in name for name in names), (method, path, names)
    assert not server.indexes


def _names_of(action: dict[str, Any]) -> list[str]:
    return [body[key] for body in action.values() for key in ("index", "alias") if key in body]


def test_stores_find_their_own(server: OpenSearch, other_store: Any) -> None:
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


@only_ours
def test_while_it_is_silent_sql_answers_and_the_sweep_does_the_rest(
    server: OpenSearch, store: Any, client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mug = make_product("Clay mug")
    search.rebuild_copy()
    server.is_silent = True
    catalog.save_product(data=product_input("Tin mug"), product=mug)
    asked = len(server.requests)
    assert titles("tin") == ["Tin mug"]
    assert client_for(None).get("/ready").json()["checks"]["search"] == "unavailable"
    assert client_for(None).get("/ready").json()["status"] == "degraded"
    assert "Tin mug" in client_for(store).get("/search/?q=tin").content.decode()
    assert len(server.requests) == asked  # nobody waits for it again
    assert [mark.ref for mark in StaleMark.objects.all()] == [str(mug.pk)]

    server.is_silent = False
    monkeypatch.setattr(opensearch_server, "PAUSE_SECONDS", 0.0)
    opensearch_server.opensearch_server()._asked_again_at = 0.0
    assert client_for(None).get("/ready").json()["checks"]["search"] == "ok"
    assert titles("clay") == ["Tin mug"]  # the copy is old until the sweep
    present = clock.now()
    monkeypatch.setattr(marks, "now", lambda: present + timedelta(minutes=2))
    assert sweeps.renew_marked_entries() == 1
    assert (titles("clay"), titles("tin")) == ([], ["Tin mug"])
    assert not StaleMark.objects.exists()


@only_ours
@pytest.mark.parametrize("status", [200, 302])
def test_another_program_behind_the_address_is_in_the_way_of_nothing(
    server: OpenSearch, monkeypatch: pytest.MonkeyPatch, status: int
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


@only_ours
def test_a_copy_that_is_lost_or_out_of_use_is_not_asked(server: OpenSearch, settings: Any) -> None:
    make_product("Clay mug")
    assert titles("clay") == ["Clay mug"]  # from SQL: there is no copy
    assert search.build_missing_copy()
    server.indexes.clear()
    server.aliases.clear()
    assert titles("clay") == ["Clay mug"]
    assert search.build_missing_copy()
    settings.SEARCH_BACKEND = "sql"
    assert not search.build_missing_copy()
    assert not BuiltCopy.objects.exists()


@only_ours
def test_lists_without_words_ask_sql(server: OpenSearch) -> None:
    make_product("Clay mug")
    search.rebuild_copy()
    server.requests.clear()
    assert list_products().total == 1
    assert not server.requests


@only_ours
def test_one_store_may_search_elsewhere_than_the_others(
    server: OpenSearch, settings: Any, store: Any
) -> None:
    settings.SEARCH_BACKEND_OF = {store.slug: "sql"}
    make_product("Clay mug")
    assert indexing.rebuild_index() == 1
    assert titles("clay") == ["Clay mug"]
    assert not server.requests


@only_ours
def test_the_command_copies_and_says_what_is_there(server: OpenSearch, store: Any) -> None:
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
    server.is_silent = True
    assert "does not answer" in run()["error"]
    assert (run("--status"))["answering"] == "sql"
