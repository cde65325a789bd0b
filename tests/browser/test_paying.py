"""Every button that lets a buyer pay is pressed, in every state that offers one; and pages that wait for the bank."""

import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import check
from tests.browser.platform import Platform
from tests.support.acting import seeing_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.matrix,
]
EMAIL = "asha@example.com"  # of `tests.checkout.shop`
PASSWORD = secrets.token_urlsafe(12)
PAY = re.compile(r"^Pay ₹")


@pytest.fixture
def order_in(throwaway_store: Any) -> Callable[[str], Any]:
    """An unpaid order of Asha's whose payment is `open`, `failed` or `over` at the bank."""
    from apps.accounts import services as accounts
    from apps.gateways.installed import get_gateway
    from apps.orders.models import Order
    from apps.payments.charges import charge_of
    from tests.checkout.shop import make_cart, make_goods, place
    from tests.payments.bank import decline, deliver, message_of

    def make(state: str) -> Any:
        with seeing_all(throwaway_store):
            customer = accounts.create_user(email=EMAIL, password=PASSWORD)
            placed = place(make_cart(make_goods(price_minor=60_000)))
            payment = placed.payment
            assert payment is not None
            if state == "failed":
                decline(payment)
                deliver(message_of(payment))
            elif state == "over":
                get_gateway("test").cancel(charge_of(payment))
            Order.objects.filter(pk=placed.order.pk).update(customer=customer)
            return placed.order

    return make


def open_by_link(page: Page, shop: str, order: Any) -> None:
    page.goto(f"{shop}/orders/{order.access_token}/")


def open_in_account(page: Page, shop: str, order: Any) -> None:
    page.goto(f"{shop}/account/orders/{order.number}/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{shop}/account/orders/{order.number}/")


def open_from_mail(page: Page, shop: str, order: Any) -> None:
    """The link of the mail about a payment that did not go through."""
    from django.db import transaction

    from apps.fulfilment.mails import mail_payment_failed
    from apps.notifications.models import SentMail
    from apps.payments.selectors import get_payment_of
    from apps.platform.models import Store

    with (
        seeing_all(Store.objects.get(slug=urlsplit(shop).hostname.split(".")[0])),
        transaction.atomic(),
    ):
        payment = get_payment_of(order)
        assert payment is not None
        mail_payment_failed(order, payment)
        mail = SentMail.objects.get(template="order_payment_failed")
    link = re.findall(r"https?://\S+", mail.text)[0]
    assert f'href="{link}"' in mail.html
    page.goto(f"{shop}{urlsplit(link).path}")


WAYS = {"link": open_by_link, "account": open_in_account, "mail": open_from_mail}


@pytest.mark.parametrize(
    ("way", "state"),
    [
        ("link", "open"),
        ("account", "failed"),
        ("mail", "over"),
        *(
            pytest.param(way, state, marks=pytest.mark.matrix)
            for way, state in [("link", "failed"), ("account", "open"), ("mail", "open")]
        ),
        *(pytest.param(way, "over", marks=pytest.mark.matrix) for way in ("link", "account")),
        pytest.param("mail", "failed", marks=pytest.mark.matrix),
    ],
)
def test_every_pay_button_leads_to_the_bank_and_the_money_counts(
    platform: Platform,
    phone: Page,
    throwaway_store: Any,
    order_in: Callable[[str], Any],
    way: str,
    state: str,
) -> None:
    order, shop = order_in(state), platform.url(throwaway_store.slug, "").rstrip("/")
    WAYS[way](phone, shop, order)

    phone.get_by_role("button", name=PAY).click()
    phone.get_by_role("button", name="Pay now").click()

    expect(phone.get_by_role("heading", level=1)).to_contain_text("your order is confirmed")
    expect(phone.get_by_role("button", name=PAY)).to_have_count(0)


def test_declined_and_back_and_paid(
    platform: Platform, desk: Page, throwaway_store: Any, order_in: Callable[[str], Any]
) -> None:
    order, shop = order_in("open"), platform.url(throwaway_store.slug, "").rstrip("/")
    open_by_link(desk, shop, order)
    desk.get_by_role("button", name=PAY).click()
    desk.get_by_role("button", name="Decline").click()
    desk.get_by_role("link", name="Back to the order").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    check(desk)

    desk.get_by_role("button", name=PAY).click()
    desk.get_by_role("button", name="Pay now").click()

    expect(desk.get_by_role("heading", level=1)).to_contain_text("your order is confirmed")
    check(desk)


@pytest.mark.parametrize("has_scripts", [True, pytest.param(False, marks=pytest.mark.matrix)])
def test_the_page_waits_for_the_bank_by_itself(
    platform: Platform,
    browser: Browser,
    throwaway_store: Any,
    order_in: Callable[[str], Any],
    has_scripts: bool,
) -> None:
    order, shop = order_in("open"), platform.url(throwaway_store.slug, "").rstrip("/")
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=has_scripts
    )
    page = context.new_page()
    open_by_link(page, shop, order)
    page.get_by_role("button", name=PAY).click()
    page.get_by_role("button", name="Pay later").click()

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Your bank is confirming the payment")
    expect(page.get_by_role("button", name=PAY)).to_have_count(0)
    expect(heading).to_contain_text("your order is confirmed", timeout=60_000)

    expect(page.locator("[data-moving]")).to_have_count(0)
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    context.close()


def test_an_order_that_was_not_paid_can_be_bought_again(
    platform: Platform, phone: Page, throwaway_store: Any, order_in: Callable[[str], Any]
) -> None:
    from apps.fulfilment import services as fulfilment
    from tests.support.acting import STAFF

    order, shop = order_in("failed"), platform.url(throwaway_store.slug, "").rstrip("/")
    open_by_link(phone, shop, order)
    with seeing_all(throwaway_store):
        fulfilment.cancel(order=order, reason="Not paid in time.", actor=STAFF)

    phone.get_by_role("button", name=PAY).click()  # an old page
    expect(phone.get_by_role("heading", level=1)).to_have_text("This order was cancelled")
    expect(phone.locator("main")).to_contain_text("Not paid in time. Nothing was charged.")
    check(phone)
    phone.get_by_role("button", name="Order again").click()

    expect(phone.get_by_role("heading", name="Your cart")).to_be_visible()
    expect(phone.get_by_role("link", name="Check out")).to_be_visible()
