"""`Idempotency-Key`: done once, answered the same, for whoever sent it and for nobody else."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.events.models import IdempotencyKey
from apps.inventory.models import Consignment, StockItem, StockTake, Warehouse
from apps.orders.models import Order
from apps.tenancy.context import use_store
from tests.api.shop import Api, fill_cart, log_in, make_product, make_user, order_body
from tests.support.acting import seeing_all
from tests.support.threads import run_at_once

KEY = {"idempotency-key": "order-1"}


def test_the_same_order_twice_is_one_order(store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store))
    first = guest.post("orders", order_body(store), **KEY)
    second = guest.post("orders", order_body(store), **KEY)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    with seeing_all(store):
        assert Order.objects.count() == 1


def test_an_ordered_cart_posted_again_without_a_key_is_answered_with_its_order(store: Any) -> None:
    product = make_product(store)
    customer = log_in(store, make_user(store))
    fill_cart(customer, product)
    for buyer in (fill_cart(Api(store), product), customer):
        first = buyer.post("orders", order_body(store))
        second = buyer.post("orders", order_body(store))
        assert first.status_code == second.status_code == 201, second.content
        assert second.json()["id"] == first.json()["id"]
    stranger = log_in(store, make_user(store))
    assert stranger.post("orders", order_body(store)).status_code == 404


def test_another_body_with_the_same_key_is_refused(store: Any) -> None:
    guest = fill_cart(Api(store), make_product(store))
    guest.post("orders", order_body(store), **KEY)
    other = guest.post("orders", order_body(store, note="please hurry"), **KEY)
    assert other.status_code == 422
    assert other.json()["error"]["code"] == "idempotency_key_reused"


def test_a_key_belongs_to_its_sender(store: Any, other_store: Any) -> None:
    """The same key of another cart, person, path or store is another key."""
    product, theirs = make_product(store), make_product(other_store)
    item = {"variant_id": product.variants[0].id}
    answers = [
        Api(store).post("cart/items", item, **KEY),
        fill_cart(Api(store), product).post("cart/items", item, **KEY),
        log_in(store, make_user(store)).post("cart/items", item, **KEY),
        log_in(store, make_user(store)).post("cart/items", item, **KEY),
        Api(other_store).post("cart/items", {"variant_id": theirs.variants[0].id}, **KEY),
    ]
    assert [answer.status_code for answer in answers] == [201] * 5
    assert not any("Idempotent-Replayed" in answer for answer in answers)
    assert len({answer.json()["id"] for answer in answers}) == 5
    with seeing_all(store):
        assert IdempotencyKey.objects.count() == 3
    with use_store(other_store):
        assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("token", [{}, {"x-cart-token": "undefined"}, {"x-cart-token": "A" * 22}])
def test_visitors_without_a_cart_never_get_each_others(store: Any, token: dict[str, str]) -> None:
    """They share an address, a key, a body, and perhaps the same mistake for a token."""
    item = {"variant_id": make_product(store).variants[0].id}
    first, second = (Api(store).post("cart/items", item, **KEY, **token) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert "Idempotent-Replayed" not in second
    assert first["X-Cart-Token"] != second["X-Cart-Token"]
    assert first.json()["id"] != second.json()["id"]
    with use_store(store):
        assert not IdempotencyKey.objects.filter(state="answered").exists()


def test_the_next_request_with_the_carts_own_token_is_repeatable(store: Any) -> None:
    item = {"variant_id": make_product(store).variants[0].id}
    cart = Api(store).post("cart/items", item, **KEY)
    own = {"x-cart-token": cart["X-Cart-Token"]}
    once, twice = (Api(store).post("cart/items", item, **KEY, **own) for _ in range(2))
    assert twice["Idempotent-Replayed"] == "true"
    assert once.json() == twice.json()
    assert once.json()["lines"][0]["quantity"] == 2


def test_a_delivery_counts_once(store: Any) -> None:
    product = make_product(store, stock=0)
    staff = log_in(store, make_user(store, Role.FULFILMENT))
    body = {"variant_id": product.variants[0].id, "receive": 5}
    for _ in range(3):
        assert staff.post("inventory", body, **KEY).json()["on_hand"] == 5
    assert staff.post("inventory", body).json()["on_hand"] == 10
    with use_store(store):
        assert StockItem.objects.get().on_hand == 10


@pytest.mark.parametrize("counted", [{"receive": 5}, {"on_hand": 7}])
def test_refused_stock_books_no_piece_however_often_it_is_sent(
    store: Any, counted: dict[str, int]
) -> None:
    product = make_product(store, stock=6)
    staff = log_in(store, make_user(store, Role.FULFILMENT))
    terms = {"low_stock_at": 3, "policy": "preorder", "release_on": None}
    body = {"variant_id": product.variants[0].id, **counted, **terms}
    for _ in range(2):
        refused = staff.post("inventory", body, **KEY).json()
        assert refused["error"]["code"] == "no_release_date"
    with use_store(store):
        item = StockItem.objects.get()
    assert (item.on_hand, item.low_stock_at, item.policy) == (6, None, "deny")


def test_a_refused_stock_take_or_delivery_leaves_no_draft(store: Any) -> None:
    product = make_product(store, stock=6)
    owner = log_in(store, make_user(store, Role.OWNER))
    take = {"name": "Spring", "warehouse": "MAIN"}
    answers = [owner.post("stock-takes", take).status_code for _ in range(3)]
    assert answers == [201, 409, 409]
    with use_store(store):
        Warehouse.objects.create(code="FAR", name="Far", priority=50)
    line = {"variant_id": product.variants[0].id, "quantity": 7}
    body = {"kind": "transfer", "from_warehouse": "MAIN", "to_warehouse": "FAR", "lines": [line]}
    assert owner.post("inventory/consignments", body).json()["error"]["code"] == "stock_promised"
    with seeing_all(store):
        assert (StockTake.objects.count(), Consignment.objects.count()) == (1, 0)


def test_a_refusal_is_given_again_a_conflict_is_tried_again(store: Any) -> None:
    product = make_product(store, stock=0)
    guest = log_in(store, make_user(store))
    item = {"variant_id": product.variants[0].id}
    assert guest.post("cart/items", {"variant_id": 7}, **KEY).status_code == 400
    again = guest.post("cart/items", {"variant_id": 7}, **KEY)
    assert (again.status_code, again["Idempotent-Replayed"]) == (400, "true")
    conflict = {"idempotency-key": "other"}
    assert guest.post("cart/items", item, **conflict).status_code == 409
    staff = log_in(store, make_user(store, Role.OWNER))
    staff.post("inventory", {"variant_id": product.variants[0].id, "on_hand": 3})
    added = guest.post("cart/items", item, **conflict)
    assert added.status_code == 201
    assert guest.post("cart/items", item, **conflict)["Idempotent-Replayed"] == "true"


def test_no_login_is_kept_under_a_key(store: Any) -> None:
    user = make_user(store)
    Api(store).post("auth/login", {"email": user.email, "password": "x"}, **KEY)
    with use_store(store):
        assert not IdempotencyKey.objects.exists()


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_place_one_order(throwaway_store: Any) -> None:
    store = throwaway_store
    product = make_product(store, stock=50)
    guest = fill_cart(Api(store), product)

    def post() -> Any:
        return guest.with_headers(**KEY).post("orders", order_body(store))

    answers = run_at_once(store, [post] * 20)
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}, [a.content for a in answers]
    assert 201 in statuses
    assert len({a.json()["id"] for a in answers if a.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert int(answer["Retry-After"]) > 0
    with seeing_all(store):
        assert Order.objects.count() == 1
        assert StockItem.objects.get().reserved == 1
