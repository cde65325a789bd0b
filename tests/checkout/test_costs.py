"""What filling a cart and ordering it costs: commands to the documents server, statements, counted."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.api.shop import Api, order_body
from tests.checkout.shop import make_cart, make_goods, place

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def commands() -> Callable[[Callable[[], Any]], list[str]]:
    """`carts.find`, `carts.update_one`, ... in their order."""

    def record(call: Callable[[], Any]) -> list[str]:
        with CaptureQueriesContext(connections["documents"]) as captured:
            call()
        found = [re.match(r"db\.(\w+)\.(\w+)", query["sql"]) for query in captured]
        return [f"{name[1]}.{name[2]}" for name in found if name]

    return record


def test_a_guests_first_item_is_one_read_and_one_write(store: Any, commands: Any) -> None:
    goods, guest = make_goods(), Api(store)
    sent = commands(lambda: guest.post("cart/items", {"variant_id": goods.variant_ref}))
    assert sent == ["products.find", "carts.insert_many"]


def test_a_further_item_reads_the_cart_and_what_is_new_in_it(store: Any, commands: Any) -> None:
    first, second, guest = make_goods(), make_goods(), Api(store)
    added = guest.post("cart/items", {"variant_id": first.variant_ref})
    guest = guest.with_headers(**{"x-cart-token": added["X-Cart-Token"]})
    sent = commands(lambda: guest.post("cart/items", {"variant_id": second.variant_ref}))
    assert sent == ["carts.find_one", "products.find", "carts.update_one"]
    again = commands(lambda: guest.post("cart/items", {"variant_id": second.variant_ref}))
    assert again == ["carts.find_one", "carts.update_one"]
    assert commands(lambda: guest.get("cart")) == ["carts.find_one"]
    assert guest.get("cart").json()["count"] == 3


def test_an_order_is_one_read_and_two_writes_by_key(commands: Any) -> None:
    cart = make_cart(make_goods(), make_goods())
    sent = commands(lambda: place(cart))
    assert sent == ["carts.update_one", "products.find", "carts.update_one"]


def test_an_idempotency_key_costs_two_statements(store: Any) -> None:
    def statements(**headers: str) -> int:
        cart = make_cart(make_goods())
        guest = Api(store).with_headers(**{"x-cart-token": cart.token})
        captures = [CaptureQueriesContext(connections[alias]) for alias in ("default", "platform")]
        with captures[0], captures[1]:
            assert guest.post("orders", order_body(store), **headers).status_code == 201
        sent = [query["sql"] for capture in captures for query in capture.captured_queries]
        return sum(1 for text in sent if "set_config" not in text and "SAVEPOINT" not in text)

    cache.clear()
    statements()
    plain = statements()
    assert statements(**{"idempotency-key": "once"}) == plain + 2


def test_a_refused_item_leaves_no_cart(store: Any, commands: Any) -> None:
    goods, guest = make_goods(stock=1), Api(store)
    sent = commands(
        lambda: guest.post("cart/items", {"variant_id": goods.variant_ref, "quantity": 2})
    )
    assert sent == ["products.find"]
