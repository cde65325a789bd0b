import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.catalog import services as catalog


def html(answer: Any) -> str:
    return answer.content.decode()


def test_an_empty_store_says_so(in_store: Any, browse: Any) -> None:
    answer = browse.get("/")
    assert answer.status_code == 200
    assert "The shelves are being filled" in html(answer)


def test_home_shows_products_categories_and_what_is_sold_out(
    browse: Any, sell: Any, category: Any
) -> None:
    sell("Assam", category_ids=[category.pk])
    sell("Kahwa", stock=0)
    page = html(browse.get("/"))
    assert "Assam" in page
    assert 'href="/category/tea/"' in page
    assert page.count("Sold out") == 2  # among the popular and among the new ones


def test_a_category_shows_its_products_only(browse: Any, sell: Any, category: Any) -> None:
    sell("Assam", category_ids=[category.pk])
    sell("Brass kettle")
    page = html(browse.get("/category/tea/"))
    assert "Assam" in page
    assert "Brass kettle" not in page
    assert "1 product" in page
    assert "Leaves &amp; &lt;buds&gt;" in page


def test_sort_price_filter_and_paging_keep_the_address(
    browse: Any, sell: Any, category: Any
) -> None:
    for number in range(26):
        sell(f"Tea {number:02}", minor=10_000 + number * 100, category_ids=[category.pk], stock=0)
    page = html(browse.get("/category/tea/?sort=price_desc&price_min=101"))
    assert page.index("Tea 25") < page.index("Tea 24")
    assert "Tea 00" not in page
    assert "25 products" in page
    assert "?sort=price_desc&amp;price_min=101&amp;page=2" in page
    assert "From ₹101.00" in page
    second = html(browse.get("/category/tea/?sort=price_desc&price_min=101&page=2"))
    assert second.count('<article class="card') == 1


def test_each_of_two_swapped_prices_is_removed_by_its_own_chip(
    browse: Any, sell: Any, category: Any
) -> None:
    sell("Assam", minor=40_000, category_ids=[category.pk])
    page = html(browse.get("/category/tea/?price_min=500&price_max=300"))
    lowest, highest = re.findall(r'<a class="chip on" href="([^"]*)"', page)
    assert (lowest, highest) == ("?price_min=500", "?price_max=300")
    assert page.index("From ₹300.00") < page.index("Up to ₹500.00")


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-3",
        "page=99999999999999999999",
        "page=x",
        "sort=DROP",
        "price_min=abc",
        "price_min=1e400",
        "price_min=-1",
        "price_max=NaN",
        "price_min=9&price_max=1",
        "q=%00",
        "q=" + "a" * 5000,
        "price_min=0.001",
        "page=1&page=2",
    ],
)
def test_nonsense_in_the_address_still_gives_a_page(
    browse: Any, sell: Any, category: Any, query: str
) -> None:
    sell("Assam", category_ids=[category.pk])
    for path in ("/category/tea/", "/search/"):
        assert browse.get(f"{path}?{query}").status_code == 200


def test_search_finds_and_says_when_it_does_not(browse: Any, sell: Any) -> None:
    sell("Assam Gold")
    assert "Assam Gold" in html(browse.get("/search/?q=assam"))
    nothing = html(browse.get("/search/?q=<script>alert(1)</script>"))
    assert "We found nothing" in nothing
    assert "<script>alert" not in nothing


def test_a_search_that_is_too_long_is_not_the_whole_catalog(browse: Any, sell: Any) -> None:
    sell("Assam Gold")
    page = html(browse.get(f"/search/?q={'x' * 101}"))
    assert "Assam Gold" not in page
    assert "x" * 100 in page


def test_a_product_shows_price_stock_delivery_and_variants(
    browse: Any, sell: Any, category: Any
) -> None:
    product = sell(
        "Assam", sizes={"S": 3, "L": 0}, minor=49_900, category_ids=[category.pk], brand="Chai"
    )
    page = html(browse.get(f"/product/{product.slug}/"))
    assert "₹499.00" in page
    assert "Only 3 left" in page
    assert "Get it by" in page
    assert re.search(r'<option value="[^"]+" disabled>L,', page)
    assert 'class="value gone"' in page
    chosen = html(browse.get(f"/product/{product.slug}/?variant={product.variants[1].id}"))
    assert "Sold out</button>" in chosen


def test_what_is_sold_out_promises_no_day_and_counts_no_pieces(browse: Any, sell: Any) -> None:
    page = html(browse.get(f"/product/{sell('Bowl', stock=0).slug}/"))

    assert "Sold out</button>" in page
    assert re.search(r"data-promise hidden", page)
    assert re.search(r"data-stepper hidden", page)


def test_what_staff_write_is_escaped_or_sanitised(browse: Any, sell: Any) -> None:
    product = sell(
        "Tea </title><script>alert(1)</script>",
        description='<p onclick="x()">Good <b>tea</b></p><script>alert(2)</script>',
        attributes={"Origin": "<img src=x onerror=alert(3)>"},
        sizes={"</script><script>alert(4)": 1},
    )
    page = html(browse.get(f"/product/{product.slug}/"))
    assert "<script>alert" not in page
    assert "onclick" not in page
    assert "<img src=x" not in page
    assert "<b>tea</b>" in page


@pytest.mark.parametrize(
    "path",
    [
        "/product/nothing/",
        "/category/nothing/",
        "/orders/nothing/",
        "/nothing/",
        "/orders/%00/",
        "/product/%00/",
        "/category/%ff/",
        "/cart/items/%00/",
        "/account/orders/%00/",
        "/account/password/reset/key/%00-%00/",
        "/orders/" + "a" * 4000 + "/",
    ],
)
def test_what_is_not_there_is_a_404_in_the_store_s_theme(
    in_store: Any, browse: Any, path: str
) -> None:
    answer = browse.get(path)
    assert answer.status_code == 404
    assert "This page is not here" in html(answer)
    assert "/theme.css" in html(answer)


def test_a_draft_has_no_page(browse: Any, sell: Any) -> None:
    product = sell("Assam")
    catalog.set_product_status(product=product, status="draft")
    assert browse.get(f"/product/{product.slug}/").status_code == 404


def test_another_store_s_product_is_not_here(
    other_store: Any, client_for: Callable[..., Client], sell: Any
) -> None:
    product = sell("Assam")
    assert client_for(other_store).get(f"/product/{product.slug}/").status_code == 404


def test_pages_carry_a_policy_and_no_inline_style_or_script(
    browse: Any, sell: Any, category: Any
) -> None:
    product = sell("Assam", sizes={"S": 1}, category_ids=[category.pk])
    for path in ("/", "/category/tea/", f"/product/{product.slug}/", "/cart/", "/account/login/"):
        answer = browse.get(path)
        assert "default-src 'self'" in answer["Content-Security-Policy"], path
        page = html(answer)
        assert " style=" not in page, path
        assert "<style" not in page, path
        assert not re.search(r"<script(?![^>]*(src=|application/(ld\+)?json))", page), path
        assert not re.search(r"\son\w+=", page), path


def test_the_platform_s_front_page_names_no_stores_in_production(
    db: None, client_for: Callable[..., Client]
) -> None:
    page = html(client_for(None).get("/"))
    assert "Many stores" in page
    assert "alpha.localhost" not in page


def test_the_platform_has_no_shop(db: None, client_for: Callable[..., Client]) -> None:
    assert client_for(None).get("/cart/").status_code == 404
