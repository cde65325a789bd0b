"""Buying a gift card at the page and by REST: nothing that was typed is lost, and no answer has the code."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from apps.carts.gifts import GiftDetails
from apps.common.clock import moved_to, now, today
from apps.events.services import relay_outbox
from apps.giftcards.models import GiftCard
from apps.giftcards.selectors import list_sold
from apps.orders.models import Order
from apps.storefront.paths import path_of
from apps.tenancy.context import use_store
from tests.api.shop import Api, order_body
from tests.giftcards.cards import words
from tests.giftcards.vouchers import CODE, buy, make_voucher
from tests.payments.bank import pay_and_tell
from tests.support.acting import SYSTEM
from tests.support.pdf_text import text_of

pytestmark = pytest.mark.django_db
GIFT = {"recipient_email": "meena@gift.example"}
TYPED = {
    "gift": "1",
    "recipient_name": "मीना",
    "recipient_email": "meena@gift.example",
    "sender_name": "Ravi",
    "message": "Happy birthday",
}


def test_the_page_keeps_what_was_typed_and_the_cart_shows_it(store: Any, client_for: Any) -> None:
    with use_store(store, actor=SYSTEM):
        voucher = make_voucher()
        first_day = today().isoformat()  # of the store, where it may be tomorrow already
    client = client_for(store)
    page = client.get(path_of("product", voucher.product.slug))
    assert 'name="recipient_email"' in page.content.decode()
    assert f'min="{first_day}"' in page.content.decode()
    wrong = TYPED | {
        "variant": voucher.variant_ref,
        "amount": "1,00,000",
        "deliver_on": "2020-01-01",
    }
    refused = client.post("/cart/add/", wrong)
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "Happy birthday" in body
    assert "meena@gift.example" in body
    assert "1,00,000" in body
    assert "Choose today or a later day." in words(refused)
    many = client.post("/cart/add/", TYPED | {"variant": voucher.variant_ref, "quantity": "9" * 30})
    assert "Happy birthday" in many.content.decode()
    assert "9" * 30 in many.content.decode()  # and can be corrected there
    drawer = client.post("/cart/add/", wrong, headers={"X-Part": "drawer"})
    assert "Choose today or a later day." in words(drawer)
    client.post("/cart/add/", TYPED | {"variant": voucher.variant_ref, "amount": "750"})
    shown = words(client.get("/cart/"))
    assert "₹750.00" in shown
    assert "meena@gift.example" in shown
    assert "Happy birthday" in shown
    assert "Share this cart" not in shown  # a link holds no gift cards
    assert "₹750.00" in words(client.get("/checkout/"))


def test_the_api_sells_shows_and_sends_again(store: Any, other_store: Any) -> None:
    with use_store(store, actor=SYSTEM):
        voucher = make_voucher()
    api = Api(store)
    shown = api.get(f"products/{voucher.product.pk}").json()
    assert [shown[name] for name in ("is_gift_card", "own_from", "own_to")] == [
        True,
        "200.00",
        "5000.00",
    ]
    item = {"variant_id": voucher.variant_ref, "gift": {**GIFT, "amount": "99.99"}}
    assert "amount" in api.post("cart/items", item).json()["error"]["fields"]
    cart = api.post("cart/items", {**item, "gift": {**GIFT, "amount": "750.00"}}).json()
    (line,) = cart["lines"]
    assert (line["gift"]["recipient_email"], line["total"]["amount"]) == (
        "meena@gift.example",
        "750.00",
    )
    buyer = api.with_headers(**{"x-cart-token": cart["token"]})
    placed = buyer.post("orders", order_body(store, shipping_method="")).json()
    order_id = placed["id"]
    with use_store(store, actor=SYSTEM):
        order = Order.objects.get(pk=order_id)
        pay_and_tell(order.payments.get())
        relay_outbox()
        (code,) = [found for each in mail.outbox for found in CODE.findall(str(each.body))]
        (card,) = list_sold(order)
    guest = api.with_headers(**{"x-order-token": order.access_token})
    read = guest.get(f"orders/{order_id}").json()
    assert read["lines"][0]["gift"] == GIFT
    answer = guest.get(f"orders/{order_id}/gift-cards")
    assert answer.json()["results"][0]["sent_at"]
    assert code not in answer.content.decode()
    path = f"orders/{order_id}/gift-cards/{card.pk}/mail"
    assert guest.post(path).status_code == 409  # a moment ago
    assert api.post(path).status_code in (401, 403, 404)
    with moved_to(now() + timedelta(hours=1)):
        assert guest.post(path).status_code == 200
    page = guest.client.get(f"/orders/{order.access_token}/", headers=guest.headers)
    assert "Sent to meena@gift.example" in words(page)
    assert "Print a gift card" in words(page)
    assert code not in page.content.decode()
    foreign = Api(other_store).with_headers(**{"x-order-token": order.access_token})
    assert foreign.get(f"orders/{order_id}/gift-cards").status_code == 404


def test_a_card_is_printed_for_those_who_know_its_code(store: Any, client_for: Any) -> None:
    gift = GiftDetails(
        recipient_email="m@gift.example",
        recipient_name="मीना",
        sender_name="Ravi",
        message="Happy 🎂 birthday\nR.",
    )
    with use_store(store, actor=SYSTEM):
        order = buy(make_voucher(), gift=gift)
        (code,) = [found for each in mail.outbox for found in CODE.findall(str(each.body))]
        (card,) = list_sold(order)
        GiftCard.objects.filter(pk=card.pk).update(expires_on=date(2099, 3, 14))
    client, api = client_for(store), Api(store)
    assert "Print it" in words(client.post("/gift-card/", {"gift_card": code}))
    page = client.post("/gift-card/print/", {"gift_card": code.lower().replace("-", " ")})
    assert page["Content-Type"] == "application/pdf"
    assert "no-store" in page["Cache-Control"]
    text = "".join(text_of(page.content).split())
    for shown in (code, "₹1,000.00", "मीना", "Ravi", "Happybirthday", "14March2099", "/gift-card/"):
        assert shown in text
    assert client.post("/gift-card/print/", {"gift_card": "wrong"}).status_code == 422
    assert api.post("gift-cards/print", {"code": code}).content[:5] == b"%PDF-"
    assert api.post("gift-cards/print", {"code": "wrong"}).status_code == 400
