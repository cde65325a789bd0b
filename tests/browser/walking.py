"""Steps of staff and guests in a browser."""

import re
import secrets
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, expect

PASSWORD = secrets.token_urlsafe(12)


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
