"""The buttons of an order's page, pressed by somebody clumsy."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.fulfilment.models import Shipment
from apps.orders.models import OrderLine
from apps.platform.tenancy.context import use_store
from tests.api.shop import make_user, pay, place_order


@pytest.fixture
def press(store: Any, client_for: Callable[..., Client]) -> Callable[..., int]:
    """Press a button of a new, paid order as the store's owner; the answer is the status."""
    order = place_order(store)
    pay(store, order)
    client = client_for(store)
    owner = make_user(store, Role.OWNER)
    with use_store(store):
        client.force_login(owner)
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value

    def post(verb: str, **fields: str) -> int:
        path = f"/admin/orders/order/{order['id']}/{verb}/"
        data = {"payment": order["payment_id"], "amount": "1.00", **fields}
        return client.post(path, data).status_code

    return post


def test_a_parcel_of_no_pieces_ships_nothing(store: Any, press: Callable[..., int]) -> None:
    with use_store(store):
        line = OrderLine.objects.get()
    assert press("ship", **{f"quantity-{line.pk}": "0"}) == 302
    with use_store(store):
        assert not Shipment.objects.exists()
    assert press("ship", **{f"quantity-{line.pk}": "1"}) == 302
    with use_store(store):
        assert Shipment.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "field"),
    [("note", "text"), ("refund", "reason"), ("refund", "request_key"), ("cancel", "reason")],
)
def test_text_with_a_null_character_is_taken(
    press: Callable[..., int], verb: str, field: str
) -> None:
    assert press(verb, **{field: "a\x00b"}) == 302
