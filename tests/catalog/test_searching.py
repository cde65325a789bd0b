"""Search: titles before mentions, a misspelt word forgiven, parts of words found."""

from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import get_category, list_products
from apps.search.queries import RELEVANCE
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


ALL_CHAI = {"Masala chai", "Chai", "Clay kulhad", "Ceramic mug", "Chaiwala's kettle"}


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("chai", ALL_CHAI),
        ("cha", ALL_CHAI),
        ("hai", ALL_CHAI),
        ("wala", {"Chaiwala's kettle"}),
        ("chaiwalas", {"Chaiwala's kettle"}),
        ("kulhad clay", {"Clay kulhad"}),
        ("k-1", {"Clay kulhad", "Chaiwala's kettle"}),
        ("t1", {"Masala chai"}),
        (".*", set()),
        ("chai nothing", set()),
    ],
)
def test_words_beginnings_and_parts_are_found(q: str, expected: set[str]) -> None:
    assert {product.title for product in list_products(q=q, sort="newest")} == expected


@pytest.mark.usefixtures("_shop")
def test_a_whole_sku_or_barcode_comes_first() -> None:
    make_product("Ke 1 litre", variants=[variant("X-2", barcode="4006381333931")], position=0)
    assert titles("ke-1") == titles("KE 1") == ["Chaiwala's kettle", "Ke 1 litre"]
    assert titles("ke1") == ["Chaiwala's kettle"]
    assert titles("4006381333931") == titles("400638") == ["Ke 1 litre"]


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
def test_words_of_descriptions_are_corrected_where_their_beginning_is_right() -> None:
    make_product("Grinder", description="<p>A porcelain burr.</p>", variants=[variant("G-1", 900)])
    for typed in ("porcelan", "porcelin", "porcleain", "porcelainn"):
        page = list_products(q=typed)
        found = [product.title for product in page]
        assert (found, page.instead) == (["Grinder"], "porcelain"), typed
    assert list_products(q="orcelain").items == []
    assert list_products(q="bicycle").items == []


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize(
    "q",
    ["chai", "clay", "kullad", "ceramc mugg", "KE1", "bicycle", "kullad bicycle", "chia", "..."],
)
def test_the_api_finds_what_the_page_finds_in_its_order(store: Any, q: str) -> None:
    page = list_products(q=q, sort=RELEVANCE)
    answer = Api(store).get(f"products?q={q}").json()
    assert [row["title"] for row in answer["results"]] == [product.title for product in page]
    assert (answer["corrected"] or "") == page.instead


@pytest.mark.usefixtures("_shop")
def test_the_api_keeps_a_chosen_sort_and_a_correction_in_all_parts(store: Any) -> None:
    api = Api(store)
    first = api.get("products?q=chia&sort=price_asc&limit=2").json()
    assert [row["title"] for row in first["results"]] == ["Clay kulhad", "Chai"]
    second = api.get(first["next"].partition("/api/v1/")[2]).json()
    assert second["results"][0]["title"] == "Masala chai"
    assert [part["corrected"].lower() for part in (first, second)] == ["chai", "chai"]
    assert api.get("products").json()["results"][0]["title"] == "Chaiwala's kettle"


@pytest.mark.usefixtures("_shop")
def test_a_search_is_two_queries_and_one_read(django_assert_num_queries: Any) -> None:
    list_products(q="first", per_page=1)  # remembers synonyms
    with django_assert_num_queries(1, using="documents"), django_assert_num_queries(2):
        assert titles("chai", per_page=2) == ["Masala chai", "Chai"]
    with django_assert_num_queries(0):
        whole = titles("chai")
        assert titles("chai", per_page=2, page=2) == whole[2:4]
    with django_assert_num_queries(1):  # counts are remembered, whatever the sort
        titles("chai", sort="title")
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
