"""How much a page may read: SQL statements and document reads, counted, with a warm cache."""

from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.checkout.shop import make_goods
from tests.fulfilment.parcels import CASH, buy, ship
from tests.support.kept_pages import visitor

CONTROL = ("SAVEPOINT", "RELEASE", "SET ", "SELECT pg_catalog.set_config", "SELECT set_config")


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
            if not query["sql"].startswith(CONTROL)
        ]
        return len(statements), len(documents.captured_queries)

    return count


@pytest.fixture
def shop(sell: Any, category: Any) -> Any:
    for number in range(30):
        sell(f"Tea {number}", sizes={"S": 2, "L": 1}, category_ids=[category.pk])
    return sell("Assam", sizes={"S": 3, "L": 2}, category_ids=[category.pk])


@pytest.fixture
def guest(browse: Any) -> Any:
    """A visitor whose pages are rendered: there may be a message for them."""
    browse.cookies["messages"] = "x"
    return browse


@pytest.fixture
def cache_commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the shared cache; a pipeline counts once."""
    seen: list[str] = []

    def watch(owner: type, name: str) -> None:
        real = getattr(owner, name)

        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(str(args[0]) if args else name)
            return real(self, *args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    watch(redis.Redis, "execute_command")
    watch(redis.client.Pipeline, "execute")
    return seen


def test_product_page(shop: Any, guest: Any, reads: Any) -> None:
    path = f"/product/{shop.slug}/"
    guest.get(path)
    sql, documents = reads(lambda: guest.get(path))
    assert sql <= 1
    assert documents <= 1


def test_product_page_of_a_customer(
    shop: Any, browse: Any, reads: Any, customer: Any, log_in: Any
) -> None:
    log_in(browse, customer)
    path = f"/product/{shop.slug}/"
    browse.get(path)
    sql, documents = reads(lambda: browse.get(path))
    assert sql <= 2
    assert documents <= 1


def test_category_page(shop: Any, guest: Any, reads: Any) -> None:
    guest.get("/category/tea/")
    second = "/category/tea/?page=2&sort=price_asc"
    assert reads(lambda: guest.get(second)) <= (2, 1)
    assert reads(lambda: guest.get(second)) == (0, 0)


def test_search_page(shop: Any, guest: Any, reads: Any) -> None:
    guest.get("/search/?q=assam")  # remembers synonyms
    sql, documents = reads(lambda: guest.get("/search/?q=tea"))
    assert sql <= 4  # parts of words, counts, the page, and its stock
    assert documents <= 1
    assert reads(lambda: guest.get("/search/?q=tea")) == (0, 0)


def test_cart_page(shop: Any, browse: Any, reads: Any) -> None:
    browse.post("/cart/add/", {"variant": shop.variants[0].id})
    browse.post("/cart/add/", {"variant": shop.variants[1].id})
    browse.get("/cart/")
    sql, documents = reads(lambda: browse.get("/cart/"))
    assert sql <= 2
    assert documents <= 1  # the cart: its goods were read before


def test_no_cart_is_looked_for_without_its_cookie(in_store: Any, browse: Any, reads: Any) -> None:
    """Also at the addresses that change a cart: a robot without a cookie costs no read."""
    for path in ("/cart/", "/"):
        browse.get(path)
        assert reads(lambda path=path: browse.get(path)) == (0, 0), path
    for path in ("/cart/", "/cart/share/", "/checkout/"):
        with CaptureQueriesContext(connections["documents"]) as documents:
            browse.get(path)
        assert documents.captured_queries == [], path
    for path in ("/cart/notices/", "/cart/merge/", "/cart/fit/", "/cart/items/x/save/"):
        with CaptureQueriesContext(connections["documents"]) as documents:
            browse.post(path, {"choice": "add"})
        assert documents.captured_queries == [], path


def test_news_and_saved_lines_cost_the_cart_page_no_read(
    browse: Any, reads: Any, sell: Any
) -> None:
    for number in range(3):
        browse.post("/cart/add/", {"variant": sell(f"More {number}").variants[0].id})
        page = browse.get("/cart/").content.decode()
        if number:
            line = page.split("/cart/items/")[1].split("/")[0]
            browse.post(f"/cart/items/{line}/save/")
    browse.get("/cart/")
    sql, documents = reads(lambda: browse.get("/cart/"))
    assert (sql <= 2, documents <= 1) == (True, True)


def test_home_reads_no_documents_once_it_is_warm(shop: Any, guest: Any, reads: Any) -> None:
    guest.get("/")
    sql, documents = reads(lambda: guest.get("/"))
    assert sql <= 1
    assert documents == 0


def test_after_a_sale_a_page_reads_its_stock_and_nothing_else(
    shop: Any, browse: Any, reads: Any, form: Any
) -> None:
    browse.get("/")
    browse.get("/category/tea/")
    browse.get(f"/product/{shop.slug}/")
    browse.post("/cart/add/", {"variant": shop.variants[0].id})
    assert browse.post("/checkout/", form()).status_code == 302
    for path in ("/", "/category/tea/", f"/product/{shop.slug}/"):
        sql, documents = reads(lambda path=path: browse.get(path))
        assert (sql <= 1, documents) == (True, 0), path


def test_a_page_from_the_cache_reads_nothing(shop: Any, browse: Any, reads: Any) -> None:
    for path in ("/", "/category/tea/", f"/product/{shop.slug}/"):
        browse.get(path)
        assert reads(lambda path=path: browse.get(path)) == (0, 0)


def test_a_page_asks_the_shared_cache_once(
    shop: Any,
    guest: Any,
    browse: Any,
    store: Any,
    cache_commands: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For the versions. The store's address is asked for once a second by each process, which is left out here."""
    monkeypatch.setattr("apps.platform.selectors.addresses.MEMORY_SECONDS", 3600.0)
    for path in ("/", f"/product/{shop.slug}/", "/category/tea/"):
        guest.get(path)
        cache_commands.clear()
        guest.get(path)
        assert len(cache_commands) <= 1, (path, cache_commands)
    kept = visitor(store)
    for path in ("/", f"/product/{shop.slug}/", "/category/tea/"):
        kept.get(path)
        cache_commands.clear()
        kept.get(path)
        assert len(cache_commands) <= 1, path  # none within `PAGE_VERSION_SECONDS`


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
