"""The whole way by the API alone: staff fill the shop, a guest buys and pays, staff send, the guest sees it."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.common.clock import today
from apps.inventory.models import StockItem
from apps.tenancy.context import use_store
from tests.api.shop import (
    ADDRESSES,
    Api,
    fill_cart,
    log_in,
    make_product,
    make_user,
    order_body,
    pay,
    picture,
    place_order,
)


def test_from_an_empty_shop_to_a_delivered_order(store: Any) -> None:
    staff = log_in(store, make_user(store, Role.OWNER))
    category = staff.post("categories", {"name": "Teas"}).json()
    product = staff.post(
        "products",
        {
            "title": "Masala Chai",
            "status": "active",
            "category_ids": [category["id"]],
            "options": [{"name": "Size", "values": ["250 g", "500 g"]}],
            "variants": [
                {
                    "sku": "CHAI-250",
                    "option_values": {"Size": "250 g"},
                    "prices": [{"amount": "499.00", "currency": "INR", "compare_at": "599.00"}],
                },
                {
                    "sku": "CHAI-500",
                    "option_values": {"Size": "500 g"},
                    "prices": [{"amount": "899.00", "currency": "INR"}],
                },
            ],
        },
    )
    assert product.status_code == 201, product.content
    product_id = product.json()["id"]
    image = staff.upload(f"products/{product_id}/images", file=picture(), alt="A cup")
    assert image.status_code == 201, image.content
    variant = product.json()["variants"][0]
    counted = staff.post("inventory", {"variant_id": variant["id"], "on_hand": 5})
    assert counted.json()["available"] == 5

    guest = Api(store)
    listed = guest.get(f"categories/{category['slug']}/products").json()["results"]
    assert [row["title"] for row in listed] == ["Masala Chai"]
    assert listed[0]["price"] == {"amount": "499.00", "currency": "INR"}
    assert listed[0]["compare_at"] == {"amount": "599.00", "currency": "INR"}
    assert listed[0]["in_stock"] is True
    picture_url = listed[0]["image"]["url"]
    assert picture_url.startswith(f"http://{guest.host}:8000/media/")

    added = guest.post("cart/items", {"variant_id": variant["id"], "quantity": 2})
    guest = guest.with_headers(**{"x-cart-token": added["X-Cart-Token"]})
    assert guest.get("cart").json()["subtotal"] == {"amount": "998.00", "currency": "INR"}
    options = guest.get("checkout/options?country=IN&region=KA").json()
    total = options["totals"]["total"]
    placed = guest.post(
        "orders",
        order_body(store, shipping_method=options["shipping_method"], expected_total=total),
        **{"idempotency-key": "first"},
    )
    assert placed.status_code == 201, placed.content
    order = placed.json()
    assert order["status"] == "pending"
    assert order["total"] == total
    assert order["next_url"].startswith(f"http://{guest.host}:8000/payments/test/")

    reader = Api(store, **{"x-order-token": order["access_token"]})
    intent = reader.post("payments/create-intent", {"order_id": order["id"]})
    assert intent.json()["next_url"] == order["next_url"]
    pay(store, order)
    assert reader.get(f"orders/{order['id']}").json()["status"] == "processing"

    shipped = staff.patch(
        f"orders/{order['id']}/status",
        {"status": "shipped", "carrier": "India Post", "tracking_number": "IN123"},
        **{"idempotency-key": "ship"},
    )
    assert shipped.status_code == 200, shipped.content
    seen = Api(store).get(f"orders/{order['id']}?token={order['access_token']}").json()
    assert seen["status"] == "shipped"
    assert seen["shipments"][0]["tracking_number"] == "IN123"
    assert seen["lines"][0]["shipped_quantity"] == 2
    assert seen["payments"][0]["state"] == "captured"
    with use_store(store):
        item = StockItem.objects.get(sku="CHAI-250")
        assert (item.on_hand, item.reserved, item.allocated) == (3, 0, 0)

    delivered = staff.patch(f"orders/{order['id']}/status", {"status": "delivered"})
    assert delivered.json()["status"] == "delivered"


def test_a_declined_payment_can_be_tried_again(store: Any) -> None:
    order = place_order(store)
    bank = f"payments/{order['payment_id']}/test-bank"
    declined = Api(store).post(bank, {"choice": "decline"}).json()
    assert declined["state"] == "failed"
    assert declined["can_pay"] is True
    reader = Api(store, **{"x-order-token": order["access_token"]})
    again = reader.post("payments/create-intent", {"order_id": order["id"]})
    assert again.status_code == 200
    pay(store, order)
    payments = reader.get(f"orders/{order['id']}/payment").json()["results"]
    assert [payment["state"] for payment in payments] == ["captured"]
    paid = reader.post("payments/create-intent", {"order_id": order["id"]})
    assert paid.status_code == 409


def test_cash_on_delivery_has_no_next_step(store: Any) -> None:
    order = place_order(store, payment_method="cash_on_delivery")
    assert order["next_url"] is None
    assert order["status"] == "processing"


def test_an_order_needs_its_own_token(store: Any, other_store: Any) -> None:
    mine, theirs = place_order(store), place_order(store)
    path = f"orders/{mine['id']}"
    for token in ("", "x", theirs["access_token"], mine["access_token"][:-1] + "?"):
        assert Api(store).get(path, **{"x-order-token": token}).status_code == 404
    stranger = Api(other_store, **{"x-order-token": mine["access_token"]})
    assert stranger.get(path).status_code == 404


def test_a_customer_sees_only_their_own_orders(store: Any) -> None:
    place_order(store)
    customer = log_in(store, make_user(store))
    product = make_product(store)
    customer.post("cart/items", {"variant_id": product.variants[0].id})
    body = order_body(store)
    body.pop("email")
    placed = customer.post("orders", body)
    assert placed.status_code == 201, placed.content
    assert [row["id"] for row in customer.get("orders").json()["results"]] == [placed.json()["id"]]
    assert customer.get(f"orders/{placed.json()['id']}").status_code == 200
    neighbour = log_in(store, make_user(store))
    assert neighbour.get("orders").json()["results"] == []
    assert neighbour.get(f"orders/{placed.json()['id']}").status_code == 404
    assert len(log_in(store, make_user(store, Role.SUPPORT)).get("orders").json()["results"]) == 2


def test_a_guests_cart_joins_the_customers(store: Any) -> None:
    product = make_product(store)
    guest = fill_cart(Api(store), product, 2)
    customer = log_in(store, make_user(store))
    joined = customer.get("cart", **{"x-cart-token": guest.headers["x-cart-token"]}).json()
    assert joined["count"] == 2
    assert joined["token"] is None
    assert guest.get("cart").json()["count"] == 0


def test_a_cart_is_its_owners(store: Any, other_store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store))
    token = guest.headers["x-cart-token"]
    line = guest.get("cart").json()["lines"][0]["id"]
    thieves = [
        Api(store),
        Api(other_store, **{"x-cart-token": token}),
        Api(store, **{"x-cart-token": "x" * 22}),
    ]
    for thief in thieves:
        assert thief.get("cart").json()["count"] == 0
        assert thief.put(f"cart/items/{line}", {"quantity": 5}).status_code == 404
        assert thief.delete(f"cart/items/{line}").status_code == 404
    assert guest.put(f"cart/items/{line}", {"quantity": 3}).json()["count"] == 3
    assert guest.delete(f"cart/items/{line}").json()["count"] == 0


def test_nothing_is_sold_that_is_not_there(store: Any) -> None:
    product = make_product(store, stock=1)
    guest = Api(store)
    answer = guest.post("cart/items", {"variant_id": product.variants[0].id, "quantity": 2})
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "not_enough_stock"
    first, second = fill_cart(guest, product), fill_cart(guest, product)
    assert first.post("orders", order_body(store)).status_code == 201
    refused = second.post("orders", order_body(store))
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "out_of_stock"
    assert second.get("cart").json()["status"] == "open", "the cart is given back"


def test_another_total_than_agreed_is_refused(store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store))
    wrong = {"amount": "1.00", "currency": "INR"}
    answer = guest.post("orders", order_body(store, expected_total=wrong))
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "price_changed"


def test_a_code_that_is_no_language_is_named(store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store))
    answer = guest.post("orders", order_body(store, language="xx"))
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == ["language"]


FORBIDDEN_TRANSITIONS = [
    ({"status": "shipped"}, 409),
    ({"status": "delivered"}, 404),
    ({"status": "pending"}, 400),
    ({"status": "shipped", "lines": []}, 400),
    ({"status": "shipped", "lines": [{"id": "x", "quantity": 1}]}, 400),
    ({}, 400),
]


@pytest.mark.parametrize(("body", "status"), FORBIDDEN_TRANSITIONS)
def test_an_unpaid_order_does_not_move(store: Any, body: dict[str, Any], status: int) -> None:
    order = place_order(store)
    staff = log_in(store, make_user(store, Role.OWNER))
    answer = staff.patch(f"orders/{order['id']}/status", body)
    assert answer.status_code == status, answer.content
    assert staff.get(f"orders/{order['id']}").json()["status"] == "pending"


def test_part_of_an_order_can_be_sent(store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store), 3)
    order = guest.post("orders", order_body(store)).json()
    pay(store, order)
    staff = log_in(store, make_user(store, Role.FULFILMENT))
    line = staff.get(f"orders/{order['id']}").json()["lines"][0]["id"]
    path = f"orders/{order['id']}/status"
    part = staff.patch(path, {"status": "shipped", "lines": [{"id": line, "quantity": 1}]})
    assert part.json()["fulfilment_state"] == "partial"
    too_many = staff.patch(path, {"status": "shipped", "lines": [{"id": line, "quantity": 3}]})
    assert too_many.status_code == 400
    rest = staff.patch(path, {"status": "shipped"})
    assert rest.json()["fulfilment_state"] == "shipped"
    assert len(rest.json()["shipments"]) == 2


def test_cancelling_gives_stock_and_money_back(store: Any) -> None:
    product = make_product(store, stock=1)
    order = place_order(store, product)
    pay(store, order)
    staff = log_in(store, make_user(store, Role.OWNER))
    path = f"orders/{order['id']}/status"
    answer = staff.patch(path, {"status": "cancelled", "reason": "Changed their mind"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "cancelled"
    assert len(answer.json()["payments"][0]["refunds"]) == 1
    shown = Api(store).get(f"products/{product.pk}").json()
    assert shown["variants"][0]["available"] == 1


def test_pieces_that_are_there_and_those_that_come_later_are_told_apart(store: Any) -> None:
    product = make_product(store, stock=3)
    staff = log_in(store, make_user(store, Role.OWNER))

    def facts(**change: Any) -> tuple[Any, ...]:
        if change:
            variant = product.variants[0].id
            assert staff.post("inventory", {"variant_id": variant, **change}).status_code == 200
        shown = Api(store).get(f"products/{product.pk}").json()
        variant = shown["variants"][0]
        return shown["in_stock"], *(
            variant[name] for name in ("available", "backorder", "preorder")
        )

    release = f"{today() + timedelta(days=9)}"
    assert facts() == (True, 3, None, None)
    backorder = {"quantity": 5, "expected_on": None}
    assert facts(policy="backorder", backorder_limit=5) == (True, 3, backorder, None)
    assert facts(policy="backorder", backorder_limit=None)[2] == {**backorder, "quantity": None}
    preorder = {"quantity": 8, "release_on": release}
    assert facts(policy="preorder", backorder_limit=5, release_on=release) == (
        True,
        0,
        None,
        preorder,
    )
    assert facts(policy="deny", on_hand=0) == (False, 0, None, None)


def test_addresses_and_profile(store: Any) -> None:
    customer = log_in(store, make_user(store))
    first = customer.post("users/addresses", ADDRESSES["IN"])
    assert first.status_code == 201
    assert first.json()["is_default"] is True
    path = f"users/addresses/{first.json()['id']}"
    changed = customer.put(path, {**ADDRESSES["IN"], "city": "Mysuru"})
    assert changed.json()["city"] == "Mysuru"
    assert customer.patch(path, {"city": "Hubballi"}).json()["line1"] == "12 MG Road"
    assert len(customer.get("users/addresses").json()["results"]) == 1
    assert customer.delete(path).status_code == 204
    assert customer.delete(path).status_code == 404
    body = {"first_name": "Asha", "last_name": "Rao", "phone": ""}
    assert customer.put("users/profile", body).json()["first_name"] == "Asha"
    assert customer.put("users/profile", {"email": "x@example.com"}).status_code == 400
