"""Lists: every row once, in order, whatever happens in between, and always the same number of queries."""

import base64
import json
from typing import Any

import pytest
from django.db import connections

from apps.accounts.roles import Role
from apps.tenancy.context import use_store
from tests.api.shop import Api, log_in, make_product, make_user, place_order


def walk(api: Api, path: str) -> list[str]:
    """The ids of all pages, by following `next`."""
    found: list[str] = []
    url: str | None = path
    while url:
        page = api.get(url.partition(api.host)[2] or url).json()
        found += [row["id"] for row in page["results"]]
        url = page["next"]
    return found


@pytest.mark.parametrize("sort", ["newest", "featured", "title", "price_asc", "price_desc"])
def test_pages_hold_every_product_once(store: Any, sort: str) -> None:
    products = [
        make_product(store, minor=100 * (number % 3 + 1), position=number % 2)
        for number in range(7)
    ]
    api = Api(store)
    for limit in (1, 3, 7, 100):
        found = walk(api, f"products?sort={sort}&limit={limit}")
        assert sorted(found) == sorted(str(product.pk) for product in products)
    page = api.get(f"products?sort={sort}&limit=100").json()["results"]
    if sort == "newest":
        assert [row["id"] for row in page] == [str(p.pk) for p in reversed(products)]
    if sort.startswith("price"):
        amounts = [float(row["price"]["amount"]) for row in page]
        assert amounts == sorted(amounts, reverse=sort == "price_desc")


def test_the_previous_page_is_the_one_before(store: Any) -> None:
    for _ in range(5):
        make_product(store)
    api = Api(store)
    first = api.get("products?limit=2").json()
    second = api.get(first["next"].partition(api.host)[2]).json()
    back = api.get(second["previous"].partition(api.host)[2]).json()
    assert first["previous"] is None
    assert back["results"] == first["results"]
    assert back["previous"] is None


def test_a_new_product_moves_nothing_on_later_pages(store: Any) -> None:
    products = [make_product(store) for _ in range(4)]
    api = Api(store)
    first = api.get("products?limit=2").json()
    make_product(store)
    second = api.get(first["next"].partition(api.host)[2]).json()
    assert [row["id"] for row in second["results"]] == [str(p.pk) for p in products[1::-1]]


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


CURSORS = [
    cursor(),
    cursor("n", "newest", None, "nothing"),
    cursor("n", "newest", None, {"$gt": ""}),
    cursor("n", "newest", {"$gt": ""}, "a" * 24),
    cursor("n", "title", None, "a" * 24),
    cursor("x", "newest", None, "a" * 24),
    cursor("n", "newest", 2**70, "a" * 24),
    cursor("n", "newest", None, "a\x00"),
    cursor("n", "newest", None, ["a"]),
    "%00",
    "a",
    "====",
    "💥",
]


def test_a_forged_cursor_is_refused(store: Any, subtests: pytest.Subtests) -> None:
    make_product(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    for forged in CURSORS:
        with subtests.test(forged):
            assert staff.get(f"products?cursor={forged}").status_code == 400
            assert staff.get(f"orders?cursor={forged}").status_code == 400
            assert staff.get(f"inventory?cursor={forged}").status_code == 400


def test_a_cursor_of_another_store_shows_nothing_of_it(store: Any, other_store: Any) -> None:
    theirs = [make_product(other_store) for _ in range(3)]
    mine = make_product(store)
    stolen = Api(other_store).get("products?limit=1").json()["next"].partition("cursor=")[2]
    found = Api(store).get(f"products?cursor={stolen.partition('&')[0]}").json()["results"]
    assert {row["id"] for row in found} <= {str(mine.pk)}
    assert theirs


def test_filters_of_products(store: Any, subtests: pytest.Subtests) -> None:
    cheap = make_product(store, title="Green Tea", minor=10000, stock=0)
    dear = make_product(store, title="Black Tea", minor=90000, brand="Assam Co")
    sku = dear.variants[0].sku
    table = {
        "q=green": {cheap},
        "q=assam": {dear},
        f"q={sku}": {dear},
        "q=nothing": set(),
        "q=.*": set(),
        "price_min=500": {dear},
        "price_max=500.00": {cheap},
        "price_min=100&price_max=100": {cheap},
    }
    for query, expected in table.items():
        with subtests.test(query):
            found = Api(store).get(f"products?{query}").json()["results"]
            assert {row["id"] for row in found} == {str(product.pk) for product in expected}
    stock = {row["id"]: row["in_stock"] for row in Api(store).get("products").json()["results"]}
    assert stock == {str(cheap.pk): False, str(dear.pk): True}


def test_a_change_shows_at_once(store: Any) -> None:
    product = make_product(store)
    api = Api(store)
    assert api.get("products").json()["results"][0]["in_stock"] is True
    staff = log_in(store, make_user(store, Role.CATALOG))
    staff.patch(f"products/{product.pk}", {"title": "Renamed"})
    staff.post("inventory", {"variant_id": product.variants[0].id, "on_hand": 0})
    row = api.get("products").json()["results"][0]
    assert (row["title"], row["in_stock"]) == ("Renamed", False)
    staff.patch(f"products/{product.pk}", {"status": "archived"})
    assert api.get("products").json()["results"] == []


def test_an_old_version_is_not_written_over(store: Any) -> None:
    product = make_product(store)
    staff = log_in(store, make_user(store, Role.CATALOG))
    path = f"products/{product.pk}"
    version = staff.get(path).json()["version"]
    assert staff.patch(path, {"title": "One", "version": version}).status_code == 200
    refused = staff.patch(path, {"title": "Two", "version": version})
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "product_changed"
    assert staff.get(path).json()["title"] == "One"


class Queries:
    """Counts statements on every SQL alias of the test."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def count_queries(api: Api, path: str) -> int:
    from contextlib import ExitStack

    queries = Queries()
    api.get(path)  # caches that belong to the product are warm
    with ExitStack() as stack:
        for alias in ("default", "platform"):
            stack.enter_context(connections[alias].execute_wrapper(queries))
        assert api.get(path).status_code == 200
    return queries.count


def test_lists_cost_the_same_for_more_rows(store: Any, subtests: pytest.Subtests) -> None:
    place_order(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    paths = ["products", "products?status=all", "categories", "inventory", "orders"]
    with use_store(store):
        before = {path: count_queries(staff, path) for path in paths}
    for _ in range(4):
        place_order(store)
    for path in paths:
        with subtests.test(path), use_store(store):
            assert count_queries(staff, path) == before[path]


def test_the_product_list_asks_for_stock_and_who_asks_and_nothing_for_a_visitor(
    store: Any,
) -> None:
    for _ in range(3):
        make_product(store)
    customer = log_in(store, make_user(store))
    with use_store(store):
        assert count_queries(customer, "products") == 2
        assert count_queries(Api(store), "products") == 0
