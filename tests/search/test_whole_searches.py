"""The first products that come with the counts of a search are those that its list has; reading them is no write."""

import pytest

from apps.catalog.selectors import list_query
from apps.search.finding import find_page, summarize
from apps.search.understanding import understand
from apps.tenancy.page_versions import versions_now
from tests.catalog.making import make_product, variant


@pytest.mark.usefixtures("in_store")
def test_the_first_products_are_those_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, title in enumerate(["Green tea", "Tea", "Teapot", "Cup", "Tea set", "Iced tea"]):
        make_product(title, variants=[variant(f"T-{number}")], tags=["tea"], position=number % 2)
    query = list_query(q="tea")
    assert query is not None
    understood = understand(query.words)
    found = find_page(query, understood, sort="relevance", start=0, length=24, is_long=False)
    assert len(found) == 6
    assert list(summarize(query, understood).first) == found
    monkeypatch.setattr("apps.search.whole_searches.MOST_FIRST", 4)
    assert list(summarize(query, understood).first) == found[:4]
    assert summarize(query, understood).total == 6


@pytest.mark.usefixtures("in_store")
def test_a_search_leaves_the_versions_of_pages_alone() -> None:
    make_product("Tea", variants=[variant("T-1")])
    query = list_query(q="tea")
    assert query is not None
    before = versions_now()
    assert summarize(query, understand(query.words)).total == 1
    after = versions_now()
    assert before is not None
    assert after is not None
    assert after.whole == before.whole
