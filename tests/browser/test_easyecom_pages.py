"""EasyEcom on a phone: the card of an order, and what staff map."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.easyecom import services as easyecom
from apps.easyecom.states import Job
from tests.browser.pages import AXE
from tests.browser.walking import log_in
from tests.easyecom.shop import CASH, Shop, invoice_of
from tests.vendors.easyecom import EasyEcomVendor, easyecom_vendor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def vendor(settings: Any) -> Iterator[EasyEcomVendor]:
    with easyecom_vendor() as server:
        settings.EASYECOM_API_URL = server.url
        yield server


def look(page: Page, name: str) -> None:
    """Nothing is wider than the phone, and axe finds nothing. Pictures where `PICTURES` names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.screenshot(path=f"{folder}/{name}-wide.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
        "v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]))",
        RULES,
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name


def test_staff_see_what_easyecom_knows_and_map_it(
    throwaway_store: Any, vendor: EasyEcomVendor, phone: Page, shop: str, boss: str
) -> None:
    connected = Shop(throwaway_store, vendor)
    sent = connected.order(connected.goods("KS-A"), quantity=2, method=CASH)
    connected.push(sent)
    invoice = invoice_of(vendor, sent)
    vendor.ship(invoice, "1490000001")
    invoice["order_status"] = "Handed-Over"
    invoice["shipping_status_id"] = "77"
    vendor.notify("orders", {"orders": [invoice]})
    vendor.set_stock("KS-A", 4)
    vendor.set_stock("ELSE-9", 4)
    connected.hear()
    refused = connected.order(connected.goods("KS-B"), method=CASH)
    vendor.products.pop("KS-B")
    connected.push(refused)
    with connected.inside():
        easyecom.read_due(only=Job.PRODUCTS)

    log_in(phone, f"{shop}/admin/", boss)
    for order, words, name in (
        (sent, "1490000001", "easyecom-order"),
        (refused, "KS-B was not found", "easyecom-refused"),
    ):
        phone.goto(f"{shop}/admin/orders/order/{order.pk}/change/")
        expect(phone.get_by_text(words).first).to_be_visible()
        look(phone, name)
    for model, words in (
        ("pushedorder", refused.number),
        ("location", "Pune"),
        ("statusmeaning", "Handed-Over"),
    ):
        phone.goto(f"{shop}/admin/easyecom/{model}/")
        expect(phone.get_by_text(words).first).to_be_visible()
        look(phone, f"easyecom-{model}")
