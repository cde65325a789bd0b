"""The rule by which every test judges what the product sends to the documents server."""

from typing import Any

import pytest

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.catalog.selectors import count_products_of_class
from tests.support.document_commands import (
    READS_WHOLE_STORES,
    ROOT,
    Sent,
    is_fine,
    recorded_commands,
)

STORE = {"store": "s"}


@pytest.mark.parametrize(
    "sent",
    [
        Sent("find", "carts", {**STORE, "slot": "t"}),
        Sent("update", "carts", {"_id": 1, **STORE, "version": 2}),
        Sent("find", "carts", {**STORE, "status": "open", "expires_at": {"$lt": 3}}),
        Sent("find", "products", {**STORE, "variant_refs": {"$in": ["a"]}}),
        Sent("find", "products", {"_id": {"$in": [1]}, **STORE}),
        Sent("find", "carts", STORE, "apps/archive/documents.py:1"),
    ],
)
def test_an_index_serves(sent: Sent) -> None:
    assert is_fine(sent)


@pytest.mark.parametrize(
    "sent",
    [
        Sent("find", "carts", {}),
        Sent("find", "carts", STORE, "apps/carts/selectors.py:1"),
        Sent("find", "carts", {"slot": "t"}),
        Sent("find", "carts", {**STORE, "slot": "t", "status": "open"}),
        Sent("find", "carts", {**STORE, "customer_ref": {"$gt": 1}, "updated_at": 1}),
        Sent("find", "carts", {**STORE, "slot": {"$regex": "^a"}}),
        Sent("find", "carts", {**STORE, "status": "open", "expires_at": {"$lt": 3, "$ne": None}}),
        Sent("find", "carts", {**STORE, "slot": "t", "$or": []}),
        Sent("delete", "carts", {**STORE, "_id": 1}),
        Sent("findAndModify", "carts", {"_id": 1, **STORE}),
        Sent("find", "products", {**STORE, "sku_keys": {"$all": ["a", "b"]}}),
        Sent("find", "unknown", {**STORE, "slot": "t"}),
    ],
)
def test_no_index_serves(sent: Sent) -> None:
    assert not is_fine(sent)


def test_every_exception_is_of_a_file_that_is_there() -> None:
    assert [name for name in READS_WHOLE_STORES if not (ROOT / name).is_file()] == []


@pytest.mark.usefixtures("in_store")
def test_what_the_product_sends_has_its_line_and_what_a_test_sends_has_none() -> None:
    with recorded_commands() as sent:
        list(Cart.objects.filter(currency="INR"))
        carts.get_or_create_cart(customer_ref="anna")
        count_products_of_class("books")
    assert [each.origin.rpartition(":")[0] for each in sent] == [
        "",
        "apps/carts/selectors.py",
        "apps/catalog/selectors/products.py",
    ]
    assert [is_fine(each) for each in sent] == [False, True, True]
    assert not is_fine(Sent("find", "products", {**STORE, "brand": "x"}, sent[2].origin))


def test_values_do_not_count_in_a_shape() -> None:
    def shape(condition: dict[str, Any]) -> Any:
        return Sent("find", "carts", condition).shape

    assert shape({"a": 1, "b": {"$lt": 3}}) == shape({"b": {"$lt": 4}, "a": 2})
    assert shape({"a": 1}) != shape({"a": {"$lt": 1}})
