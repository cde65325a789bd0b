"""The page of an order, driven by the services that staff and banks use."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from apps.carts.documents import Cart
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.services import Credit
from apps.gateways.installed import get_gateway
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.storefront.templatetags.storefront import moment
from tests.checkout.shop import make_cart, make_goods, place
from tests.fulfilment.parcels import CASH, buy, deliver, payment_of, settle, ship, take_back
from tests.payments.bank import decline, message_of, promise
from tests.payments.bank import deliver as tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "as_staff")]


@pytest.fixture
def see(browse: Client) -> Callable[[Order], str]:
    """What the buyer's page says, as plain text on one line."""

    def page(order: Order) -> str:
        answer = browse.get(f"/orders/{order.access_token}/")
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return page


def written(at: datetime | None) -> str:
    return " ".join(moment(at).split())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pay_button(order: Order) -> str:
    return f'action="/orders/{order.access_token}/pay/"'


def unpaid() -> Order:
    return place(make_cart(make_goods(), quantity=2)).order


def test_a_refused_payment_can_be_paid_and_says_until_when(see: Any) -> None:
    order = unpaid()
    decline(payment_of(order))
    tell(message_of(payment_of(order)))

    page = see(order)

    assert "The payment did not go through" in page
    assert "Held until" in page
    assert pay_button(order) in page
    assert "data-moving" not in page


def test_while_the_bank_confirms_the_page_waits_without_a_button(see: Any) -> None:
    order = unpaid()
    promise(payment_of(order))
    payments.settle_from_gateway(payment=payment_of(order))

    page = see(order)

    assert "Your bank is confirming the payment" in page
    assert pay_button(order) not in page
    assert "data-moving" in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    page = see(order)
    assert "http-equiv" not in page
    assert "data-moving" not in page


def test_the_order_page_keeps_its_address_to_itself_and_lets_forms_through(
    browse: Client, see: Any
) -> None:
    """`no-referrer` would make browsers send `Origin: null`, and every form of the page would be refused."""
    order = unpaid()

    answer = browse.get(f"/orders/{order.access_token}/")

    assert answer["Referrer-Policy"] == "same-origin"
    assert "referrer" not in see(order).lower().replace("noreferrer", "")


def test_part_of_the_money_back_is_in_the_sums(see: Any, browse: Client) -> None:
    order = buy(make_goods(price_minor=60_000))
    payments.refund_payment(
        payment=payment_of(order), amount_minor=42_000, reason="scratch", actor=STAFF
    )
    page = see(order)
    assert "₹420.00 is on its way back to you." in page
    assert "<dt>Refund on its way</dt><dd>−₹420.00</dd>" in page
    assert "<dt>What you paid in the end</dt><dd>₹780.00</dd>" in page

    settle(order)

    page = see(order)
    assert "₹420.00 was sent back to where you paid from" in page
    assert "<dt>Refunded</dt><dd>−₹420.00</dd>" in page
    assert "<dt>What you paid in the end</dt><dd>₹780.00</dd>" in page
    assert "In preparation" in page
    mail = SentMail.objects.get(template="order_refunded").text
    assert "Refunded so far: -₹420.00" in mail
    assert "What you paid in the end: ₹780.00" in mail
    read = browse.get(f"/api/v1/orders/{order.pk}", headers={"x-order-token": order.access_token})
    assert read.json()["refunded"] == {"amount": "420.00", "currency": "INR"}
    assert read.json()["remaining"] == {"amount": "780.00", "currency": "INR"}


def test_a_cancelled_order_says_where_the_money_is(see: Any, monkeypatch: Any) -> None:
    order = buy(make_goods(price_minor=60_000))
    fulfilment.cancel(order=order, reason="Broken in the store", actor=STAFF)
    assert "₹1,200.00 is on its way back to you." in see(order)

    settle(order)
    page = see(order)
    assert "₹1,200.00 was sent back to where you paid from" in page
    assert "on its way back" not in page
    assert "Buy again" in page


def test_a_refund_that_the_bank_refused_is_not_promised(see: Any, monkeypatch: Any) -> None:
    from apps.gateways.errors import GatewayRefused

    def refuse(*_: Any) -> str:
        raise GatewayRefused

    order = buy(make_goods(price_minor=60_000))
    monkeypatch.setattr(type(get_gateway("test")), "refund", refuse)
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    relay_outbox()

    page = see(order)
    assert "on its way back" not in page
    assert "What you paid is still with us." in page


def test_an_order_nobody_paid_is_cancelled_in_clear_words(see: Any) -> None:
    from datetime import timedelta

    from apps.common.clock import now

    order = unpaid()
    Payment.objects.update(expires_at=now() - timedelta(seconds=1))
    assert fulfilment.expire_unpaid_orders() == 1

    page = see(order)
    assert "This order was cancelled" in page
    assert "Not paid in time. Nothing was charged. You are welcome to order again." in page
    assert pay_button(order) not in page
    assert "Buy again" in page
    relay_outbox()
    assert "Nothing was charged." in SentMail.objects.get(template="order_cancelled").text


