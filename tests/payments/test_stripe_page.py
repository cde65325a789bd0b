"""The payment page of Stripe, as a buyer's browser sees it."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.models import Role
from apps.gateways.models import GatewayCustomer
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.tenancy.context import use_store
from tests.api.shop import Api, make_product, make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import SYSTEM, by, seeing_all
from tests.support.stripe_shop import KEYS, StripeShop

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


def state(store: Any, payment: Payment) -> str:
    with use_store(store, actor=SYSTEM):
        return Payment.objects.get(pk=payment.pk).state


def policy_of(answer: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def test_the_page_has_what_stripe_s_script_needs_and_no_secret(
    stripe: StripeShop, client: Client
) -> None:
    placed = stripe.order()
    answer = client.get(placed.next_url)
    shown = answer.content.decode()

    intent = stripe.account.intents[placed.payment.gateway_ref]
    assert intent["client_secret"] in shown
    assert KEYS["publishable_key"] in shown
    assert KEYS["secret_key"] not in shown
    assert KEYS["webhook_secret"] not in shown
    assert placed.order.email not in shown
    assert "Test mode." in shown
    assert (
        "This payment form needs JavaScript" in re.findall("<noscript>(.*?)</noscript>", shown)[0]
    )


def test_the_api_says_that_no_real_money_moves(store: Any, stripe: StripeShop) -> None:
    guest = Api(store)
    variant = make_product(store).variants[0].id
    added = guest.post("cart/items", {"variant_id": str(variant), "quantity": 1})
    guest = guest.with_headers(**{"x-cart-token": added["X-Cart-Token"]})
    methods = guest.get("checkout/options?country=IN&region=KA").json()["payment_methods"]
    assert [one["is_test"] for one in methods if one["code"] == "stripe"] == [True]


def test_only_this_page_lets_stripe_s_script_in(stripe: StripeShop, client: Client) -> None:
    placed = stripe.order()
    opened = policy_of(client.get(placed.next_url))
    scripts = ["https://js.stripe.com", "https://*.js.stripe.com"]
    assert opened["script-src"] == ["'self'", *scripts]
    assert opened["frame-src"] == [*scripts, "https://hooks.stripe.com"]
    assert opened["connect-src"] == ["'self'", "https://api.stripe.com"]
    elsewhere = client.get(f"/orders/{placed.order.access_token}/")
    assert "stripe.com" not in elsewhere["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("act", "ends_in", "at_order"),
    [
        ("pay", "captured", True),
        ("promise", "confirming", True),
        ("decline", "failed", False),
        ("challenge", "created", False),
    ],
)
def test_a_buyer_who_comes_back_sees_what_stripe_says_and_not_what_the_address_says(
    stripe: StripeShop, store: Any, client: Client, act: str, ends_in: str, at_order: bool
) -> None:
    placed = stripe.order()
    payment = placed.payment
    getattr(stripe.account, act)(payment.gateway_ref)

    answer = client.get(f"{placed.next_url}return/", {"redirect_status": "succeeded"})

    order_page = f"/orders/{placed.order.access_token}/"
    assert answer["Location"] == (order_page if at_order else placed.next_url)
    assert state(store, payment) == ends_in


def test_a_declined_buyer_reads_why_and_can_pay_again(stripe: StripeShop, client: Client) -> None:
    placed = stripe.order()
    stripe.account.decline(placed.payment.gateway_ref, "expired_card")
    shown = client.get(placed.next_url).content.decode()
    assert "The card has expired. Please use another card." in shown
    assert "data-stripe" in shown


def test_a_paid_order_has_no_payment_form(stripe: StripeShop, store: Any, client: Client) -> None:
    placed = stripe.order()
    stripe.account.pay(placed.payment.gateway_ref)
    for _ in range(2):
        answer = client.get(placed.next_url)
        assert answer["Location"] == f"/orders/{placed.order.access_token}/"
    assert state(store, placed.payment) == "captured"


def test_a_silent_stripe_is_a_sentence_with_a_way_to_try_again(
    stripe: StripeShop, client: Client
) -> None:
    placed = stripe.order()
    stripe.server.fail = [503, 503]
    answer = client.get(placed.next_url)
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()
    stripe.server.fail = [503, 503]
    assert client.get(f"{placed.next_url}return/").status_code == 302


def test_a_payment_of_another_store_or_gateway_has_no_such_page(
    stripe: StripeShop, client: Client, other_store: Any, client_for: Callable[..., Client]
) -> None:
    placed = stripe.order()
    assert client_for(other_store).get(placed.next_url).status_code == 404
    assert client.get(f"/payments/stripe/{uuid4()}/").status_code == 404
    by(SYSTEM, Payment.objects.update, gateway="test")
    assert client.get(placed.next_url).status_code == 404


def test_saved_cards_are_shown_to_their_customer_alone(
    stripe: StripeShop, store: Any, client: Client, client_for: Callable[..., Client]
) -> None:
    """The address of the page is enough to pay, and not enough to see the cards of its buyer."""
    placed = stripe.order()
    buyer, other = make_user(store, Role.CUSTOMER), make_user(store, Role.CUSTOMER)
    with seeing_all(store):
        Order.objects.filter(pk=placed.order.pk).update(customer=buyer)

    for visitor in (None, other):
        if visitor is not None:
            log_in(client, store, visitor)
        assert "data-session" not in client.get(placed.next_url).content.decode()
    assert stripe.account.customers == {}, "a customer who does not pay here is unknown to Stripe"

    theirs = log_in(client_for(store), store, buyer)
    for _ in range(2):
        assert "cuss_secret_" in theirs.get(placed.next_url).content.decode()
    (customer,) = stripe.account.customers.values()
    assert buyer.email not in str(customer)
    assert stripe.account.intents[placed.payment.gateway_ref]["customer"] == customer["id"]
    features = stripe.account.sessions[0]["components"]["payment_element"]["features"]
    assert features["payment_method_save"] == "enabled", "the buyer ticks it in Stripe's form"
    assert "setup_future_usage" not in stripe.account.intents[placed.payment.gateway_ref]


def test_a_customer_of_another_account_is_made_once_more(
    stripe: StripeShop, store: Any, client: Client
) -> None:
    placed = stripe.order()
    buyer = make_user(store, Role.CUSTOMER)
    with seeing_all(store):
        Order.objects.filter(pk=placed.order.pk).update(customer=buyer)
        GatewayCustomer.objects.create(
            gateway="stripe", customer_ref=str(buyer.pk), gateway_ref="cus_of_before"
        )
    shown = log_in(client, store, buyer).get(placed.next_url).content.decode()
    assert "cuss_secret_1" in shown
    with seeing_all(store):
        assert GatewayCustomer.objects.get().gateway_ref in stripe.account.customers


def log_in(client: Client, store: Any, user: Any) -> Client:
    with use_store(store, actor=SYSTEM):
        client.force_login(user)
    return rename_session(client, f"session_{store.slug}")
