"""Whole stories over HTTP: a guest's browser, the staff behind it, and the clock."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.carts.documents import Cart
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory.selectors import check_ledger
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.payments.models import Payment
from tests.checkout.shop import Goods, assert_adds_up, make_goods, stock_of
from tests.payments.bank import pay_at
from tests.support.acting import STAFF, seeing_all

pytestmark = pytest.mark.django_db

FORM = {
    "email": "asha@example.com",
    "phone": "98450 12345",
    "name": "Asha Rao",
    "line1": "12 Residency Road",
    "line2": "",
    "city": "Bengaluru",
    "region": "Karnataka",
    "postal_code": "560025",
    "country": "IN",
    "shipping_method": "standard",
    "payment_method": "test",
    "note": "",
}
API_ADDRESS = {
    name: FORM[name] for name in ("name", "line1", "city", "region", "postal_code", "country")
}


@pytest.fixture
def goods(store: Any) -> Goods:
    with seeing_all(store):
        return make_goods(stock=5, price_minor=60_000)


@pytest.fixture
def guest(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


class Api:
    """A guest's program."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.token = ""

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        if self.token:
            headers["x-cart-token"] = self.token
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=headers
        )


def buy(
    guest: Client,
    goods: Goods,
    payment_method: str = "test",
    key: str = "",
    repeat: bool = False,
) -> dict[str, Any]:
    """Cart and order by the API; the placed order as it was answered."""
    api = Api(guest)
    added = api.post("cart/items", {"variant_id": goods.variant_ref, "quantity": 2})
    assert added.status_code == 201, added.content
    api.token = added.json().get("token") or added.headers.get("X-Cart-Token", "")
    body = {
        "email": FORM["email"],
        "phone": FORM["phone"],
        "shipping_address": API_ADDRESS,
        "shipping_method": "standard",
        "payment_method": payment_method,
    }
    headers = {"idempotency-key": key} if key else {}
    placed = api.post("orders", body, **headers)
    assert placed.status_code == 201, placed.content
    if key or repeat:
        again = api.post("orders", body, **headers)
        assert (again.status_code, again.json()["id"]) == (201, placed.json()["id"])
    answer: dict[str, Any] = placed.json()
    return answer


def test_posting_the_same_cart_again_answers_the_same_order(
    store: Any, guest: Client, goods: Goods
) -> None:
    """Without any Idempotency-Key, after the first answer."""
    answer = buy(guest, goods, repeat=True)

    with seeing_all(store):
        assert Order.objects.get().number == answer["number"]
        assert stock_of(goods) == (5, 2, 0)


def order_of(store: Any, answer: dict[str, Any]) -> Order:
    with seeing_all(store):
        return Order.objects.get(number=answer["number"])


def test_bought_paid_shipped_delivered(store: Any, guest: Client, goods: Goods) -> None:
    answer = buy(guest, goods, key="order-1")
    paid = pay_at(guest, answer["next_url"])
    assert paid["Location"] == f"/orders/{answer['access_token']}/"
    assert guest.get(paid["Location"]).status_code == 200

    order = order_of(store, answer)
    with seeing_all(store):
        assert order.status == "processing"
        shipment = fulfilment.ship_order(
            order=order, actor=STAFF, carrier="Blue Dart", tracking_number="BD123"
        )
    page = guest.get(paid["Location"]).content.decode()
    assert "Blue Dart" in page
    assert "BD123" in page

    with seeing_all(store):
        fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
        relay_outbox()
        order.refresh_from_db()
        assert order.status == "delivered"
        assert [entry.title for entry in timeline(order)] == [
            "Order placed",
            "Paid",
            "Shipped",
            "Delivered",
        ]
        assert stock_of(goods) == (3, 0, 0)
        assert Cart.objects.get(checkout_id=str(order.pk)).status == "closed"
        assert check_ledger() == []
        assert_adds_up(order)


def test_declined_then_paid(store: Any, guest: Client, goods: Goods) -> None:
    answer = buy(guest, goods)
    declined = pay_at(guest, answer["next_url"], "decline")
    assert "declined" in declined.content.decode()
    assert order_of(store, answer).payment_state == "failed"

    assert pay_at(guest, answer["next_url"]).status_code == 302

    order = order_of(store, answer)
    assert (order.status, order.payment_state) == ("processing", "paid")


def test_paid_cancelled_refunded(store: Any, guest: Client, goods: Goods) -> None:
    answer = buy(guest, goods)
    pay_at(guest, answer["next_url"])
    order = order_of(store, answer)

    with seeing_all(store):
        fulfilment.cancel(order=order, reason="Changed my mind", actor=STAFF)
        relay_outbox()
        order.refresh_from_db()
        assert (order.status, order.payment_state) == ("cancelled", "refunded")
        assert Charge.objects.get().refunded_minor == order.total_minor
        assert stock_of(goods) == (5, 0, 0)
        assert_adds_up(order)
    assert guest.get(f"/orders/{answer['access_token']}/").status_code == 200


def test_cash_on_delivery(store: Any, guest: Client, goods: Goods) -> None:
    answer = buy(guest, goods, payment_method="cash_on_delivery")
    assert answer["next_url"] is None
    order = order_of(store, answer)

    with seeing_all(store):
        assert (order.status, order.payment_state) == ("processing", "cash_due")
        shipment = fulfilment.ship_order(order=order, actor=STAFF)
        fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
        order.refresh_from_db()
        assert (order.status, order.payment_state) == ("delivered", "paid")
        assert Payment.objects.get().captured_minor == order.total_minor
        assert stock_of(goods) == (3, 0, 0)
        assert_adds_up(order)


def test_declined_paid_half_kept_the_rest_refused(store: Any, guest: Client, goods: Goods) -> None:
    """The buyer declines, pays again, gets one piece and refuses the other; the shop has its piece, the buyer the money."""
    answer = buy(guest, goods)
    pay_at(guest, answer["next_url"], "decline")
    assert pay_at(guest, answer["next_url"]).status_code == 302
    order = order_of(store, answer)

    with seeing_all(store):
        line = order.lines.get()
        first = fulfilment.ship_order(order=order, lines={line.pk: 1}, actor=STAFF)
        fulfilment.mark_delivered(shipment=first, actor=STAFF)
        second = fulfilment.ship_order(order=order, actor=STAFF)
        fulfilment.expect_return(shipment=second, reason="Refused at the door", actor=STAFF)
        fulfilment.receive_return(
            shipment=second,
            lines={line.pk: fulfilment.Pieces(restock=1)},
            credit=fulfilment.Credit(),
            actor=STAFF,
        )
        relay_outbox()
        order.refresh_from_db()
        assert (order.status, order.payment_state) == ("delivered", "partially_refunded")
        assert order.fulfilment_state == "partially_returned"
        assert order.refunded_minor == 60_000
        assert stock_of(goods) == (4, 0, 0)
        assert check_ledger() == []
        assert_adds_up(order)
    assert guest.get(f"/orders/{answer['access_token']}/").status_code == 200
