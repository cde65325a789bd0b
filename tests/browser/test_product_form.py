"""The product's form and page in a browser: options become variants, uploads are given to them, choosing shows them."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.platform import Platform, media_root
from tests.support.acting import seeing_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.matrix,
]
PASSWORD = "a-long-password-1"


@pytest.fixture
def shop(platform: Platform, throwaway_store: Any, settings: Any) -> str:
    from apps.accounts import services as accounts
    from apps.accounts.models import Role

    settings.MEDIA_ROOT = media_root()
    with seeing_all(throwaway_store):
        accounts.create_user(email="owner@example.com", password=PASSWORD, role=Role.OWNER)
    return platform.url(throwaway_store.slug, "").rstrip("/")


def picture(name: str, colour: tuple[int, int, int]) -> FilePayload:
    buffer = BytesIO()
    Image.new("RGB", (400, 400), colour).save(buffer, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def log_in(page: Page, shop: str) -> None:
    page.goto(f"{shop}/admin/login/")
    page.fill("[name=username]", "owner@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url(re.compile(r"/admin/$"))


def test_options_become_variants_with_pictures_that_the_shop_shows(shop: str, desk: Page) -> None:
    page = desk
    log_in(page, shop)
    page.goto(f"{shop}/admin/catalog/product/add/")
    page.fill("[name=title]", "Cup")
    page.select_option("[name=status]", "active")
    page.fill("[name=variants-0-sku]", "CUP")
    page.fill("[name=variants-0-price]", "250")
    page.fill("[name=variants-option_1]", "Colour")
    page.fill("[data-values='1']", "Indigo, Ochre")
    page.fill("[name=variants-option_2]", "Size")
    page.fill("[data-values='2']", "S, L")
    page.click("[data-combine]")
    expect(page.locator("[data-combined]")).to_have_text(re.compile("4 variants made"))
    page.click("[data-combine]")
    expect(page.locator("[data-combined]")).to_have_text("Every combination is there already.")
    prices = [page.input_value(f"[name=variants-{n}-price]") for n in range(4)]
    assert prices == ["250"] * 4
    page.set_input_files(
        "[name=pictures-new]",
        [picture("indigo.jpg", (40, 50, 120)), picture("ochre.jpg", (200, 150, 40))],
    )
    for number in range(4):
        chosen = f"new-{number // 2}"
        page.select_option(f"[name=variants-{number}-image_id]", chosen)
    page.fill("[name=opening_stock]", "3")
    page.fill("[name=variants-3-price]", "cheap")
    page.click("[name=_continue]")
    expect(page.locator(".bo-picture")).to_have_count(2)
    expect(page.locator(".bo-badge--wait")).to_have_count(2)
    page.fill("[name=variants-3-price]", "260")
    page.click("[name=_continue]")
    expect(page.locator(".bo-picture")).to_have_count(2)
    expect(page.locator(".bo-badge--wait")).to_have_count(0)

    page.goto(f"{shop}/product/cup/")
    shown = json.loads(page.locator("#variants").text_content() or "")
    assert [variant["photo"] for variant in shown] == [0, 0, 1, 1]
    page.get_by_text("Ochre", exact=True).click()
    expect(page.locator(".thumbs [aria-current]")).to_have_attribute("href", "#picture-2")
    assert "variant=" in page.url


def test_the_variants_fit_a_phone(shop: str, phone: Page) -> None:
    log_in(phone, shop)
    phone.goto(f"{shop}/admin/catalog/product/add/")
    expect(phone.locator("[data-add]")).to_be_visible()
    wide = phone.evaluate(
        "[...document.querySelectorAll('.bo-variants :is(input, select, button)')]"
        ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect().right)"
    )
    assert max(wide) <= 390
