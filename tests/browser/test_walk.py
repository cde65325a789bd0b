"""The whole story on a phone: open a store, stock a shelf, buy as a guest, ship, and see it shipped."""

import re
import secrets
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Platform
from tests.support.databases import LOCAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]
PASSWORD = secrets.token_urlsafe(12)


@pytest.fixture
def operator(db: None) -> str:
    from apps.accounts.models import User

    email = f"operator-{secrets.token_hex(4)}@example.com"
    User.objects.create_superuser(email, PASSWORD)
    return email


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (800, 800), (180, 90, 40)).save(buffer, "JPEG")
    return buffer.getvalue()


def log_in(page: Page, url: str, email: str) -> None:
    page.goto(url)
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()


def open_store(page: Page, platform: Platform, slug: str) -> None:
    page.goto(platform.url(path="/admin/platform/store/add/"))
    page.fill("input[name=name]", "Walk & Sons")
    page.keyboard.press("Tab")  # leaving the name proposes a short name
    page.fill("input[name=slug]", slug)
    page.select_option("select[name=state]", "KA")
    page.click("button[name=_save], input[name=_save]")
    expect(page.get_by_role("heading", name="Walk & Sons is open")).to_be_visible(timeout=60_000)
    page.fill("input[name=email]", f"owner@{slug}.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Make the login").click()
    expect(page.get_by_role("button", name="Make the login")).to_have_count(0)


def add_product(page: Page, admin: str) -> None:
    page.goto(f"{admin}catalog/product/add/")
    page.fill("input[name=title]", "Walking stick")
    page.select_option("select[name=status]", "active")
    rows = page.locator("[data-variants] tbody tr")
    page.locator("[data-variants] .bo-option input").first.fill("Length")
    for index, (sku, length, price) in enumerate(
        (("WS-1", "Short", "450"), ("WS-2", "Long", "520"))
    ):
        row = rows.nth(index)
        row.locator("input[name$=sku]").fill(sku)
        row.locator("input[name*=option], input[name*=value]").first.fill(length)
        row.locator("input[name*=price]").first.fill(price)
    page.fill("input[name=opening_stock]", "7")
    page.set_input_files(
        "input[type=file]", {"name": "stick.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.click("button[name=_save], input[name=_save]")
    page.wait_for_load_state()
    expect(page.locator("#result_list")).to_contain_text("Walking stick")


def buy_as_guest(page: Page, shop: str) -> str:
    """Answers the address of the order's page."""
    page.goto(shop)
    page.get_by_role("link", name=re.compile("Walking stick")).first.click()
    expect(page.get_by_role("heading", name="Walking stick")).to_be_visible()
    page.get_by_role("radio", name=re.compile("Long")).check(force=True)
    with page.expect_response("**/cart/add/"):
        page.get_by_role("button", name=re.compile("add to", re.I)).click()
    page.goto(f"{shop}checkout/")
    values = {
        "email": "guest@example.com",
        "name": "Gita Guest",
        "line1": "1 Mill Road",
        "city": "Pune",
        "region": "MH",
        "postal_code": "411001",
    }
    for name, value in values.items():
        field = page.locator(f"[name='{name}'], [name$='-{name}'], [name$='_{name}']").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("input[name=payment_method][value=test]").check(force=True)
    page.get_by_role("button", name=re.compile("pay|place", re.I)).last.click()
    page.get_by_role("button", name=re.compile("pay now|succe|approve", re.I)).first.click()
    page.wait_for_url("**/orders/**")
    return page.url


def test_from_an_empty_platform_to_a_shipped_order(
    platform: Platform, phone: Page, operator: str
) -> None:
    slug = f"walk{secrets.token_hex(3)}"
    log_in(phone, platform.url(path="/admin/login/"), operator)
    open_store(phone, platform, slug)

    admin = platform.url(slug, "/admin/")
    log_in(phone, admin, f"owner@{slug}.example")
    add_product(phone, admin)

    order_page = buy_as_guest(phone, platform.url(slug))
    expect(phone.locator("main")).to_contain_text(re.compile("Walking stick"))
    expect(phone.locator("main")).to_contain_text(re.compile("paid", re.I), timeout=30_000)

    open_order(phone, admin)
    phone.fill("input[name=carrier]", "Delhivery")
    phone.fill("input[name=tracking_number]", "DL123")
    phone.get_by_role("button", name="Ship", exact=True).click()
    expect(phone.get_by_role("button", name="Mark delivered")).to_be_visible()

    phone.goto(order_page)
    expect(phone.locator("main")).to_contain_text(re.compile("shipped", re.I))
    expect(phone.locator("main")).to_contain_text("DL123")
    phone.screenshot(path=LOCAL / "walk.png", full_page=True)


def open_order(page: Page, admin: str) -> None:
    page.goto(admin)
    page.locator("a[href*='/orders/order/'][href$='/change/']").first.click()
    page.wait_for_load_state()


def test_the_pages_of_a_store_fit_a_phone_and_a_desk(
    platform: Platform, phone: Page, desk: Page, db: Any
) -> None:
    for page in (phone, desk):
        for path in ("/", "/cart/", "/account/login/", "/account/signup/", "/no-such-page/"):
            page.goto(platform.url("alpha", path))
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
            assert not wide, f"{path} is wider than the screen"
