"""The search above the list of orders, and the one of the whole admin."""

from typing import Any

import pytest
from django.test import Client

from apps.fulfilment.models import Shipment
from apps.orders.models import Order, OrderLine
from tests.support.acting import seeing_all


@pytest.fixture
def order(owner: Client, store: Any) -> Order:
    with seeing_all(store):
        order = Order.objects.get()
        address = {**order.shipping_address, "name": "Ｌakshmi Íyer"}
        Order.objects.update(shipping_address=address, phone="+919876543210")
        Shipment.objects.create(order=order, number="P-1", tracking_number="TRK1", request_key="r")
    return order


def test_an_order_is_found_by_what_staff_know(owner: Client, store: Any, order: Order) -> None:
    with seeing_all(store):
        line = OrderLine.objects.first()
    assert line is not None
    known = [
        f"#{order.number.lower()}",
        "iyer LAKSHMI",
        order.email,
        "098765 43210",
        line.title,
        line.sku,
        "trk1",
    ]
    for typed in known:
        page = owner.get("/admin/orders/order/", {"q": typed}).content.decode()
        assert f"/admin/orders/order/{order.pk}/change/" in page, typed
    assert str(order.pk) not in owner.get("/admin/orders/order/", {"q": "akshmi"}).content.decode()
    everything = owner.get("/admin/search/", {"s": "iyer", "extended": "1"}).content.decode()
    assert order.number in everything
