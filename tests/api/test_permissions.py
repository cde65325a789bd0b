"""Who may do what, as one table: method, path, body, and the status for each kind of person.

401: log in first. 403: yours to see, not to do. 404: not yours, so it does not exist.
"""

from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.catalog import services as catalog
from apps.catalog.inputs import CategoryInput
from apps.common.actor import Actor
from apps.fulfilment import services as fulfilment
from apps.orders.models import Order
from tests.api.shop import Api, log_in, make_product, make_user, pay, place_order
from tests.support.acting import seeing_all

PEOPLE = ("guest", "customer", "read_only", "support", "fulfilment", "catalog", "manager", "owner")
NEW_PRODUCT = {"title": "Mug", "variants": [{"sku": "MUG", "prices": []}]}
REPLACEMENT = {"title": "Pot", "variants": [{"sku": "POT", "prices": []}]}
CHANGE = {"title": "Cup"}

# path, body, then one status per person in the order of PEOPLE.
TABLE: list[tuple[str, str, Any, tuple[int, ...]]] = [
    ("GET", "products", None, (200,) * 8),
    ("GET", "products?status=all", None, (403, 403, 200, 200, 200, 200, 200, 200)),
    ("GET", "products/{product}", None, (200,) * 8),
    ("GET", "products/{draft}", None, (404, 404, 200, 200, 200, 200, 200, 200)),
    ("POST", "products", NEW_PRODUCT, (401, 403, 403, 403, 403, 201, 201, 201)),
    ("PATCH", "products/{product}", CHANGE, (401, 403, 403, 403, 403, 200, 200, 200)),
    ("PUT", "products/{other_product}", REPLACEMENT, (401, 403, 403, 403, 403, 200, 200, 200)),
    ("DELETE", "products/{product}/images/x", None, (401, 403, 403, 403, 403, 204, 204, 204)),
    ("GET", "categories", None, (200,) * 8),
    ("POST", "categories", {"name": "Pots"}, (401, 403, 403, 403, 403, 201, 201, 201)),
    ("PATCH", "categories/{category}", {"name": "P"}, (401, 403, 403, 403, 403, 200, 200, 200)),
    ("GET", "inventory", None, (401, 403, 200, 200, 200, 200, 200, 200)),
    (
        "POST",
        "inventory",
        {"variant_id": "{variant}", "on_hand": 5},
        (401, 403, 403, 403, 200, 200, 200, 200),
    ),
    ("GET", "inventory/consignments", None, (401, 403, 200, 200, 200, 200, 200, 200)),
    (
        "POST",
        "inventory/consignments",
        {
            "kind": "delivery",
            "to_warehouse": "MAIN",
            "lines": [{"variant_id": "{variant}", "quantity": 5}],
        },
        (401, 403, 403, 403, 201, 201, 201, 201),
    ),
    ("GET", "orders", None, (401, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "orders/{order}", None, (404, 404, 200, 200, 200, 200, 200, 200)),
    ("GET", "orders/{order}/payment", None, (404, 404, 200, 200, 200, 200, 200, 200)),
    (
        "PATCH",
        "orders/{order}/status",
        {"status": "shipped"},
        (401, 403, 403, 403, 200, 403, 200, 200),
    ),
    ("POST", "orders/{order}/returns", {}, (401, 403, 403, 403, 201, 403, 201, 201)),
    (
        "PATCH",
        "orders/{third_order}/shipments/{shipment}",
        {"carrier": "DHL"},
        (401, 403, 403, 403, 200, 403, 200, 200),
    ),
    (
        "PATCH",
        "orders/{third_order}/status",
        {"status": "refused"},
        (401, 403, 403, 403, 200, 403, 200, 200),
    ),
    (
        "PATCH",
        "orders/{second_order}/status",
        {"status": "cancelled"},  # it is paid: it needs the right to refund
        (401, 403, 403, 403, 403, 403, 200, 200),
    ),
    (
        "POST",
        "orders/{order}/changes",
        {"version": 1, "dry_run": True, "reason": "Nothing"},
        (401, 403, 403, 400, 400, 403, 400, 400),
    ),
    ("POST", "orders/{order}/split", {}, (401, 403, 403, 400, 400, 403, 400, 400)),
    (
        "PUT",
        "orders/{order}/sent-with",
        {"order_id": None},
        (401, 403, 403, 200, 200, 403, 200, 200),
    ),
    ("POST", "draft-orders", {}, (401, 403, 403, 400, 403, 403, 400, 400)),
    ("GET", "users/profile", None, (401, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "users/addresses", None, (401, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "users/addresses/{address}", None, (401, 404, 404, 404, 404, 404, 404, 404)),
    ("DELETE", "users/addresses/{address}", None, (401, 404, 404, 404, 404, 404, 404, 404)),
    ("GET", "cart", None, (200,) * 8),
    ("GET", "schema", None, (200,) * 8),
    ("DELETE", "products/{product}", None, (401, 403, 403, 403, 403, 204, 204, 204)),
    ("DELETE", "categories/{category}", None, (401, 403, 403, 403, 403, 204, 204, 204)),
]


def person(store: Any, name: str) -> Api:
    return Api(store) if name == "guest" else log_in(store, make_user(store, Role(name)))


def fill(text: Any, names: dict[str, str]) -> Any:
    if isinstance(text, str):
        for name, value in names.items():
            text = text.replace("{" + name + "}", value)
    if isinstance(text, list):
        return [fill(each, names) for each in text]
    if isinstance(text, dict):
        return {key: fill(value, names) for key, value in text.items()}
    return text


@pytest.fixture
def names(store: Any) -> dict[str, str]:
    """A product, a draft, a category, somebody's paid order and somebody's address."""
    product, draft = make_product(store), make_product(store, status="draft")
    with seeing_all(store):
        category = catalog.create_category(data=CategoryInput(name="Teas"))
        from apps.accounts import services as accounts

        somebody = make_user(store)
        values = {"name": "A", "line1": "B", "city": "C", "country": "IN", "region": "KA"}
        address = accounts.save_address(user=somebody, values={**values, "postal_code": "560001"})
    orders = [place_order(store, product) for _ in range(3)]
    for order in orders:
        pay(store, order)
    with seeing_all(store):
        third = Order.objects.get(pk=orders[2]["id"])
        shipment = str(fulfilment.ship_order(order=third, actor=Actor.system()).pk)
    return {
        "product": str(product.pk),
        "other_product": str(make_product(store).pk),
        "draft": str(draft.pk),
        "variant": product.variants[0].id,
        "category": str(category.pk),
        "order": orders[0]["id"],
        "second_order": orders[1]["id"],
        "third_order": orders[2]["id"],
        "shipment": shipment,
        "address": str(address.pk),
    }


@pytest.mark.parametrize("name", PEOPLE)
def test_the_table_holds(
    store: Any, names: dict[str, str], name: str, subtests: pytest.Subtests
) -> None:
    api = person(store, name)
    for method, path, body, statuses in TABLE:
        with subtests.test(f"{method} {path}", body=body):
            answer = api(method, fill(path, names), fill(body, names))
            assert answer.status_code == statuses[PEOPLE.index(name)], answer.content


def test_a_refused_change_changes_nothing(store: Any, names: dict[str, str]) -> None:
    guest, customer = Api(store), person(store, "customer")
    for api in (guest, customer):
        api.delete(f"products/{names['product']}")
        api.patch(f"products/{names['product']}", {"title": "Stolen"})
        api.patch(f"orders/{names['order']}/status", {"status": "cancelled"})
    assert guest.get(f"products/{names['product']}").json()["title"].startswith("Tea")
    owner = person(store, "owner")
    assert owner.get(f"orders/{names['order']}").json()["status"] == "processing"


def test_ids_of_one_store_mean_nothing_at_another(
    store: Any, other_store: Any, names: dict[str, str]
) -> None:
    owner = log_in(other_store, make_user(other_store, Role.OWNER))
    for method, path, body, _ in TABLE:
        if "{" not in path:
            continue
        answer = owner(method, fill(path, names), fill(body, names))
        assert answer.status_code == 404, (method, path)
    answer = owner.post("inventory", {"variant_id": names["variant"], "on_hand": 1})
    assert answer.status_code == 400
    added = owner.post("cart/items", {"variant_id": names["variant"]})
    assert added.status_code == 409
