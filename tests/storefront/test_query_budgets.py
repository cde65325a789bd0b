"""How much a page may read: SQL statements and document reads, counted, with a warm cache."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy, ship


@pytest.fixture
def reads() -> Callable[..., tuple[int, int]]:
    """(SQL statements, document reads) of a request, transaction control aside."""

    def count(ask: Callable[[], Any]) -> tuple[int, int]:
        sql = [CaptureQueriesContext(connections[alias]) for alias in ("default", "platform")]
        documents = CaptureQueriesContext(connections["documents"])
        with sql[0], sql[1], documents:
            assert ask().status_code == 200
        statements = [
            query["sql"]
            for capture in sql
            for query in capture.captured_queries
            if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SET ", "SELECT set_config"))
        ]
        return len(statements), len(documents.captured_queries)

    return count


@pytest.fixture
def shop(sell: Any, category: Any) -> Any:
    for number in range(30):
        sell(f"Tea {number}", sizes={"S": 2, "L": 1}, category_ids=[category.pk])
    return sell("Assam", sizes={"S": 3, "L": 2}, category_ids=[category.pk])


def test_product_page(shop: Any, browse: Any, reads: Any) -> None:
    path = f"/product/{shop.slug}/"
    browse.get(path)
    sql, documents = reads(lambda: browse.get(path))
    assert sql <= 3
    assert documents <= 1


def test_product_page_of_a_customer(
    shop: Any, browse: Any, reads: Any, customer: Any, log_in: Any
) -> None:
    log_in(browse, customer)
    path = f"/product/{shop.slug}/"
    browse.get(path)
    sql, documents = reads(lambda: browse.get(path))
    assert sql <= 3
    assert documents <= 1


def test_category_page(shop: Any, browse: Any, reads: Any) -> None:
    browse.get("/category/tea/")
    sql, documents = reads(lambda: browse.get("/category/tea/?page=2&sort=price_asc"))
    assert sql <= 2
    assert documents <= 2


def test_cart_page(shop: Any, browse: Any, reads: Any) -> None:
    browse.post("/cart/add/", {"variant": shop.variants[0].id})
    browse.post("/cart/add/", {"variant": shop.variants[1].id})
    browse.get("/cart/")
    sql, documents = reads(lambda: browse.get("/cart/"))
    assert sql <= 2
    assert documents <= 2


def test_home_reads_no_documents_once_it_is_warm(shop: Any, browse: Any, reads: Any) -> None:
    browse.get("/")
    sql, documents = reads(lambda: browse.get("/"))
    assert sql <= 2
    assert documents == 0


def test_the_list_of_orders_costs_the_same_with_more_orders(
    shop: Any, browse: Any, reads: Any, customer: Any, log_in: Any, form: Any
) -> None:
    log_in(browse, customer)

    def buy(number: int) -> None:
        browse.post("/cart/add/", {"variant": shop.variants[0].id})
        assert browse.post("/checkout/", form(key=f"{number:022}")).status_code == 302

    buy(1)
    browse.get("/account/orders/")
    one = reads(lambda: browse.get("/account/orders/"))
    buy(2)
    buy(3)
    browse.get("/account/orders/")
    assert reads(lambda: browse.get("/account/orders/")) == one


@pytest.mark.usefixtures("as_staff")
@pytest.mark.parametrize("method", ["test", CASH])
def test_the_page_of_an_order_costs_the_same_with_more_parcels(
    in_store: Any, browse: Any, reads: Any, method: str
) -> None:
    order = buy(make_goods(), quantity=4, payment_method=method)
    path = f"/orders/{order.access_token}/"
    ship(order, pieces=1)
    browse.get(path)
    one = reads(lambda: browse.get(path))
    ship(order, pieces=1)
    ship(order, pieces=1)
    browse.get(path)
    assert reads(lambda: browse.get(path)) == one
