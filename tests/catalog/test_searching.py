"""Search: titles before mentions, a misspelt word forgiven, the same products as the documents server finds."""

from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import get_category, list_products, search_products
from apps.catalog.selectors.searching import RELEVANCE
from apps.tenancy.context import use_store
from tests.api.shop import Api
from tests.catalog.making import make_product, variant

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def _shop(in_store: Any) -> None:
    make_product("Masala chai", variants=[variant("T-1", 300)], position=5)
    make_product("Chai", variants=[variant("T-2", 200)], position=9)
    make_product("Clay kulhad", tags=["chai"], variants=[variant("K-1", 100)], position=1)
    make_product("Ceramic mug", brand="Chai & Clay", variants=[variant("M-1", 900)], position=2)
    make_product("Chaiwala's kettle", variants=[variant("KE-1", 900)], position=3)
    make_product("Machine", tags=["chai"], status="draft", variants=[variant("D-1", 900)])


def titles(q: str, **asked: Any) -> list[str]:
    return [product.title for product in list_products(q=q, **{"sort": RELEVANCE, **asked})]


@pytest.mark.usefixtures("_shop")
def test_titles_come_before_mentions() -> None:
    assert titles("chai") == [
        "Masala chai",
        "Chai",
        "Chaiwala's kettle",
        "Clay kulhad",
        "Ceramic mug",
    ]
    assert titles("clay") == ["Clay kulhad", "Ceramic mug"]
    assert titles("chai clay") == ["Clay kulhad", "Ceramic mug"]


@pytest.mark.usefixtures("_shop")
def test_a_chosen_sort_goes_before_the_rank() -> None:
    assert titles("chai", sort="price_asc", per_page=2) == ["Clay kulhad", "Chai"]
    assert titles("chai", sort="title")[0] == "Ceramic mug"
    assert titles("chai", price_min_minor=200, price_max_minor=300) == ["Masala chai", "Chai"]


@pytest.mark.usefixtures("_shop")
def test_every_word_finds_what_the_documents_server_finds() -> None:
    active = Product.objects.filter(status="active")
    for q in (
        "chai",
        "cha",
        "hai",
        "k-1",
        "kulhad clay",
        "t1",
        "wala",
        "chai nothing",
        ".*",
        "chaiwalas",
    ):
        found = {product.pk for product in list_products(q=q, sort="newest")}
        if not list_products(q=q).instead:
            assert found == {product.pk for product in search_products(active, q)}, q


@pytest.mark.usefixtures("_shop")
def test_a_misspelt_word_is_forgiven_where_nothing_has_it() -> None:
    page = list_products(q="kullad", sort=RELEVANCE)
    assert ([product.title for product in page], page.instead) == (["Clay kulhad"], "kulhad")
    page = list_products(q="ceramc mugg")
    assert ([product.title for product in page], page.instead) == (["Ceramic mug"], "Ceramic mug")
    assert list_products(q="chai").instead == ""
    for nothing in ("bicycle", "kullad bicycle", "K-9", "chai bicycle"):
        page = list_products(q=nothing)
        assert (page.items, page.instead) == ([], ""), nothing


@pytest.mark.usefixtures("_shop")
def test_the_api_finds_what_was_asked_and_corrects_nothing(store: Any) -> None:
    api = Api(store)
    first = api.get("products?q=chai&sort=price_asc&limit=2").json()
    assert [row["title"] for row in first["results"]] == ["Clay kulhad", "Chai"]
    second = api.get(first["next"].partition("/api/v1/")[2]).json()
    assert second["results"][0]["title"] == "Masala chai"
    assert api.get("products?q=kullad").json()["results"] == []


@pytest.mark.usefixtures("_shop")
def test_a_search_is_at_most_two_reads_and_the_next_one_is_one(
    django_assert_num_queries: Any,
) -> None:
    list_products(q="first", per_page=1)
    with django_assert_num_queries(1, using="documents"):
        assert titles("chai", per_page=2) == ["Masala chai", "Chai"]
    with django_assert_num_queries(0, using="documents"):
        assert titles("bicycle") == []


@pytest.mark.usefixtures("_shop")
def test_a_change_is_found_at_once(other_store: Any) -> None:
    assert titles("biscuit") == []
    product = make_product("Biscuit", variants=[variant("B-1")])
    assert titles("biscuit") == ["Biscuit"]
    with use_store(other_store):
        assert titles("biscuit") == titles("chai") == []
    catalog.set_product_status(product=product, status="archived")
    assert titles("biscuit") == []


@pytest.mark.usefixtures("_shop")
def test_a_category_is_searched_alone() -> None:
    cups = catalog.create_category(data=CategoryInput(name="Cups"))
    make_product("Chai cup", category_ids=[cups.pk], variants=[variant("C-1")])
    node = get_category("cups")
    assert titles("chai", category=node) == ["Chai cup"]
    assert titles("chia", category=node) == ["Chai cup"]
    assert titles("kulhad", category=node) == []


@pytest.mark.usefixtures("_shop")
def test_a_list_too_long_to_remember_is_searched_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("apps.catalog.selectors.searching.MAX_REMEMBERED", 2)
    for _ in range(2):
        assert titles("chai") == titles("chai", sort="featured")
        assert len(titles("chai")) == 5
        assert titles("kullad") == []


@pytest.mark.usefixtures("_shop")
def test_the_page_says_what_it_searched_for(store: Any, client_for: Any) -> None:
    client = client_for(store)
    page = client.get("/search/?q=kullad").content.decode()
    assert (
        "Nothing was found for “kullad”. These are the results for <strong>kulhad</strong>." in page
    )
    page = client.get("/search/?q=chai").content.decode()
    assert "These are the results" not in page
    assert page.index("Masala chai") < page.index("Clay kulhad")
    assert page.index("Best match") < page.index("Featured")
    assert "Best match" not in client.get("/search/").content.decode()
    assert "Best match" not in client.get("/search/?sort=relevance&q=+").content.decode()
