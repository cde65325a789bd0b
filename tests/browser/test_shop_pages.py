"""The shop in a browser: what scripts add, what works without them, and that everybody can use it.

`axe.min.js` is axe-core 4.14 (MPL-2.0, Deque Systems), used by these tests only.
"""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages import check
from tests.support.acting import seeing_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
]
ADDRESS = {
    "email": "mira@example.com",
    "shipping_address-name": "Mira Rao",
    "shipping_address-line1": "12 Lake Road",
    "shipping_address-city": "Bengaluru",
    "shipping_address-region": "Karnataka",
    "shipping_address-postal_code": "560001",
}


def fill_in(page: Page) -> None:
    for name, value in ADDRESS.items():
        if name.endswith("region"):
            page.select_option(f"[name='{name}']", label=value)
        else:
            page.fill(f"[name='{name}']", value)
    page.check("#payment-cash_on_delivery")


def go_with_a_cart(page: Page, shop: str, path: str) -> None:
    """Put a piece of Assam into the cart, then open the page."""
    page.goto(f"{shop}/product/assam/")
    page.click("[data-buy]")
    expect(page.locator("[data-drawer]")).to_be_visible()
    page.goto(f"{shop}/{path}/")


def go_to_pay(page: Page, shop: str) -> None:
    """The checkout with everything filled in, and no total asked for any more."""
    go_with_a_cart(page, shop, "checkout")
    fill_in(page)
    expect(page.locator("[data-checkout]")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_use_every_page(shop: str, browser: Browser, width: int, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    for path in (
        "/",
        "/category/tea/",
        "/category/tea/?price_min=400",
        "/search/?q=nothing-like-it",
        "/nothing/",
        "/cart/",
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
        "/product/kahwa/",
        "/product/assam/",
    ):
        page.goto(f"{shop}{path}")
        check(page)
    page.click("[data-buy]")
    expect(page.locator("[data-drawer]")).to_contain_text("Added to your cart")
    check(page)
    for path in ("/cart/", "/checkout/"):
        page.goto(f"{shop}{path}")
        check(page)
    page.evaluate("document.querySelector('[data-checkout]').noValidate = true")
    page.click(".pay button")
    expect(page.locator("[data-errors]")).to_be_focused()
    check(page)
    fill_in(page)
    page.click(".pay button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("your order is confirmed")
    check(page)
    context.close()


def test_a_variant_that_is_sold_out_can_not_be_chosen(shop: str, phone: Page) -> None:
    phone.goto(f"{shop}/product/assam/")
    expect(phone.locator("[data-stock]")).to_have_text("Only 3 left")
    expect(phone.get_by_role("radio", name="Large")).to_be_disabled()
    expect(phone.locator("#buy [data-buy]")).to_be_enabled()
    expect(phone.locator("[data-now]").first).to_have_text("₹450.00")


def test_pictures_are_leafed_through_by_keyboard(shop: str, desk: Page) -> None:
    desk.goto(f"{shop}/product/assam/")
    second = desk.get_by_label("Picture 2 of 2")
    expect(second).not_to_have_attribute("aria-current", "true")
    desk.locator("[data-slides]").focus()
    desk.keyboard.press("ArrowRight")
    expect(second).to_have_attribute("aria-current", "true")


def test_the_drawer_counts_and_can_be_left_by_escape(shop: str, phone: Page) -> None:
    phone.goto(f"{shop}/product/assam/")
    phone.click("[data-buy]")
    drawer = phone.locator("[data-drawer]")
    expect(drawer).to_be_visible()
    expect(phone.locator("[data-cart-count]")).to_have_text("1")
    drawer.get_by_label("One more of Assam").click()
    expect(phone.locator("[data-cart-count]")).to_have_text("2")
    expect(drawer).to_contain_text("₹900.00")
    phone.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_the_total_and_the_fields_follow_the_country(
    shop: str, desk: Page, throwaway_store: Any
) -> None:
    from apps.pricing.models import ShippingMethod

    with seeing_all(throwaway_store):
        ShippingMethod.objects.update(countries=["IN", "FR", "US"])
    go_with_a_cart(desk, shop, "checkout")
    expect(desk.locator(".checkout-summary")).to_contain_text("of which tax")
    desk.select_option("[name='shipping_address-country']", "FR")
    expect(desk.locator(".checkout-summary")).not_to_contain_text("of which tax")
    expect(desk.locator("[name='shipping_address-region']")).to_have_count(0)
    desk.fill("[name='shipping_address-name']", "Mira Rao")
    desk.select_option("[name='shipping_address-country']", "US")
    expect(desk.get_by_label("ZIP code")).to_be_visible()
    expect(desk.locator("[name='shipping_address-name']")).to_have_value("Mira Rao")
    desk.select_option("[name='shipping_address-region']", label="California")


def test_a_quantity_typed_just_before_checking_out_counts(shop: str, desk: Page) -> None:
    """The press on the link takes the focus from the field, so the cart changes while the link is held down."""
    go_with_a_cart(desk, shop, "cart")
    quantity = desk.get_by_label("Quantity of Assam")
    quantity.press("Control+a")
    quantity.press_sequentially("2")
    desk.get_by_role("link", name="Check out").hover()
    with desk.expect_response(lambda answer: answer.request.method == "POST"):
        desk.mouse.down()
    desk.mouse.up()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Checkout")
    expect(desk.locator(".checkout-summary")).to_contain_text("Quantity 2")


def test_a_new_total_does_not_swallow_the_press_on_the_pay_button(shop: str, desk: Page) -> None:
    """A total is asked for when the button is pressed: the answer may come before the button is let go."""
    go_to_pay(desk, shop)
    desk.hover(".pay button")
    with desk.expect_response(lambda answer: answer.request.method == "POST") as answered:
        desk.mouse.down()
        desk.dispatch_event("[name='shipping_address-region']", "change")
    answered.value.finished()
    desk.evaluate(
        "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    )
    desk.mouse.up()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("your order is confirmed")


def test_an_order_is_sent_while_the_total_is_still_asked_for(shop: str, desk: Page) -> None:
    go_to_pay(desk, shop)
    asked: list[Route] = []

    def hold_what_only_asks(route: Route) -> None:
        """The fetch of a total waits, the form itself goes on."""
        if route.request.is_navigation_request():
            route.continue_()
        else:
            asked.append(route)

    desk.route("**/checkout/", hold_what_only_asks)
    desk.dispatch_event("[name='shipping_address-region']", "change")
    desk.click(".pay button")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("your order is confirmed")
    assert len(asked) == 1


def test_a_purchase_without_scripts(shop: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shop}/category/tea/")
    page.get_by_role("link", name="Assam").click()
    expect(page.locator("[data-picker]")).to_be_hidden()
    page.click("[data-buy]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    page.fill("input[name=quantity]", "2")
    page.get_by_role("button", name="Update").click()
    expect(page.locator(".summary")).to_contain_text("₹900.00")
    page.get_by_role("link", name="Check out").click()
    fill_in(page)
    page.click(".pay button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("your order is confirmed")
    context.close()
