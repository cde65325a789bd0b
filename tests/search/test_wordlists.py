"""Synonyms of a store, searches in vain, and suggestions while a visitor types."""

from typing import Any

import pytest

from apps.catalog.selectors import list_products
from apps.search import services as search
from apps.search.models import MissedSearch, Synonym
from apps.search.services import missed_searches
from apps.tenancy.context import use_store
from tests.catalog.making import make_product, variant

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def _shop(in_store: Any) -> None:
    make_product("Masala chai", variants=[variant("T-1")], position=1)
    make_product("Green tea", variants=[variant("T-2")], position=2)
    make_product("Tee", variants=[variant("S-1")], position=3)
    make_product("Cotton t-shirt", variants=[variant("S-2")], position=4)
    make_product("Secret teapot", status="draft", variants=[variant("D-1")])


def titles(q: str) -> list[str]:
    return [product.title for product in list_products(q=q, sort="relevance")]


@pytest.mark.usefixtures("_shop")
def test_words_that_mean_the_same_find_the_same(other_store: Any) -> None:
    assert titles("tea") == ["Green tea"]
    Synonym.objects.create(words="tea, chai, चाय")
    Synonym.objects.create(words="T-shirt, tee")
    assert titles("tea") == titles("CHAI") == titles("चाय") == ["Masala chai", "Green tea"]
    assert titles("t-shirt") == titles("tee") == ["Tee", "Cotton t-shirt"]
    assert titles("green chai") == ["Green tea"]
    with use_store(other_store):
        make_product("Tea", variants=[variant("X")])
        assert titles("chai") == []


@pytest.mark.usefixtures("_shop")
def test_searches_in_vain_are_counted(store: Any, client_for: Any, other_store: Any) -> None:
    client = client_for(store)
    for q in ("bicycle", "BICYCLE ", "bicycle!", "cotton", "greeen", "!!!", ""):
        assert client.get("/search/", {"q": q}).status_code == 200
    client.get("/search/", {"q": "unicycle", "available": "1"})
    missed = {one.text: one.times for one in MissedSearch.objects.all()}
    assert missed == {"bicycle": 3, "greeen": 1}
    with use_store(other_store):
        assert not MissedSearch.objects.exists()


def test_there_are_never_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed_searches, "MOST_MISSED", 2)
    for text in ("one", "two", "three", "two", "x" * 500):
        search.note_missed_search(text=text)
    assert {one.text: one.times for one in MissedSearch.objects.all()} == {"one": 1, "two": 2}


@pytest.mark.usefixtures("_shop")
def test_suggestions_are_titles_on_sale(store: Any, other_store: Any, client_for: Any) -> None:
    def suggested(q: str, of: Any = store) -> list[str]:
        answer = client_for(of).get("/search/suggest/", {"q": q})
        assert answer.status_code == 200
        return [one["title"] for one in answer.json()["suggestions"]]

    assert suggested("te") == ["Green tea", "Tee"]
    assert suggested("cot t") == ["Cotton t-shirt"]
    assert suggested("sec") == suggested("t") == suggested("") == suggested("%") == []
    assert suggested("te", other_store) == []
