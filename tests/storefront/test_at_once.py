"""A button pressed many times at the same moment: real threads, real commits."""

from typing import Any

import pytest
from django.test import Client

from apps.orders.models import Order
from apps.tenancy.context import use_store
from tests.checkout.shop import make_goods
from tests.storefront.addresses import ADDRESS
from tests.support.acting import seeing_all
from tests.support.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_pressing_pay_many_times_is_one_order_and_everybody_sees_it(throwaway_store: Any) -> None:
    host = f"{throwaway_store.slug}.localhost"
    with use_store(throwaway_store):
        variant = make_goods(stock=10).variant_ref
    first = Client(headers={"host": host})
    first.post("/cart/add/", {"variant": variant})
    form = {
        "key": "k" * 22,
        "email": "mira@example.com",
        "shipping_method": "standard",
        "payment_method": "cash_on_delivery",
        **{f"shipping_address-{name}": value for name, value in ADDRESS.items()},
    }

    def press() -> str:
        client = Client(headers={"host": host})
        client.cookies["cart"] = first.cookies["cart"].value
        return str(client.post("/checkout/", form).get("Location"))

    answers = run_at_once(throwaway_store, [press] * 8)

    with seeing_all(throwaway_store):
        order = Order.objects.get()
    assert set(answers) == {f"/orders/{order.access_token}/"}
