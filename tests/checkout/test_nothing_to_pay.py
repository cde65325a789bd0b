"""Orders without money or without a parcel: every combination, through the service and through the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from apps.carts.documents import CartStatus
from apps.checkout import services as checkout
from apps.checkout.selectors import list_checkout_options
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.gateways.errors import PaymentMethodUnavailable
from apps.gateways.models import TestGatewayCharge as Charge
from apps.inventory.selectors import check_ledger
from apps.notifications.models import SentMail
from apps.orders.errors import OrderNotShippable
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.payments import services as payments
from apps.payments.errors import PaymentNotOpen
from apps.payments.models import Payment
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.checkout.shop import assert_adds_up, details, make_cart, make_goods, place, stock_of
from tests.payments.bank import pay_and_tell
from tests.support.acting import GUEST, STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system_scope")]


@dataclass(frozen=True)
class Case:
    """What is in the cart, and what follows from it. Prices in minor units; None: not in the cart."""

    name: str
    download: int | None
    parcel: int | None
    is_free: bool
    offered: tuple[str, ...]
    status_when_paid: str
    titles_when_paid: tuple[str, ...]

    @property
    def shipping(self) -> str:
        return "" if self.parcel is None else "standard"


BOTH = ("test", "cash_on_delivery")
PAID, FREE = ("Order placed", "Paid"), ("Order placed", "Nothing to pay")
GOT, GOT_SOME = ("Delivered",), ("Downloads delivered",)
CASES = [
    Case("free download", 0, None, True, (), "delivered", FREE + GOT),
    Case("free parcel", None, 0, True, (), "processing", FREE),
    Case("free download and free parcel", 0, 0, True, (), "processing", FREE + GOT_SOME),
    Case("download", 500, None, False, ("test",), "delivered", PAID + GOT),
    Case("parcel", None, 500, False, BOTH, "processing", PAID),
    Case("download and parcel", 500, 500, False, BOTH, "processing", PAID + GOT_SOME),
    Case("free download and parcel", 0, 500, False, BOTH, "processing", PAID + GOT_SOME),
    Case("download and free parcel", 500, 0, False, BOTH, "processing", PAID + GOT_SOME),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def cart_of(case: Case) -> Any:
    """With free delivery, so that a parcel of free things costs nothing."""
    ShippingMethod.objects.update(amount_minor=0)
    wanted = []
    if case.download is not None:
        wanted.append(make_goods(is_digital=True, price_minor=case.download))
    if case.parcel is not None:
        wanted.append(make_goods(price_minor=case.parcel))
    return make_cart(*wanted)


@each_case
@pytest.mark.usefixtures("in_store")
def test_what_is_offered(case: Case) -> None:
    options = list_checkout_options(cart_of(case), country="IN")

    assert tuple(method.code for method in options.payment_methods) == case.offered
    assert options.needs_payment is not case.is_free


@each_case
@pytest.mark.usefixtures("in_store")
def test_what_becomes_of_the_order(case: Case) -> None:
    placed = place(
        cart_of(case),
        shipping_method=case.shipping,
        payment_method="" if case.is_free else "test",
    )
    if case.is_free:
        assert (placed.payment, placed.next_url) == (None, "")
        assert not Payment.objects.exists()
        assert not Charge.objects.exists()
    else:
        pay_and_tell(Payment.objects.get())

    order = Order.objects.get()
    assert order.payment_state == "paid"
    assert order.paid_at is not None
    assert order.status == case.status_when_paid
    assert order.needs_shipping is (case.parcel is not None)
    assert tuple(entry.title for entry in timeline(order)) == case.titles_when_paid
    assert all(line.is_digital == (line.open_quantity == 0) for line in order.lines.all())
    assert_adds_up(order)
    assert check_ledger() == []
    topics = set(OutboxMessage.objects.values_list("topic", flat=True))
    assert "order.paid" in topics
    relay_outbox()
    mail = SentMail.objects.get(template="order_confirmation")
    assert ("Delivery" in mail.text) is ("Delivery" in mail.html) is (case.parcel is not None)
    assert "Asha Rao" in mail.text


@each_case
@pytest.mark.usefixtures("in_store")
def test_paying_at_the_door_needs_a_door(case: Case) -> None:
    """What is not offered is refused, at its field; where nothing is to be paid the wish is passed over."""
    cart = cart_of(case)
    if case.is_free or "cash_on_delivery" in case.offered:
        placed = place(cart, shipping_method=case.shipping, payment_method="cash_on_delivery")
        assert placed.order.payment_state == ("paid" if case.is_free else "cash_due")
        assert placed.order.status == ("delivered" if not case.shipping else "processing")
        return
    with pytest.raises(PaymentMethodUnavailable) as refused:
        place(cart, shipping_method=case.shipping, payment_method="cash_on_delivery")
    assert refused.value.fields == {
        "payment_method": ["Cash on delivery is possible only when a parcel is delivered."]
    }
    assert not Order.objects.exists()
    assert type(cart).objects.get(pk=cart.pk).status == CartStatus.OPEN


@pytest.mark.usefixtures("in_store")
def test_a_free_parcel_has_its_stock_and_can_be_sent_and_cancelled() -> None:
    ShippingMethod.objects.update(amount_minor=0)
    goods = make_goods(stock=5, price_minor=0)
    sent, kept = (place(make_cart(goods), payment_method="").order for _ in range(2))
    assert stock_of(goods) == (5, 0, 2)

    fulfilment.mark_delivered(shipment=fulfilment.ship_order(order=sent, actor=STAFF), actor=STAFF)
    fulfilment.cancel(order=kept, reason="", actor=STAFF)

    assert stock_of(goods) == (4, 0, 0)
    for order, status in ((sent, "delivered"), (kept, "cancelled")):
        order.refresh_from_db()
        assert order.status == status
        assert_adds_up(order)
    relay_outbox()
    assert "Nothing was charged." in SentMail.objects.get(template="order_cancelled").text


@pytest.mark.usefixtures("in_store")
def test_delivery_that_costs_something_is_paid_for_free_things_too() -> None:
    goods = make_goods(price_minor=0)

    placed = place(make_cart(goods))

    assert placed.order.total_minor == placed.order.shipping_minor > 0
    assert placed.next_url


@pytest.mark.usefixtures("in_store")
def test_a_free_order_placed_twice_is_one_order_and_one_mail() -> None:
    cart = make_cart(make_goods(is_digital=True, price_minor=0))

    first = place(cart, payment_method="")
    again = checkout.place_order(
        cart=type(cart).objects.get(pk=cart.pk), details=details(payment_method=""), actor=GUEST
    )

    assert again.order == first.order
    assert (again.payment, again.next_url) == (None, "")
    relay_outbox()
    payments.settle_free_order(order=first.order)
    relay_outbox()
    assert SentMail.objects.count() == 1


@pytest.mark.usefixtures("in_store")
def test_no_gateway_is_asked_for_nothing_and_nothing_is_given_away() -> None:
    free = place(make_cart(make_goods(is_digital=True, price_minor=0)), payment_method="").order
    dear = place(make_cart(make_goods())).order

    with pytest.raises(PaymentNotOpen):
        payments.create_payment(order=free, gateway_code="test", expires_at=None)
    with pytest.raises(PaymentNotOpen):
        payments.settle_free_order(order=dear)
    with pytest.raises(OrderNotShippable):
        fulfilment.ship_order(order=dear, actor=STAFF)


@each_case
def test_the_same_by_the_api(case: Case, store: Any, client_for: Callable[..., Client]) -> None:
    guest = client_for(store)
    with use_store(store):
        cart = cart_of(case)
    headers = {"x-cart-token": cart.token}
    options = guest.get("/api/v1/checkout/options?country=IN", headers=headers).json()
    assert tuple(method["code"] for method in options["payment_methods"]) == case.offered
    assert options["needs_payment"] is not case.is_free
    body = {
        "email": "asha@example.com",
        "shipping_address": dict(details().shipping_address),
        "shipping_method": case.shipping,
    }

    answer = guest.post("/api/v1/orders", body, content_type="application/json", headers=headers)

    if case.is_free:
        assert answer.status_code == 201, answer.content
        placed = answer.json()
        assert placed["status"] == case.status_when_paid
        assert (placed["payment_id"], placed["next_url"]) == (None, None)
    else:
        assert answer.status_code == 400, answer.content
        assert "payment_method" in answer.content.decode()
