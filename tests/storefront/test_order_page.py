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
from apps.fulfilment.changes import ChangeInput, NewPieces
from apps.fulfilment.services import Credit
from apps.gateways.installed import get_gateway
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.storefront.templatetags.storefront import moment
from apps.tenancy.context import use_actor
from tests.checkout.shop import make_cart, make_goods, place
from tests.fulfilment.parcels import CASH, buy, deliver, payment_of, settle, ship, take_back
from tests.payments.bank import decline, message_of, promise
from tests.payments.bank import deliver as tell
from tests.support.acting import STAFF, SYSTEM, by, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


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
    by(SYSTEM, payments.settle_from_gateway, payment=payment_of(order))

    page = see(order)

    assert "Your bank is confirming the payment" in page
    assert pay_button(order) not in page
    assert "data-moving" in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    by(STAFF, fulfilment.cancel, order=order, reason="", actor=STAFF)
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
    by(
        STAFF,
        payments.refund_payment,
        payment=payment_of(order),
        amount_minor=42_000,
        reason="scratch",
        actor=STAFF,
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
    mail = by(SYSTEM, SentMail.objects.get, template="order_refunded").text
    assert "Refunded so far: -₹420.00" in mail
    assert "What you paid in the end: ₹780.00" in mail
    read = browse.get(f"/api/v1/orders/{order.pk}", headers={"x-order-token": order.access_token})
    assert read.json()["refunded"] == {"amount": "420.00", "currency": "INR"}
    assert read.json()["remaining"] == {"amount": "780.00", "currency": "INR"}


def test_what_was_given_back_is_not_owed_again_after_a_change(see: Any) -> None:
    order, more = buy(make_goods(price_minor=60_000), quantity=3), make_goods(price_minor=50_000)
    by(
        STAFF,
        payments.refund_payment,
        payment=payment_of(order),
        amount_minor=10_000,
        reason="scratch",
        actor=STAFF,
    )
    settle(order)
    line = by(STAFF, order.lines.get)
    change = ChangeInput(
        reason="By telephone", removed={line.pk: 1}, added=[NewPieces(more.variant_ref, 3)]
    )
    with use_actor(STAFF):
        fulfilment.change_order(order=order, change=change, version=order.event_count, actor=STAFF)

    page = see(order)

    # 1,800 were paid, 100 went back; 600 are taken off, 1,500 are added
    assert "Pay ₹900.00" in page
    assert "<dt>Refunded</dt><dd>−₹100.00</dd>" in page
    assert "<dt>Paid so far, without refunds</dt><dd>−₹1,700.00</dd>" in page
    assert "<dt>To pay</dt><dd>₹900.00</dd>" in page
    assert '<p class="strong">Paid</p>' in page
    assert "was cancelled" not in page


def test_every_refund_in_the_history_has_its_amount(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000))
    for amount_minor in (42_000, 78_000):
        by(
            STAFF,
            payments.refund_payment,
            payment=payment_of(order),
            amount_minor=amount_minor,
            reason="scratch",
            actor=STAFF,
        )
        settle(order)

    told = re.findall("<li><span>((?:Partly r|R)efunded.*?)</span><time", see(order))

    assert [re.sub("<[^>]*>", "", entry) for entry in told] == [
        "Partly refunded · ₹420.00: scratch",
        "Refunded · ₹780.00: scratch",
    ]


def test_a_refused_parcel_is_not_still_to_be_paid(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000), payment_method=CASH)
    first, second = ship(order, 1), ship(order)
    deliver(first)
    settle(order)
    assert "<dt>Still to pay</dt><dd>₹600.00</dd>" in see(order)

    by(STAFF, fulfilment.expect_return, shipment=second, reason="Refused", actor=STAFF)
    page = see(order)
    assert "Still to pay" not in page
    assert "Pay the rest" not in page

    by(STAFF, fulfilment.resume_delivery, shipment=second, actor=STAFF)
    assert "<dt>Still to pay</dt><dd>₹600.00</dd>" in see(order)


