"""Lists of products: filters, order, pages, and how many reads they cost."""

from typing import Any

import pytest

from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import (
    find_places,
    get_category,
    list_products,
    list_query,
    read_lines,
)
from apps.tenancy.context import use_store
from tests.catalog.making import make_product, price, sized_input, variant

pytestmark = pytest.mark.usefixtures("in_store")


def titles(**asked: Any) -> list[str]:
    return [product.title for product in list_products(**asked)]


@pytest.fixture
def _five(in_store: Any) -> None:
    make_product("Blue bowl", variants=[variant("B", 300)], position=1, brand="Loom")
    make_product("amber cup", variants=[variant("A", 900)], tags=["gift"])
    make_product("Clay mug", variants=[variant("C", 100)])
    make_product("Draft", status="draft", variants=[variant("D", 1)])
    dollars = variant("E", prices=[price(500, "USD")])
    make_product("Dollar jar", variants=[dollars])


@pytest.mark.usefixtures("_five")
def test_sorting() -> None:
    assert titles(sort="price_asc") == ["Clay mug", "Blue bowl", "amber cup"]
    assert titles(sort="price_desc") == ["amber cup", "Blue bowl", "Clay mug"]
    assert titles(sort="title") == ["amber cup", "Blue bowl", "Clay mug", "Dollar jar"]
    assert titles(sort="newest") == ["Dollar jar", "Clay mug", "amber cup", "Blue bowl"]
    assert titles() == ["Dollar jar", "Clay mug", "amber cup", "Blue bowl"]
    assert titles(sort="'; drop") == titles()


@pytest.mark.usefixtures("_five")
def test_filters() -> None:
    assert titles(price_min_minor=200, price_max_minor=500) == ["Blue bowl"]
    assert titles(price_min_minor=1, currency="USD") == ["Dollar jar"]
    assert titles(q="LOOM bowl") == ["Blue bowl"]
    assert titles(q="gift") == ["amber cup"]
    assert titles(q=".*") == []
    assert titles(q="(") == []
    assert titles(q="$where") == []
    assert titles(status="draft") == ["Draft"]
    assert len(titles(status=None)) == 5


@pytest.mark.usefixtures("_five")
def test_pages_hold_every_product_once_and_never_run_out_of_range() -> None:
    pages = [list_products(sort="title", per_page=3, page=number) for number in (1, 2, 99, -1)]
    assert [[product.title for product in page] for page in pages[:2]] == [
        ["amber cup", "Blue bowl", "Clay mug"],
        ["Dollar jar"],
    ]
    assert (pages[0].total, pages[0].pages, pages[0].has_next) == (4, 2, True)
    assert (pages[2].page, pages[3].page) == (2, 1)
    assert len(list_products(per_page=10**9).items) == 4


def test_a_list_of_nothing_is_one_empty_page() -> None:
    page = list_products()
    assert (page.items, page.total, page.page, page.pages) == ([], 0, 1, 1)


def test_a_category_page_is_one_read_however_many_products(django_assert_num_queries: Any) -> None:
    mugs = catalog.create_category(data=CategoryInput(name="Mugs"))
    for number in range(12):
        make_product(f"Mug {number}", category_ids=[mugs.pk], variants=[variant(f"M{number}")])
    get_category("mugs")
    with django_assert_num_queries(1, using="documents"), django_assert_num_queries(2):
        page = list_products(category=get_category("mugs"), sort="price_asc")
        assert [product.variants[0].sku for product in page][:1] == ["M0"]
        assert page.total == 12


def test_the_second_page_of_a_list_is_one_read(django_assert_num_queries: Any) -> None:
    for number in range(5):
        make_product(f"Mug {number}", variants=[variant(f"M{number}")])
    assert titles(sort="title", per_page=3) == ["Mug 0", "Mug 1", "Mug 2"]
    with django_assert_num_queries(1, using="documents"), django_assert_num_queries(1):
        assert titles(sort="title", per_page=3, page=2) == ["Mug 3", "Mug 4"]


def test_a_change_shows_at_once() -> None:
    mugs = [make_product(f"Mug {number}", variants=[variant(f"M{number}")]) for number in range(3)]
    assert titles(sort="title") == ["Mug 0", "Mug 1", "Mug 2"]
    catalog.set_product_status(product=mugs[0], status="archived")
    catalog.delete_product(product=mugs[1])
    assert titles(sort="title") == ["Mug 2"]
    assert titles(status="archived") == ["Mug 0"]


def test_lines_of_many_products_are_one_read(django_assert_num_queries: Any) -> None:
    shirt = catalog.save_product(data=sized_input("Shirt", {"S": 900, "M": 950}))
    mug = make_product("Clay mug")
    refs = [shirt.variants[1].id, mug.variants[0].id, "unknown"]
    with django_assert_num_queries(1, using="documents"):
        lines = read_lines(refs, "INR")
    assert lines.keys() == set(refs[:2])
    line = lines[shirt.variants[1].id]
    assert (line.sku, line.title, line.variant_title) == ("SHIRT-M", "Shirt", "M")
    assert (line.unit_price_minor, line.currency, line.is_saleable) == (950, "INR", True)
    assert line.product_ref == str(shirt.pk)
    assert read_lines([], "INR") == {}


def test_what_can_not_be_sold_says_so() -> None:
    draft = make_product("Draft", status="draft")
    line = read_lines([draft.variants[0].id], "INR")[draft.variants[0].id]
    assert not line.is_saleable
    mug = make_product("Clay mug")
    other = read_lines([mug.variants[0].id], "USD")[mug.variants[0].id]
    assert not other.is_saleable
    assert other.unit_price_minor is None


def test_lines_of_another_store_are_not_there(other_store: Any) -> None:
    mug = make_product("Clay mug")
    with use_store(other_store):
        assert read_lines([mug.variants[0].id], "INR") == {}


def test_a_list_never_shows_what_was_hidden_since() -> None:
    """The document was written, its entry is not yet."""
    mug = make_product("Clay mug")
    assert titles() == ["Clay mug"]
    Product.objects.filter(pk=mug.pk).update(status="archived")
    assert titles() == []


@pytest.mark.usefixtures("_five")
@pytest.mark.parametrize("sort", ["featured", "newest", "price_asc", "price_desc", "title"])
@pytest.mark.parametrize("range_", [{}, {"price_min_minor": 200}, {"price_max_minor": 300}])
def test_parts_behind_a_place_are_those_of_the_pages(sort: str, range_: Any) -> None:
    query = list_query(sort=sort, **range_)
    assert query is not None
    keys, place = [], None
    while places := find_places(query, sort=sort, place=place, length=2, backwards=False):
        keys += [key for _value, key in places]
        place = places[-1]
    assert keys == [str(product.pk) for product in list_products(sort=sort, **range_)]
    back = find_places(query, sort=sort, place=place, length=9, backwards=True)
    assert [key for _value, key in back] == keys[-2::-1]


@pytest.mark.usefixtures("_five")
def test_a_price_range_costs_no_read_of_its_own(django_assert_num_queries: Any) -> None:
    titles(sort="title")
    with django_assert_num_queries(1, using="documents"):
        assert titles(sort="title", price_min_minor=200, price_max_minor=500) == ["Blue bowl"]
