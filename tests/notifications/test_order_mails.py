"""Each piece of news about an order becomes one mail, in the store's name and the order's language and money."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from babel.dates import format_date
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from apps.common.clock import day_of, now
from apps.content.models import Theme
from apps.events.consumers import Message
from apps.events.models import OutboxMessage
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.consumers import confirm_paid_order
from apps.invoices import services as invoices
from apps.invoices.mails import mail_with_news
from apps.invoices.models import Document
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.tenancy.context import use_store
from tests.checkout.shop import ADDRESS, Goods, make_cart, make_goods, place
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "system_scope")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    return make_goods(price_minor=14_990_000)


def buy(goods: Goods, *, quantity: int = 1, **details: Any) -> Order:
    """Paid, and its mail read."""
    placed = place(make_cart(goods, quantity=quantity), **{"language": "en-IN", **details})
    pay_and_tell(placed.payment)
    placed.order.refresh_from_db()
    return placed.order


def read_mails() -> list[Any]:
    """The news that arrived since the last time: without mails that only bring an invoice or a credit note."""
    relay_outbox()
    arrived, mail.outbox[:] = list(mail.outbox), []
    return [message for message in arrived if not message.body.startswith("Attached: ")]


def html_of(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


def test_a_paid_order_is_confirmed(store: Any, goods: Goods) -> None:
    Theme.objects.update_or_create(
        key="store", defaults={"brand": "#ffcc00", "contact_email": "hello@alpha.example"}
    )
    placed = place(make_cart(goods, quantity=2), language="en-IN")
    assert read_mails() == []  # nothing is confirmed before the money is there

    pay_and_tell(placed.payment)
    (message,) = read_mails()

    order = placed.order
    assert message.to == ["asha@example.com"]
    assert message.subject == f"Your order {order.number} at {store.name}"
    assert message.from_email == f"{store.name} <shop@localhost>"
    assert message.reply_to == ["hello@alpha.example"]
    link = f"http://alpha.localhost:8000/orders/{order.access_token}/"
    for body in (message.body, html_of(message)):
        assert link in body
        assert goods.product.title in body
        assert "₹2,99,800.00" in body
        assert ADDRESS["line1"] in body
        assert "India" in body
        assert "when the parcel comes" not in body
    html = html_of(message)
    assert "background:#ffcc00" in html
    assert "color:#000000" in html  # white could not be read on yellow
    assert "<img" not in html


def test_a_billing_address_of_its_own_is_confirmed_with_the_order(goods: Goods) -> None:
    buy(goods, billing_address={**ADDRESS, "name": "Rao & Sons", "line1": "1 Market Street"})
    (message,) = read_mails()
    for body in (message.body, html_of(message)):
        assert "1 Market Street" in body.partition("Billing address")[2]
    buy(goods)
    (message,) = read_mails()
    assert "Billing address" not in message.body + html_of(message)


def test_cash_on_delivery_is_confirmed_when_it_is_placed_and_not_again_when_it_is_paid(
    goods: Goods,
) -> None:
    order = place(
        make_cart(goods), payment_method="cash_on_delivery", shipping_address=ADDRESS
    ).order
    (confirmation,) = read_mails()
    assert "when the parcel comes" in confirmation.body

    order.refresh_from_db()
    shipment = fulfilment.ship_order(order=order, actor=STAFF)
    (shipped,) = read_mails()
    assert "ready when it comes" in shipped.body

    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
    assert OutboxMessage.objects.filter(topic="order.paid").exists()
    (arrived,) = read_mails()
    assert "Paid with it: ₹" in arrived.body


def test_a_parcel_is_told_with_what_is_in_it(goods: Goods) -> None:
    order = buy(goods, quantity=3)
    read_mails()
    fulfilment.ship_order(
        order=order,
        actor=STAFF,
        lines={order.lines.get().pk: 1},
        carrier="Blue Dart",
        tracking_number="BD 1",
        tracking_url="https://track.example/BD1",
    )
    (part,) = read_mails()
    fulfilment.ship_order(order=order, actor=STAFF)
    (rest,) = read_mails()

    assert part.subject == f"Part of your order {order.number} is on its way"
    assert rest.subject == f"The rest of your order {order.number} is on its way"
    for body in (part.body, html_of(part)):
        assert "Part of your order" in body
        assert "Blue Dart" in body
        assert "BD 1" in body
        assert "https://track.example/BD1" in body
        assert "The rest follows" in body
    assert f"1 x {goods.product.title}" in part.body
    assert f"2 x {goods.product.title}" in rest.body
    for body in (rest.body, html_of(rest)):
        assert "Part of" not in body
        assert "The rest of your order" in body


def test_a_cancelled_order_is_told_and_then_its_refund(goods: Goods) -> None:
    order = buy(goods)
    read_mails()
    fulfilment.cancel(order=order, reason="Chosen by mistake", actor=STAFF)
    mails = {message.subject: message for message in read_mails()}

    cancelled = mails[f"Your order {order.number} was cancelled"]
    assert "Chosen by mistake" in cancelled.body
    # whichever message was first: the mail tells the refund's real state
    assert re.search(r"₹1,49,900\.00 (goes back to you|was sent back)", cancelled.body)
    refunded = mails[f"₹1,49,900.00 is on its way back to you (order {order.number})"]
    assert "of ₹1,49,900.00" not in refunded.body
    assert len(mails) == 2


def test_nothing_goes_back_for_an_order_that_was_never_paid(goods: Goods) -> None:
    order = place(make_cart(goods)).order
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    (cancelled,) = read_mails()
    assert "Nothing was charged." in cancelled.body
    assert "Reason" not in cancelled.body


def test_each_part_of_a_refund_is_told(goods: Goods) -> None:
    order = buy(goods)
    read_mails()
    payment = Payment.objects.get(order=order)
    for amount, key in ((1_00, "a"), (2_00, "b")):
        payments.refund_payment(
            payment=payment, amount_minor=amount, reason="Chipped", actor=STAFF, request_key=key
        )
    first, second = sorted(read_mails(), key=lambda message: str(message.subject))
    assert "₹1.00 of ₹1,49,900.00" in first.body
    assert "Chipped" in html_of(first)
    assert "₹2.00" in second.subject


def test_a_message_that_comes_twice_is_one_mail(goods: Goods) -> None:
    buy(goods)
    assert len(read_mails()) == 1
    OutboxMessage.objects.update(state="pending")
    assert OutboxMessage.objects.filter(topic="mail.requested").count() == 1
    assert read_mails() == []
    assert SentMail.objects.get().attached_name.endswith(".pdf"), "the invoice comes with it"


@pytest.mark.parametrize(
    ("language", "amount"),
    [
        ("en", "₹149,900.00"),
        ("", "₹1,49,900.00"),
    ],
)
def test_money_is_written_as_the_order_reads(goods: Goods, language: str, amount: str) -> None:
    buy(goods, language=language)
    (message,) = read_mails()
    assert amount in message.body


@pytest.mark.parametrize("language", ["de-DE", "hi", "ar", "ja"])
def test_without_texts_in_the_buyers_language_all_is_as_on_the_stores_pages(
    store: Any, goods: Goods, client_for: Any, language: str
) -> None:
    order = buy(goods, language=language)
    (message,) = read_mails()
    page = client_for(store).get(f"/orders/{order.access_token}/").content.decode()
    day = format_date(day_of(order.placed_at), format="long", locale="en_IN")
    for shown in (message.body, html_of(message), page):
        for words in ("₹1,49,900.00", "Karnataka", "India", day):
            assert words in shown


def test_with_texts_in_it_the_buyers_language_counts(goods: Goods, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "German")]
    buy(goods, language="de-AT")
    (message,) = read_mails()
    assert "Indien" in message.body
    assert "149.900,00" in message.body


def test_a_title_cannot_bring_html_along(goods: Goods) -> None:
    order = buy(goods)
    order.lines.update(title="<script>alert(1)</script> & Co")
    (message,) = read_mails()
    assert "<script>" not in html_of(message)
    assert "<script>alert(1)</script> & Co" in message.body


def test_every_store_writes_its_own_mails(store: Any, other_store: Any, goods: Goods) -> None:
    buy(goods)
    read_mails()
    with use_store(other_store):
        assert not SentMail.objects.exists()
        address = {**ADDRESS, "country": "US", "region": "CA", "postal_code": "94103"}
        address["phone"] = "+1 415 555 2671"
        buy(make_goods(price_minor=12_50), language="en-US", shipping_address=address)
        (message,) = read_mails()
        assert SentMail.objects.count() == 1
    assert message.from_email.startswith(other_store.name)
    assert "$12.50" in message.body
    assert "http://beta.localhost:8000/orders/" in message.body
    for body in (message.body, html_of(message)):
        assert store.name not in body
        assert "alpha" not in body
        assert "₹" not in body


def test_an_invoice_comes_with_the_mail_of_its_reason_or_else_by_itself(goods: Goods) -> None:
    """Whichever consumer is first: the one that confirms the order, or the one that prints the invoice."""
    order = buy(goods)
    document = invoices.issue_invoice(order=order)
    relay_outbox()
    assert [(row.template, bool(row.attached_file)) for row in SentMail.objects.all()] == [
        ("order_confirmation", True)
    ]
    SentMail.objects.all().delete()
    printed = invoices.print_document(document=document)
    assert mail_with_news(document, printed), "the printer is first"
    confirm_paid_order(Message(uuid4(), "order.paid", "", {"order_id": str(order.pk)}, 1, now()))
    assert SentMail.objects.count() == 1
    Order.objects.filter(pk=order.pk).update(paid_at=now() - timedelta(days=200))
    document.refresh_from_db()
    SentMail.objects.all().delete()
    assert not mail_with_news(Document.objects.get(pk=document.pk), printed), "forgotten, not new"


def test_an_arrival_is_news_once_and_the_mails_of_an_order_are_a_thread(goods: Goods) -> None:
    order = buy(goods)
    (first,) = read_mails()
    shipment = fulfilment.ship_order(order=order, actor=STAFF)
    (second,) = read_mails()
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
    fulfilment.undo_delivery(shipment=shipment, actor=STAFF)
    assert read_mails() == [], "it was a mistake"
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
    (third,) = read_mails()
    fulfilment.undo_delivery(shipment=shipment, actor=STAFF)
    fulfilment.mark_delivered(shipment=shipment, actor=STAFF)
    assert read_mails() == []
    assert third.subject == f"A parcel of your order {order.number} has arrived"
    for body in (third.body, html_of(third)):
        assert goods.product.title in body
        assert ADDRESS["line1"] in body
        assert f"/orders/{order.access_token}/" in body
    root = f"<order.{order.pk}@localhost>"
    assert first.extra_headers["References"] == root
    assert second.extra_headers["In-Reply-To"] == first.extra_headers["Message-ID"]
    assert third.extra_headers["References"] == f"{root} {second.extra_headers['Message-ID']}"
    assert {m.extra_headers["Auto-Submitted"] for m in (first, second, third)} == {"auto-generated"}
    assert not any("List-Unsubscribe" in m.extra_headers for m in (first, second, third))
