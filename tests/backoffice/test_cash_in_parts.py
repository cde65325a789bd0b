"""Cash on delivery in several parcels, on an order's page: what a press will book is said before and after it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from apps.accounts.models import Role
from apps.events.services import relay_outbox
from apps.fulfilment.models import Shipment
from apps.orders.models import Order, OrderLine
from apps.payments.models import Payment
from apps.pricing.models import ShippingMethod
from tests.api.shop import Api, fill_cart, make_product, make_user, order_body
from tests.support.acting import seeing_all


class Page:
    """The page of an order of two pieces of 333.33 in two parcels, with a delivery of 49.00, as the owner sees it."""

    def __init__(self, store: Any, client: Client) -> None:
        self.store, self.client = store, client
        product = make_product(store, minor=33_333)
        guest = fill_cart(Api(store), product, quantity=2)
        body = order_body(store, payment_method="cash_on_delivery")
        self.id = guest.post("orders", body).json()["id"]
        with seeing_all(store):
            line = OrderLine.objects.get()
        for number in range(2):
            self.press("ship", request_key=f"parcel-{number}", **{f"quantity-{line.pk}": "1"})
        with seeing_all(store):
            self.first, self.second = Shipment.objects.order_by("number")

    def press(self, verb: str, **fields: str) -> str:
        path = f"/admin/orders/order/{self.id}/{verb}/"
        answer = self.client.post(path, fields, follow=True)
        assert answer.status_code == 200
        return said_on(answer)

    def payment_id(self) -> str:
        with seeing_all(self.store):
            return str(Payment.objects.get().pk)

    def look(self) -> str:
        return said_on(self.client.get(f"/admin/orders/order/{self.id}/change/"))

    def order(self) -> tuple[str, int]:
        with seeing_all(self.store):
            payment = Payment.objects.get()
            return Order.objects.get().payment_state, payment.captured_minor


def relay(store: Any) -> None:
    with seeing_all(store):
        relay_outbox()


def said_on(page: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page.content.decode()))


@pytest.fixture
def page(store: Any, client_for: Callable[..., Client]) -> Page:
    with seeing_all(store):
        ShippingMethod.objects.update(amount_minor=4_900, free_above_minor=None)
    client = client_for(store)
    with seeing_all(store):
        client.force_login(make_user(store, Role.OWNER))
    client.cookies[f"session_{store.slug}"] = client.cookies["sessionid"].value
    return Page(store, client)


def test_the_page_says_what_a_delivery_books(page: Page) -> None:
    said = page.look()
    assert said.count("Mark delivered, ₹382.33 in cash") == 1, (
        "with the delivery: it was sent first"
    )
    assert said.count("Mark delivered, ₹333.33 in cash") == 1

    said = page.press("deliver", shipment=str(page.first.pk))
    assert "₹382.33 in cash is booked. ₹333.33 is still to be collected." in said
    assert "Mark delivered, ₹333.33 in cash" in said
    assert "partly paid" in said
    assert page.order() == ("partially_paid", 38_233)

    said = page.press("deliver", shipment=str(page.second.pk))
    assert "₹333.33 in cash is booked. Nothing more is to be collected." in said
    assert page.order() == ("paid", 71_566)


def test_a_refused_parcel_says_that_nothing_more_comes(page: Page) -> None:
    page.press("deliver", shipment=str(page.first.pk))
    said = page.press(
        "return",
        shipment=str(page.second.pk),
        **{f"restock-{line}": "1" for line in line_ids(page)},
    )
    assert "₹333.33 is not to be paid any more. Nothing more is to be collected." in said
    assert page.order() == ("paid", 38_233)


def test_an_undone_delivery_says_what_is_due_again(page: Page) -> None:
    page.press("deliver", shipment=str(page.first.pk))
    page.press("deliver", shipment=str(page.second.pk))
    said = page.press("undo", shipment=str(page.first.pk))
    assert "₹382.33 in cash that was booked with it is due again." in said
    assert "₹382.33 is still to be collected." in said
    assert page.order() == ("partially_paid", 33_333)


def test_a_refund_of_cash_is_the_sellers_to_give(page: Page) -> None:
    page.press("deliver", shipment=str(page.first.pk))
    said = page.press("deliver", shipment=str(page.second.pk))
    assert "hand the money over, or transfer it yourself" in said
    assert "Note that you give it back" in said

    said = page.press("refund", payment=page.payment_id(), amount="100.00", reason="Scratched")

    assert "The refund of ₹100.00 is noted. No bank sends it: hand the money over" in said
    assert "The refund is on its way" not in said
    relay(page.store)
    said = page.look()
    assert "given back by you, not by a bank" in said
    assert "Succeeded" not in said


def test_what_is_on_its_way_back_is_not_to_be_collected(page: Page) -> None:
    said = page.look()
    assert "To collect on delivery₹715.66" in said

    said = page.press("refused", shipment=str(page.second.pk))
    assert "To collect on delivery₹382.33" in said
    said = page.press("deliver", shipment=str(page.first.pk))
    assert "₹382.33 in cash is booked. Nothing more is to be collected." in said
    assert "To collect on delivery" not in said

    said = page.press("resume", shipment=str(page.second.pk))
    assert "To collect on delivery₹333.33" in said


def line_ids(page: Page) -> list[str]:
    with seeing_all(page.store):
        return [str(pk) for pk in OrderLine.objects.values_list("pk", flat=True)]
