"""The whole story on a phone: open a store, stock a shelf, buy as a guest, ship, and see it shipped."""

import re
import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.platform import Platform
from tests.browser.walking import PASSWORD, add_product, buy_as_guest, log_in
from tests.support.databases import LOCAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


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
