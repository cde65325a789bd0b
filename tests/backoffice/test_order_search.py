"""The search above the list of orders, and the one of the whole admin."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.common.text import ascii_digits
from apps.fulfilment.models import Shipment
from apps.orders.models import Order, OrderLine
from apps.support import services as support
from tests.support.acting import STAFF, seeing_all


@pytest.mark.parametrize(
    "typed", ["iyer", "LAKSHMI íyer", "098765 43210", "９８７６５", "lakshmi@"]
)
def test_people_are_found_however_their_names_are_typed(
    owner: Client, store: Any, typed: str
) -> None:
    """In every list that has names, addresses or phone numbers, and in the search of the whole admin."""
    with seeing_all(store):
        theirs = {"email": "lakshmi@example.com", "phone": "+919876543210"}
        person = User.objects.create(first_name="Ｌakshmi", last_name="Íyer", **theirs)
        order = Order.objects.get()
        address = {**order.shipping_address, "name": "Ｌakshmi Íyer"}
        Order.objects.update(customer=None, shipping_address=address, **theirs)
        ticket = support.open_ticket(
            subject="A question",
            text="Where is it?",
            email="lakshmi@example.com",
            name="Ｌakshmi Íyer",
            actor=STAFF,
        )
    pages = {
        "/admin/accounts/customer/": f"/admin/accounts/customer/{person.pk}/",
        "/admin/accounts/customer/guests/": f"/admin/accounts/customer/guests/{order.pk}/",
        "/admin/search/?extended=1": f"/admin/accounts/customer/{person.pk}/",
    }
    if "9" not in ascii_digits(typed):  # tickets have no phone numbers
        pages["/admin/support/ticket/"] = str(ticket.pk)
    for page, found in pages.items():
        query = {"q": typed, "s": typed, "extended": "1"}
        wanted = {name: query[name] for name in (("s", "extended") if "search" in page else ("q",))}
        shown = owner.get(page.partition("?")[0], wanted).content.decode()
        assert found in shown, page
    other = owner.get("/admin/accounts/customer/", {"q": "akshmi iye"}).content.decode()
    assert str(person.pk) not in other


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
