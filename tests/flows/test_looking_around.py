"""What visitors, programs and the clock ask of the catalog and the carts. The folder's fixture watches the indexes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.selectors import list_stalled_carts
from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput
from apps.checkout.selectors import get_ordered_cart
from apps.common.clock import now
from apps.common.ids import new_id
from apps.tenancy.context import use_store
from tests.catalog.making import make_product, variant
from tests.checkout.shop import make_cart, make_goods, place

# InnoDB's FULLTEXT finds committed rows only.
pytestmark = pytest.mark.django_db(transaction=True)
SORTS = ("featured", "newest", "price_asc", "price_desc", "title")


@pytest.fixture
def shop(throwaway_store: Any) -> Any:
    with use_store(throwaway_store):
        tea = catalog.create_category(data=CategoryInput(name="Tea"))
        for number in range(5):
            make_product(
                f"Masala chai {number}",
                category_ids=[tea.pk],
                variants=[variant(f"T{number}", 10_000 + number)],
            )
    return throwaway_store


@pytest.mark.parametrize("sort", SORTS)
def test_every_list_of_the_shop_and_of_the_api(
    shop: Any, client_for: Callable[..., Client], sort: str
) -> None:
    visitor = client_for(shop)
    for page in ("/", "/category/tea/", "/category/tea/?min_price=100.01&max_price=100.03"):
        separator = "&" if "?" in page else "?"
        assert visitor.get(f"{page}{separator}sort={sort}").status_code == 200
    for asked in ("", "&category=tea", "&price_min=100.01&price_max=100.03"):
        url = f"/api/v1/products?sort={sort}&limit=2{asked}"
        seen: list[str] = []
        while url:
            answer = visitor.get(url).json()
            seen += [row["title"] for row in answer["results"]]
            url = answer["next"]
        assert len(seen) == len(set(seen)) == (3 if "price" in asked else 5)


def test_a_search_of_two_words(shop: Any, client_for: Callable[..., Client]) -> None:
    assert "5" in client_for(shop).get("/search/?q=masala+chai").content.decode()
    assert len(client_for(shop).get("/api/v1/products?q=chai+masala").json()["results"]) == 5


def test_what_the_clock_does_to_carts(shop: Any) -> None:
    with use_store(shop):
        goods = make_goods(stock=3)
        cart = make_cart(goods)
        place(cart)
        assert get_ordered_cart(cart.token) is not None
        assert get_ordered_cart(None, str(new_id())) is None
        assert list_stalled_carts(claimed_before=now()) == []
        Cart.objects.filter(pk=cart.pk).update(expires_at=now() - timedelta(days=1))
        assert carts.purge_expired() == 1
