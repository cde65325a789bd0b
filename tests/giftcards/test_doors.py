"""Gift cards at the doors: checkout without scripts, balance page, API, account, each with its own limits."""

import re
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.test import Client, override_settings

from apps.common.ids import random_token
from apps.events.services import relay_outbox
from apps.giftcards.models import GiftCard
from apps.orders.models import Order
from apps.pricing.models import ShippingMethod
from apps.tenancy.context import use_store
from tests.api.shop import Api, order_body
from tests.checkout.shop import make_cart, make_goods
from tests.giftcards.cards import give_credit, issue, left_on, payments_of, words
from tests.support.acting import SYSTEM, seeing_all

pytestmark = pytest.mark.django_db
ADDRESS = {
    "name": "Asha Rao",
    "line1": "12 Residency Road",
    "city": "Bengaluru",
    "region": "KA",
    "postal_code": "560025",
    "country": "IN",
}


@pytest.fixture
def browser(store: Any, client_for: Any) -> Client:
    """With a cart of 500.00 that is sent for nothing."""
    with use_store(store, actor=SYSTEM):
        ShippingMethod.objects.update(amount_minor=0, free_above_minor=None)
        variant = make_goods().variant_ref
    client: Client = client_for(store)
    client.post("/cart/add/", {"variant": variant})
    return client


def form(**changes: Any) -> dict[str, Any]:
    typed = {f"shipping_address-{name}": value for name, value in ADDRESS.items()}
    return {
        "key": random_token(),
        "email": "asha@example.com",
        "shipping_method": "standard",
        "payment_method": "test",
        **typed,
        **changes,
    }


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    return found[1] if found else ""


def test_a_card_is_added_seen_removed_and_pays(store: Any, browser: Client) -> None:
    with use_store(store):
        card, code = issue(20_000)
    page = browser.post("/checkout/", form(update="card", gift_card=f" {code.lower()} "))
    assert page.status_code == 200
    assert f"Gift card …{card.last_four}" in words(page)
    assert "Left to pay ₹300.00" in words(page)
    assert "Pay ₹300.00" in words(page)
    kept = hidden(page, "gift_cards")
    page = browser.post("/checkout/", form(update="drop-0", gift_cards=kept))
    assert "Pay ₹500.00" in words(page)

    # Typed and ordered in one step: the buyer has not seen what the card pays, so nothing is ordered.
    page = browser.post("/checkout/", form(gift_card=code))
    assert page.status_code == 200, words(page)[:1500]
    assert "Pay ₹300.00" in words(page)
    seen = form(gift_cards=hidden(page, "gift_cards"), expected_prepaid="20000")
    cookies = browser.cookies.output(header="").strip().replace("\r\n", ";")
    first = browser.post("/checkout/", seen)
    browser.cookies = SimpleCookie(cookies)  # a double click: both requests have the cart's cookie
    again = browser.post("/checkout/", seen)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    with use_store(store, actor=SYSTEM):
        assert left_on(card) == 0
        order = Order.objects.get()
        assert payments_of(order) == [
            ("gift_card", "captured", 20_000),
            ("test", "created", 30_000),
        ]
    page = browser.get(f"/orders/{order.access_token}/")
    assert f"Gift card …{card.last_four} −₹200.00" in words(page)
    assert "Left to pay ₹300.00" in words(page)
    assert "Pay ₹300.00" in words(page)
    assert code not in page.content.decode()


def test_a_card_for_everything_asks_no_method(store: Any, browser: Client) -> None:
    with use_store(store):
        _, code = issue(90_000)
    page = browser.post("/checkout/", form(update="card", gift_card=code))
    assert "Nothing is left to pay." in words(page)
    assert "payment_method" not in page.content.decode()
    seen = form(gift_cards=code, expected_prepaid="50000", payment_method="")
    placed = browser.post("/checkout/", seen)
    assert placed.status_code == 302
    page = browser.get(placed["Location"])
    assert "−₹500.00" in words(page)
    with use_store(store, actor=SYSTEM):
        relay_outbox()
        from apps.notifications.models import SentMail

        mail = SentMail.objects.get(template="order_confirmation")
        assert "Gift card …" in mail.text
        assert code not in mail.text + mail.html


@override_settings(GIFT_CARD_WRONG_CODES="3/15m")
def test_wrong_codes_are_counted_over_all_doors(store: Any, browser: Client) -> None:
    with use_store(store):
        _, code = issue(20_000)
    api = Api(store)
    assert "₹200.00" in words(browser.post("/gift-card/", {"gift_card": code}))
    wrong = browser.post("/gift-card/", {"gift_card": "AAAA"})
    assert wrong.status_code == 422
    page = browser.post("/checkout/", form(update="card", gift_card="AAAA-BBBB"))
    assert "can’t be used" in words(page) or "can&#x27;t be used" in words(page)
    refused = api.post("gift-cards/balance", {"code": "CCCC"})
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "gift_card_not_usable"
    with seeing_all(store):
        empty, empty_code = issue(100)
        GiftCard.objects.filter(pk=empty.pk).update(balance_minor=0)
    with override_settings(GIFT_CARD_WRONG_CODES="9/15m"):
        assert "balance of this gift card is used up" in words(
            browser.post("/gift-card/", {"gift_card": empty_code})
        )
        used_up = api.post("gift-cards/balance", {"code": empty_code})
    assert used_up.json()["error"]["code"] == "gift_card_used_up"
    # From now on a right code gets the same answer as a wrong one.
    assert browser.post("/gift-card/", {"gift_card": code}).status_code == 429
    assert api.post("gift-cards/balance", {"code": code}).status_code == 429
    assert "Pay ₹500.00" in words(browser.post("/checkout/", form(update="card", gift_card=code)))


def test_the_api_pays_with_cards_of_this_store_alone(store: Any, other_store: Any) -> None:
    with use_store(other_store):
        _, elsewhere = issue(20_000)
    with use_store(store, actor=SYSTEM):
        card, code = issue(20_000)
        guest = Api(store).with_headers(**{"x-cart-token": make_cart(make_goods()).token})
    assert guest.post("gift-cards/balance", {"code": code}).json()["balance"]["amount"] == "200.00"
    body = order_body(store)
    assert guest.post("orders", body | {"gift_cards": [elsewhere]}).status_code == 400
    placed = guest.post("orders", body | {"gift_cards": [code]})
    assert placed.status_code == 201, placed.content
    order = guest.with_headers(**{"x-order-token": placed.json()["access_token"]}).get(
        f"orders/{placed.json()['id']}"
    )
    paid = {row["gateway"]: row for row in order.json()["payments"]}
    assert paid["gift_card"]["last_four"] == card.last_four
    assert paid["gift_card"]["captured"]["amount"] == "200.00"


def test_a_customer_sees_their_own_credit(store: Any, client_for: Any) -> None:
    from apps.accounts import services as accounts

    password = "correct horse battery"
    with use_store(store, actor=SYSTEM):
        mine, yours = (
            accounts.create_user(email=f"{name}@example.com", password=password)
            for name in ("asha", "ravi")
        )
        give_credit(mine, 12_300)
        give_credit(yours, 45_600)
    client = client_for(store)
    assert client.get("/account/store-credit/").status_code == 302
    client.post("/account/login/", {"login": "asha@example.com", "password": password})
    page = words(client.get("/account/store-credit/"))
    assert "₹123.00" in page
    assert "A gift" in page
    assert "₹456.00" not in page
