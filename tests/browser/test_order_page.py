"""An order's page on a phone: every button that moves a parcel is pressed, and the page says what became of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.fulfilment.models import ParcelReturn, Shipment
from apps.orders.models import Order
from tests.browser.pages import AXE
from tests.browser.walking import log_in
from tests.checkout.shop import make_goods, stock_of
from tests.fulfilment.parcels import CASH, buy, states_of
from tests.support.acting import seeing_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.matrix,
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class OrderPage:
    """The page of one order, and the order behind it."""

    def __init__(self, page: Page, store: Any, order: Order, shop_url: str) -> None:
        self.page, self.store, self.order = page, store, order
        page.goto(f"{shop_url}/admin/orders/order/{order.pk}/change/")

    def open(self, words: str) -> Locator:
        """Open what the button with the dots asks."""
        self.page.locator("summary", has_text=words).click()
        return self.page.locator("details[open]", has_text=words)

    def press(self, words: str, says: str) -> None:
        self.page.get_by_role("button", name=re.compile(words)).click()
        expect(self.page.get_by_text(says)).to_be_visible()

    def states(self) -> tuple[str, str, str]:
        with seeing_all(self.store):
            self.order.refresh_from_db()
            return states_of(self.order)

    def assert_usable(self) -> None:
        """Nothing is wider than the phone, and axe finds nothing."""
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
            "v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]))",
            RULES,
        )
        assert found == []
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.fixture
def goods(throwaway_store: Any, boss: str) -> Any:
    with seeing_all(throwaway_store):
        return make_goods(stock=10, price_minor=33_333)


@pytest.fixture
def order_page(
    throwaway_store: Any,
    phone: Page,
    shop: str,
    boss: str,
    goods: Any,
) -> Callable[..., OrderPage]:
    log_in(phone, f"{shop}/admin/", boss)

    def open_page(**how: Any) -> OrderPage:
        with seeing_all(throwaway_store):
            order = buy(goods, quantity=3, **how)
        return OrderPage(phone, throwaway_store, order, shop)

    return open_page


def test_a_cash_parcel_is_refused_in_part(
    order_page: Callable[..., OrderPage], throwaway_store: Any, goods: Any
) -> None:
    shown = order_page(payment_method=CASH)
    shown.press("^Ship$", "The customer can follow it now")
    shown.open("Refused…").get_by_label("Why").fill("Refused at the door")
    shown.press("It is on its way back", "Record what is in it when it is here")
    shown.open("To the customer again…")
    shown.press("It goes to the customer again", "S1 is on its way to the customer again")

    form = shown.open("Came back…")
    form.get_by_label(re.compile("Back to stock")).fill("1")
    form.get_by_label(re.compile("Written off")).fill("1")
    expect(form.get_by_text("₹666.66")).to_be_visible()
    shown.assert_usable()
    shown.press("Record what came back", "The stock is counted again")
    assert shown.states() == ("shipped", "cash_due", "shipped")

    shown.press("Mark delivered, ₹333.33 in cash|Mark delivered, ₹382.33 in cash", "is delivered")
    assert shown.states() == ("delivered", "paid", "partially_returned")
    with seeing_all(throwaway_store):
        assert stock_of(goods) == (8, 0, 0)
        assert ParcelReturn.objects.get(state="received").lines.get().written_off == 1


def test_a_paid_parcel_is_sent_back_and_the_money_goes(
    order_page: Callable[..., OrderPage], throwaway_store: Any
) -> None:
    shown = order_page()
    shown.press("^Ship$", "The customer can follow it now")
    shown.press("Mark delivered", "is delivered")
    shown.open("Not delivered…").get_by_label("Why").fill("Wrong row")
    shown.press("It is still on its way", "is on its way again")
    shown.press("Mark delivered", "is delivered")

    form = shown.open("Sent back…")
    form.get_by_label(re.compile("Back to stock")).fill("2")
    expect(form.get_by_label(re.compile("Amount"))).to_have_attribute("placeholder", "₹666.66")
    shown.assert_usable()
    shown.press("Record what came back", "The stock is counted again")
    with seeing_all(throwaway_store):
        assert ParcelReturn.objects.get().credited_minor == 66_666
    assert shown.states()[2] == "partially_returned"


def test_the_rest_is_cancelled_and_the_parcel_corrected(
    order_page: Callable[..., OrderPage], throwaway_store: Any
) -> None:
    shown = order_page()
    shown.page.get_by_label(re.compile("Send now")).fill("1")
    shown.press("^Ship$", "The customer can follow it now")
    form = shown.open("Correct tracking…")
    form.get_by_label("Carrier").fill("Blue Dart")
    form.get_by_label("Tracking number").fill("BD 2")
    shown.assert_usable()
    shown.press("Correct it", "The customer's page shows it")
    expect(shown.page.locator(".bo-parcel")).to_contain_text("Blue Dart · BD 2")

    shown.open("Cancel what is not sent…").get_by_label("Why").fill("Sold out")
    shown.press("Yes, cancel the rest", "The rest is cancelled")
    assert shown.states()[2] == "shipped"
    with seeing_all(throwaway_store):
        assert Shipment.objects.get().tracking_number == "BD 2"