def test_buying_again_fills_the_cart_with_what_is_left(see: Any, browse: Client) -> None:
    many, gone = make_goods(stock=9), make_goods(stock=2)
    order = place(make_cart(many, gone, quantity=2)).order
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    item = StockItem.objects.get(variant_ref=gone.variant_ref)
    inventory.set_on_hand(stock_item=item, on_hand=1, reason="broken")
    line = order.lines.get(variant_ref=gone.variant_ref)

    for _ in range(2):
        answer = browse.post(f"/orders/{order.access_token}/again/")
        assert answer["Location"] == "/cart/"
        assert browse.cookies["cart_count"].value == "3"

    assert (
        f"Not everything can be had any more: {line.title}" in browse.get("/cart/").content.decode()
    )
    cart = Cart.objects.get(token=browse.cookies["cart"].value)
    assert {line.variant_ref: line.quantity for line in cart.lines} == {
        many.variant_ref: 2,
        gone.variant_ref: 1,
    }


@pytest.mark.parametrize("method", ["test", CASH])
def test_a_parcel_that_comes_back_says_so(see: Any, method: str) -> None:
    order = buy(make_goods(price_minor=60_000), payment_method=method)
    shipment = ship(order)
    assert "Your order is on its way" in see(order)

    fulfilment.expect_return(shipment=shipment, reason="Refused", actor=STAFF)
    page = see(order)
    assert "Your order is on its way back to us" in page
    assert "brings it" not in page
    assert "have the amount ready" not in page

    take_back(shipment, restock=2)
    settle(order)
    page = see(order)
    assert "preparation" not in page
    assert (
        "nothing is to be paid" if method == CASH else "Everything that we sent came back to us"
    ) in page


def parcel_lines(page: str) -> list[str]:
    """What the page says under the name of each parcel."""
    panels = page.split('<section class="panel parcel"')[1:]
    return [panel.split('<p class="small soft">')[1].split("</p>")[0] for panel in panels]


def steps(page: str) -> list[tuple[str, str]]:
    """Titles of the steps, with what stands under each."""
    shown = page.split('<ol class="steps"')[1].split("</ol>")[0].split('<p class="strong">')[1:]
    return [tuple(step.split("</p>")[0:2]) for step in shown]  # type: ignore[misc]  # two of them


def titles(page: str) -> list[str]:
    return [title for title, _ in steps(page)]


@pytest.mark.parametrize("method", ["test", CASH])
def test_every_parcel_is_spoken_of_by_itself(see: Any, method: str) -> None:
    order = buy(make_goods(price_minor=60_000), quantity=3, payment_method=method)
    first = deliver(ship(order, pieces=1))
    page = see(order)
    assert "<h1>Part of your order has arrived</h1>" in page
    assert "The rest follows in another parcel" in page
    assert titles(page)[-1] == (
        "The rest is in preparation" if method == "test" else "Pay the rest on delivery"
    )

    second = ship(order, pieces=1)
    assert "<h1>1 parcel delivered, 1 on its way to you, the rest to follow</h1>" in see(order)

    third = ship(order)
    fulfilment.expect_return(shipment=second, reason="Refused", actor=STAFF)
    page = see(order)
    assert "<h1>1 of 3 parcels delivered, 1 on its way to you, 1 on its way back to us</h1>" in page
    assert ("have the amount ready" in page) is (method == CASH)
    assert "Partly on its way back</span>" in page
    told = [line.split(" since ")[0] for line in parcel_lines(page)]
    assert told == [
        f"Delivered {written(first.delivered_at)}",
        "On its way back to us",
        f"Left us {written(third.shipped_at)}",
    ]

    deliver(third)
    page = see(order)
    assert "<h1>2 of 3 parcels delivered, 1 on its way back to us</h1>" in page
    assert "have the amount ready" not in page
    take_back(second, restock=1)
    page = see(order)
    assert "<h1>2 of 3 parcels delivered, 1 came back to us</h1>" in page
    assert "What did not come back is with you." in page
    assert parcel_lines(page)[1].startswith("Came back to us ")


def test_lines_and_parcels_say_what_came_back_and_what_was_cancelled(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000), quantity=4)
    assert "came back" not in see(order)
    shipment = deliver(ship(order, pieces=2))
    take_back(shipment, write_off=1)
    page = see(order)
    assert '<p class="small soft">1 came back</p>' in page
    assert "cancelled" not in page
    assert parcel_lines(page)[0].startswith("Delivered ")
    assert "Part of parcel 1 came back to us" in titles(page)

    fulfilment.cancel_rest(order=order, reason="Sold out", actor=STAFF)
    page = see(order)
    assert '<p class="small soft">2 cancelled</p>' in page
    assert "What we had not sent was cancelled." in page
    assert "Rest cancelled" in titles(page)
    assert "follows" not in page

    take_back(shipment, restock=1)
    page = see(order)
    assert '<p class="small soft">2 came back</p>' in page
    assert parcel_lines(page)[0].startswith("Came back to us ")
    assert titles(page)[:4] == ["Order placed", "Paid", "Shipped", "Delivered"]
    assert "Returned" in titles(page)


