"""Filters and facets: what is counted, what a filter leaves out, and what both say of the other."""

from collections import Counter
from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import get_category, list_products
from apps.inventory import services as inventory
from apps.search import finding, whole_searches
from apps.search import services as search
from apps.search.facets import NAME_END, facets_of
from apps.search.models import StaleMark
from apps.search.queries import Query
from apps.tenancy.context import use_actor, use_store
from tests.api.shop import Api
from tests.catalog.making import make_product, sized_input, variant
from tests.support.acting import STAFF

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def _shirts(in_store: Any) -> None:
    shirts = catalog.create_category(data=CategoryInput(name="Shirts"))
    for title, sizes, brand, fabric in (
        ("Red shirt", {"S": 900, "M": 950}, "Loom", "Cotton"),
        ("Blue shirt", {"M": 800, "L": 850}, "Loom", "Linen"),
        ("Old shirt", {"L": 100}, "Attic", "Cotton"),
    ):
        data = sized_input(
            title, sizes, brand=brand, attributes={"Fabric": fabric}, category_ids=[shirts.pk]
        )
        catalog.save_product(data=data)
    make_product("Mug", brand="Loom", variants=[variant("MUG", 100)])


def counts(facets: Any) -> dict[str, dict[str, int]]:
    return {facet.name: {one.value: one.count for one in facet.values} for facet in facets}


def titles(**asked: Any) -> set[str]:
    return {product.title for product in list_products(**asked)}


@pytest.mark.usefixtures("_shirts")
def test_facets_count_brands_options_and_attributes() -> None:
    assert counts(list_products(category=get_category("shirts")).facets) == {
        "Size": {"M": 2, "L": 2, "S": 1},
        "Brand": {"Loom": 2, "Attic": 1},
        "Fabric": {"Cotton": 2, "Linen": 1},
    }


def test_values_that_are_equally_frequent_have_one_order() -> None:
    labels = [f"Size{NAME_END}{size}" for size in "MSXL"]
    query = Query("INR")
    found = facets_of(query, 9, Counter(labels), {})
    assert found == facets_of(query, 9, Counter(reversed(labels)), {})
    assert [one.value for one in found[0].values] == ["L", "M", "S", "X"]


@pytest.mark.usefixtures("_shirts")
def test_a_facet_is_counted_without_its_own_filter() -> None:
    page = list_products(category=get_category("shirts"), labels={"Brand": ["Loom"]})
    assert {product.title for product in page} == {"Red shirt", "Blue shirt"}
    assert page.total == 2
    found = counts(page.facets)
    assert found["Brand"] == {"Loom": 2, "Attic": 1}
    assert found["Size"] == {"M": 2, "S": 1, "L": 1}
    assert page.facets[0].name == "Brand"
    chosen = [one.value for one in page.facets[0].values if one.is_chosen]
    assert chosen == ["Loom"]


@pytest.mark.usefixtures("_shirts")
def test_values_of_one_facet_widen_and_facets_narrow() -> None:
    assert titles(labels={"Size": ["S", "L"]}) == {"Red shirt", "Blue shirt", "Old shirt"}
    assert titles(labels={"Size": ["L"], "Fabric": ["cotton"]}) == {"Old shirt"}
    assert titles(labels={"Size": ["L"]}, q="blue") == {"Blue shirt"}
    assert titles(labels={"Size": ["L"]}, price_min_minor=500) == {"Blue shirt"}
    assert titles(price_min_minor=10**30) == titles(price_min_minor=10**30, q="red") == set()
    assert titles(labels={"Size": ["XXL"]}) == titles(labels={"No": ["L"]}) == set()


@pytest.mark.usefixtures("_shirts")
def test_a_facet_that_tells_nothing_apart_is_left_out() -> None:
    page = list_products(q="blue")
    assert page.total == 1
    assert page.facets == ()


@pytest.mark.usefixtures("_shirts")
def test_counts_stop_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (finding, whole_searches):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    page = list_products(q="shirt")
    assert (page.total, page.is_capped) == (2, True)
    assert len(page.items) == 3


@pytest.mark.usefixtures("_shirts")
def test_facets_are_of_the_store(other_store: Any) -> None:
    with use_store(other_store):
        assert list_products(labels={"Brand": ["Loom"]}).total == 0
        assert list_products().facets == ()


def test_the_filter_for_what_is_in_stock_follows_the_stock() -> None:
    mug = make_product("Mug", variants=[variant("MUG")])
    ref = mug.variants[0].id
    make_product("Download", is_digital=True, variants=[variant("FILE")])
    assert titles(is_available=True) == {"Download"}
    with use_actor(STAFF):
        inventory.receive_stock(variant_ref=ref, sku="MUG", quantity=2)
    assert renewed() == 1
    assert titles(is_available=True) == {"Download", "Mug"}
    catalog.save_product(data=sized_input("Mug", {"S": 1}), product=mug)
    assert titles(is_available=True) == {"Download"}


def renewed() -> int:
    """What follows the commit, which these tests don't have."""
    return search.renew_availability(StaleMark.objects.values_list("ref", flat=True))


@pytest.mark.usefixtures("_shirts")
def test_the_page_has_the_filters_and_the_chosen_ones(store: Any, client_for: Any) -> None:
    client = client_for(store)
    page = client.get("/category/shirts/").content.decode()
    assert 'name="f" value="Size:M">' in page
    page = client.get("/category/shirts/?f=Size:M&f=Brand:Loom&f=nonsense&page=9").content.decode()
    assert "2 products" in page
    assert 'name="f" value="Size:M" checked>' in page
    assert 'href="?f=Brand%3ALoom"' in page
    page = client.get("/category/shirts/?f=Size:%3Cscript%3E&available=1").content.decode()
    assert "No product here fits all of these filters." in page
    assert "<script>" not in page.partition("<main")[2]


@pytest.mark.usefixtures("_shirts")
def test_the_api_filters_alike(store: Any) -> None:
    api = Api(store)

    def found(query: str) -> set[str]:
        return {row["title"] for row in api.get(f"products?{query}").json()["results"]}

    assert found("labels=Size:L|Size:S|Brand:Loom") == {"Red shirt", "Blue shirt"}
    assert found("in_stock=true") == set()
    assert len(found("in_stock=false")) == 4
    assert api.get("products?labels=Size").status_code == 400
    rows = api.get("products?q=shirt&sort=relevance&limit=2").json()
    more = api.get(rows["next"].partition("/api/v1/")[2]).json()
    titles = [row["title"] for row in (*rows["results"], *more["results"])]
    assert titles == ["Old shirt", "Blue shirt", "Red shirt"]
