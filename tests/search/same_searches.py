"""Searches whose answers must be the same in every backend and on every database."""

from collections.abc import Sequence
from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import find_places, get_category, list_products, list_query
from apps.search import asking
from apps.search import services as search
from apps.search.backends.sql import SqlBackend
from apps.search.queries import RELEVANCE, SORTS, Place, Query, Suggestion
from apps.search.selectors import suggest
from apps.search.terms import Condition
from tests.catalog.making import make_product, sized_input, variant

SEARCHES = (
    "chai", "cha", "hai", "wala", "k-1", "T-2", "x", "the", "chai clay", "kulad", "ceramc mugg", "tea", "चाय", "चांदी",
    "தேநீர்", "தேநீ", "বাঙলা", "bicycle", "large", "chai nothing",
)  # fmt: skip


def finds_the_same_as_sql(settings: Any, monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    """A copy that is built while SQL answers gives the same products, places and suggestions afterwards."""
    settings.SEARCH_BACKEND = "sql"
    fill()
    refuses_places_out_of_range()
    expected, steps, shown = answers(sorts=[RELEVANCE]), walks(), suggest("cha", most=5)
    settings.SEARCH_BACKEND = backend
    assert search.build_missing_copy()
    forbid_sql(monkeypatch)
    for name, answer in answers(sorts=[RELEVANCE]).items():
        assert answer == expected[name], name
    assert walks() == steps
    refuses_places_out_of_range()
    assert suggest("cha", most=5) == shown


def forbid_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found from here on by words, a copy has found."""

    class OnlyLists(SqlBackend):
        def suggest(self, condition: Condition, *, most: int) -> list[Suggestion]:
            raise AssertionError(condition)

    def without_words(ask: Any) -> Any:
        def call(query: Query, understood: Any, **kwargs: Any) -> Any:
            assert understood is None, "SQL was asked"
            return ask(query, understood, **kwargs)

        return staticmethod(call)

    for verb in ("find_page", "find_behind", "summarize", "count_matches"):
        setattr(OnlyLists, verb, without_words(getattr(SqlBackend, verb)))
    monkeypatch.setattr(asking, "SQL", OnlyLists())


def fill() -> None:
    tea = catalog.create_category(data=CategoryInput(name="Tea"))
    make_product("Masala chai", variants=[variant("T-1", 300)], category_ids=[tea.pk])
    make_product("Chai", variants=[variant("T-2", 200)], position=9, category_ids=[tea.pk])
    make_product("Clay kulhad", tags=["chai"], variants=[variant("K-1", 100)], position=1)
    make_product("Ceramic mug", brand="Chai & Clay", variants=[variant("M-1", 900)])
    make_product("Chaiwala's kettle", description="<p>For tea</p>", variants=[variant("KE-1")])
    make_product("The X", variants=[variant("X-1")])
    make_product("चाँदी की चाय", variants=[variant("H-1")])
    make_product("தேநீர் மசாலா", variants=[variant("TA-1")])
    make_product("বাংলা চা", variants=[variant("B-1")])
    catalog.save_product(data=sized_input("Kurta", {"Large": 900, "Small": 800}, brand="Loom"))


def answers(*, sorts: Sequence[str] = (RELEVANCE, "price_desc", "title")) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for q in SEARCHES:
        for sort in sorts:
            page = list_products(q=q, sort=sort)
            found[f"{q} {sort}"] = ([product.title for product in page], page.instead)
    node = get_category("tea")
    page = list_products(category=node, labels={"Size": ["Large"]})
    found["none"] = [product.title for product in page]
    page = list_products(labels={"Size": ["Large", "Other"]}, price_min_minor=100)
    found["size"] = ([product.title for product in page], page.facets)
    found["tea"] = [product.title for product in list_products(category=node, q="chai")]
    found["all"] = list_products().facets
    found |= _filtered()
    return found


def _filtered() -> dict[str, Any]:
    found: dict[str, Any] = {}
    asked: tuple[dict[str, Any], ...] = (
        {"labels": {"Size": ["Large"]}},
        {"labels": {"Size": ["Large"], "Brand": ["Loom", "Chai & Clay"]}},
        {"price_min_minor": 200, "price_max_minor": 900},
        {"price_max_minor": 10**30},
        {"price_min_minor": 10**30},
        {"currency": "EUR", "price_min_minor": 1},
        {"is_available": True},
        {"status": None},
        {"status": "draft"},
    )
    for number, filters in enumerate(asked):
        for q in ("chai", "kurta"):
            page = list_products(q=q, **filters)
            kinds = {
                one.name: sorted((v.value, v.count) for v in one.values) for one in page.facets
            }
            found[f"{q} {number}"] = ([product.title for product in page], page.total, kinds)
    return found


def walks() -> dict[str, list[str]]:
    """Whole lists in steps of two by places, there and back."""
    found = {}
    for sort in (*SORTS, RELEVANCE):
        query = list_query(q="chai", sort=sort)
        assert query is not None
        there = _walk(query, sort, None, backwards=False)
        back = _walk(query, sort, there[-1], backwards=True)
        assert [*reversed(back), there[-1]] == there
        found[sort] = [key for _value, key in there]
    return found


def refuses_places_out_of_range() -> None:
    query = list_query(q="chai")
    assert query is not None
    for sort, value in (("price_asc", 10**30), (RELEVANCE, -(10**30)), ("title", 1)):
        with pytest.raises((TypeError, ValueError)):
            _walk(query, sort, (value, "a" * 24), backwards=False)


def _walk(query: Query, sort: str, place: Place | None, *, backwards: bool) -> list[Place]:
    found: list[Place] = []
    while part := find_places(query, sort=sort, place=place, length=2, backwards=backwards):
        found += part
        place = part[-1]
    return found