def test_a_parcel_that_comes_back_is_not_on_its_way_to_the_buyer(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000))
    shipment = ship(order, tracking_number="T 1")
    assert parcel_lines(see(order))[0].startswith("Left us ")

    fulfilment.expect_return(shipment=shipment, reason="Refused", actor=STAFF)
    line = parcel_lines(see(order))[0]
    assert line.startswith("On its way back to us since ")
    assert line.endswith('· <span class="numeric">T 1</span>')

    take_back(shipment, restock=2)
    assert parcel_lines(see(order))[0].startswith("Came back to us ")


def test_every_step_has_its_moment_as_the_store_writes_it(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000), quantity=2)
    deliver(ship(order, pieces=1))
    ship(order)
    Order.objects.update(placed_at=utc("2026-03-05 20:15"), paid_at=utc("2026-03-05 20:16"))
    first, second = order.shipments.order_by("number")
    shipments = type(first).objects
    shipments.filter(pk=first.pk).update(
        shipped_at=utc("2026-03-06 05:30"), delivered_at=utc("2026-03-09 18:45")
    )
    shipments.filter(pk=second.pk).update(shipped_at=utc("2026-03-07 23:59"))

    told = [
        (title, " ".join(re.sub("<[^>]*>", " ", under).split()))
        for title, under in steps(see(order))
    ]

    assert [title for title, _ in told] == [
        "Order placed",
        "Paid",
        "Parcel 1 shipped",
        "Parcel 2 shipped",
        "Parcel 1 delivered",
        "Parcel 2 on its way to you",
    ]
    assert [under.split(" · ")[0] for _, under in told] == [
        "6 Mar 2026, 1:45 am",
        "6 Mar 2026, 1:46 am",
        "6 Mar 2026, 11:00 am",
        "8 Mar 2026, 5:29 am",
        "10 Mar 2026, 12:15 am",
        "",
    ]


def test_half_of_it_returned(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000))
    shipment = deliver(ship(order))
    assert "Your order has arrived" in see(order)

    take_back(shipment, restock=1, credit=Credit())
    settle(order)

    page = see(order)
    assert "Part of your order came back to us" in page
    assert "Partly returned" in page
    assert "was sent back" in page


def test_a_download_speaks_of_no_parcel(see: Any) -> None:
    order = buy(make_goods(is_digital=True), quantity=1)

    page = see(order)

    assert "Nothing has to be sent: it is yours from now on." in page
    assert "Delivery address" not in page
    assert "<dt>Delivery</dt>" not in page
    assert "Shipped" not in page


def test_the_confirmation_names_address_day_and_contact(see: Any) -> None:
    page = see(buy(make_goods()))

    assert "Thank you, your order is confirmed" in page
    assert "We send the confirmation to asha@example.com." in page
    assert "Expected between" in page
    assert "Questions?" in page
    assert "Create an account" in page
    assert "packed" not in page


def test_list_and_page_use_the_same_words(
    see: Any, browse: Client, customer: Any, log_in: Callable[..., None]
) -> None:
    coming_back = buy(make_goods())
    fulfilment.expect_return(shipment=ship(coming_back), reason="", actor=STAFF)
    arrived = buy(make_goods())
    deliver(ship(arrived))
    apart, begun = buy(make_goods(), quantity=2), buy(make_goods(), quantity=2)
    deliver(ship(apart, pieces=1))
    fulfilment.expect_return(shipment=ship(apart), reason="", actor=STAFF)
    deliver(ship(begun, pieces=1))
    download = buy(make_goods(is_digital=True))
    found = [unpaid(), buy(make_goods()), coming_back, arrived, download, apart, begun]
    Order.objects.update(customer=customer)
    log_in(browse, customer)

    listed = " ".join(browse.get("/account/orders/").content.decode().split())

    for order in found:
        entry = listed.split(order.number)[2 if "aria" in listed else 1]
        label = entry.split('<span class="badge')[1].split(">")[1].split("<")[0]
        assert f">{label}</span>" in see(order)
    assert ">Partly on its way back</span>" in listed
    assert ">Partly delivered</span>" in listed


def test_a_guests_order_can_be_added_to_the_account_of_the_same_address(
    see: Any, browse: Client, customer: Any, log_in: Callable[..., None]
) -> None:
    mine, strangers = buy(make_goods()), buy(make_goods())
    Order.objects.filter(pk=mine.pk).update(email="MIRA@example.com")
    log_in(browse, customer)
    assert "Add it to my account" in see(mine)
    assert "Add it to my account" not in see(strangers)

    answer = browse.post(f"/orders/{mine.access_token}/keep/")
    browse.post(f"/orders/{strangers.access_token}/keep/")

    assert answer["Location"] == f"/account/orders/{mine.number}/"
    assert browse.get(answer["Location"]).status_code == 200
    strangers.refresh_from_db()
    assert strangers.customer_id is None