def test_cash_is_given_back_by_the_store_and_no_bank(see: Any) -> None:
    order = buy(make_goods(price_minor=60_000), payment_method=CASH)
    deliver(ship(order))
    for amount, reason in ((42_000, "scratch"), (78_000, "the rest")):
        by(
            STAFF,
            payments.refund_payment,
            payment=payment_of(order),
            amount_minor=amount,
            reason=reason,
            actor=STAFF,
        )
        settle(order)
        page = see(order)
        assert "You paid in cash. We give" in page
        assert "bank" not in page
        assert "where you paid from" not in page
        assert "You have your money back" not in page
    assert "We give ₹1,200.00 back to you ourselves." in page
    for mail in rows(SYSTEM, SentMail.objects.filter(template="order_refunded")):
        for text in (mail.text, mail.html):
            assert "bank" not in text
            assert "on its way back" not in text
            assert "You paid in cash, so we" in text
        assert "on its way" not in mail.subject


def test_a_cancelled_order_says_where_the_money_is(see: Any, monkeypatch: Any) -> None:
    order = buy(make_goods(price_minor=60_000))
    by(STAFF, fulfilment.cancel, order=order, reason="Broken in the store", actor=STAFF)
    assert "₹1,200.00 is on its way back to you." in see(order)

    settle(order)
    page = see(order)
    assert "₹1,200.00 was sent back to where you paid from" in page
    assert "on its way back" not in page
    assert "Order again" in page


def test_a_refund_that_the_bank_refused_is_not_promised(see: Any, monkeypatch: Any) -> None:
    from apps.gateways.errors import GatewayRefused

    def refuse(*_: Any) -> str:
        raise GatewayRefused

    order = buy(make_goods(price_minor=60_000))
    monkeypatch.setattr(type(get_gateway("test")), "refund", refuse)
    by(STAFF, fulfilment.cancel, order=order, reason="", actor=STAFF)
    by(SYSTEM, relay_outbox)

    page = see(order)
    assert "on its way back" not in page
    assert "What you paid is still with us." in page


def test_an_order_nobody_paid_is_cancelled_in_clear_words(see: Any) -> None:
    from datetime import timedelta

    from apps.common.clock import now

    order = unpaid()
    by(SYSTEM, Payment.objects.update, expires_at=now() - timedelta(seconds=1))
    assert by(SYSTEM, fulfilment.expire_unpaid_orders) == 1

    page = see(order)
    assert "This order was cancelled" in page
    assert "Not paid in time. Nothing was charged. You are welcome to order again." in page
    assert pay_button(order) not in page
    assert "Order again" in page
    by(SYSTEM, relay_outbox)
    assert (
        "Nothing was charged." in by(SYSTEM, SentMail.objects.get, template="order_cancelled").text
    )


def test_buying_again_fills_the_cart_with_what_is_left(see: Any, browse: Client) -> None:
    many, gone = make_goods(stock=9), make_goods(stock=2)
    order = place(make_cart(many, gone, quantity=2)).order
    by(STAFF, fulfilment.cancel, order=order, reason="", actor=STAFF)
    item = by(STAFF, StockItem.objects.get, variant_ref=gone.variant_ref)
    by(STAFF, inventory.set_on_hand, stock_item=item, on_hand=1, reason="broken")
    line = by(STAFF, order.lines.get, variant_ref=gone.variant_ref)

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
    by(STAFF, fulfilment.expect_return, shipment=ship(coming_back), reason="", actor=STAFF)
    arrived = buy(make_goods())
    deliver(ship(arrived))
    apart, begun = buy(make_goods(), quantity=2), buy(make_goods(), quantity=2)
    deliver(ship(apart, pieces=1))
    by(STAFF, fulfilment.expect_return, shipment=ship(apart), reason="", actor=STAFF)
    deliver(ship(begun, pieces=1))
    download = buy(make_goods(is_digital=True))
    found = [unpaid(), buy(make_goods()), coming_back, arrived, download, apart, begun]
    by(SYSTEM, Order.objects.update, customer=customer)
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
    by(SYSTEM, Order.objects.filter(pk=mine.pk).update, email="MIRA@example.com")
    log_in(browse, customer)
    assert "Add it to my account" in see(mine)
    assert "Add it to my account" not in see(strangers)

    answer = browse.post(f"/orders/{mine.access_token}/keep/")
    browse.post(f"/orders/{strangers.access_token}/keep/")

    assert answer["Location"] == f"/account/orders/{mine.number}/"
    assert browse.get(answer["Location"]).status_code == 200
    by(SYSTEM, strangers.refresh_from_db)
    assert strangers.customer_id is None
