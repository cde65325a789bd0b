"""ClickPost on a phone: the card of an order, its lists and forms, and what a buyer reads of the way of a parcel."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.clickpost import services as clickpost
from apps.clickpost.models import CarrierAccount
from apps.orders.models import Order
from tests.browser.pages import AXE
from tests.browser.walking import log_in
from tests.clickpost.desk import booked, connect_store, hear, sold
from tests.support.acting import STAFF, seeing_all
from tests.vendors.clickpost import ClickPostVendor, clickpost_vendor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LISTS = ("booking", "carrieraccount", "statuscode", "clickpostsettings")


@pytest.fixture
def vendor(throwaway_store: Any, settings: Any) -> Iterator[ClickPostVendor]:
    with clickpost_vendor() as server:
        settings.CLICKPOST_API_URL = settings.CLICKPOST_DATE_API_URL = server.url
        with seeing_all(throwaway_store):
            connect_store(server)
        throwaway_store.refresh_from_db()
        with seeing_all(throwaway_store):
            yield server


def look(page: Page, name: str) -> None:
    """Nothing is wider than the phone, and axe finds nothing. A picture where `PICTURES` names a folder."""
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
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def travelled(vendor: ClickPostVendor) -> tuple[Order, Order]:
    """A parcel after a failed attempt, and one that was refused."""
    CarrierAccount.objects.create(cp_id=4, name="Delhivery", account_code="delhivery surface")
    CarrierAccount.objects.create(cp_id=5, name="Bluedart")
    good, bad = sold(), sold()
    clickpost.begin_bookings(order=good, actor=STAFF)
    row, _parcel = booked(good)
    vendor.pick_up(row.reference)
    vendor.travel(row.reference)
    vendor.scan(row.reference, 77, "Gate pass", "Mumbai_Hub", name="GatePass")
    vendor.fail(row.reference, ndr=6, words="House number is missing")
    hear(vendor)
    vendor.codes["/create-order/"] = [352]
    clickpost.begin_bookings(order=bad, actor=STAFF)
    clickpost.send_due()
    return good, bad


def test_staff_and_buyers_see_where_a_parcel_is(
    vendor: ClickPostVendor, phone: Page, shop: str, boss: str
) -> None:
    good, bad = travelled(vendor)
    phone.goto(f"{shop}/orders/{good.access_token}/")
    expect(phone.get_by_text("Fetched by the carrier, Bengaluru_Hub")).to_be_visible()
    look(phone, "buyer")
    log_in(phone, f"{shop}/admin/", boss)
    phone.goto(f"{shop}/admin/orders/order/{good.pk}/change/")
    expect(phone.get_by_role("link", name="Print (PDF)")).to_be_visible()
    look(phone, "order")
    phone.goto(f"{shop}/admin/orders/order/{bad.pk}/change/")
    expect(phone.get_by_text("enter the account code under Carriers")).to_be_visible()
    look(phone, "refused")
    for name in LISTS:
        phone.goto(f"{shop}/admin/clickpost/{name}/")
        look(phone, name)
