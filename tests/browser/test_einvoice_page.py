"""An e-invoice on a phone: the worker registers it, its page shows the number, and a person cancels it and makes it again."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.invoices import services as invoices
from apps.invoices.kinds import Registers
from apps.invoices.models import EInvoice
from apps.invoices.states import EInvoiceState
from tests.browser.pages import AXE
from tests.browser.walking import log_in
from tests.invoices.business import register_seller, sell, switch
from tests.invoices.shop import GSTIN
from tests.support.acting import seeing_all
from tests.support.irp_server import Fault, IrpServer, irp_server
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def portal(throwaway_store: Any) -> Iterator[IrpServer]:
    with irp_server(GSTIN) as server, seeing_all(throwaway_store):
        register_seller()
        invoices.save_portal_keys(keys=server.keys)
        switch(Registers.BUSINESSES)
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


def test_an_e_invoice_from_a_refusal_to_another_one(
    throwaway_store: Any, portal: IrpServer, phone: Page, shop: str, boss: str
) -> None:
    portal.refuse = [Fault("2176", "Invalid HSN code")]
    with seeing_all(throwaway_store):
        document = sell(on=None)
        invoices.send_due_einvoices()
    wait_for(throwaway_store, document, EInvoiceState.REFUSED)
    log_in(phone, f"{shop}/admin/", boss)
    address = f"{shop}/admin/invoices/document/{document.pk}/change/"
    phone.goto(address)
    expect(phone.get_by_text("Invalid HSN code. (2176)")).to_be_visible()
    look(phone, "refused")
    phone.get_by_role("button", name="Try again").click()
    expect(phone.get_by_text("The portal is asked again")).to_be_visible()
    wait_for(throwaway_store, document, EInvoiceState.REGISTERED)
    phone.goto(address)
    (kept,) = portal.kept.values()
    expect(phone.get_by_text(kept.irn)).to_be_visible()
    look(phone, "registered")
    phone.locator("summary", has_text="Cancel the e-invoice").click()
    phone.get_by_label("Reason").select_option("2")
    phone.get_by_label("Remark").fill("Wrong address")
    look(phone, "cancelling")
    phone.get_by_role("button", name="Cancel it").click()
    wait_for(throwaway_store, document, EInvoiceState.CANCELLED)
    phone.goto(address)
    phone.get_by_role("button", name="Make it again").click()
    expect(phone.get_by_text("The document is made again.")).to_be_visible()
    phone.goto(f"{shop}/admin/invoices/document/")
    look(phone, "list")
    phone.goto(f"{shop}/admin/invoices/invoicesettings/portal/")
    phone.get_by_role("button", name="Test the connection").click()
    expect(phone.get_by_text("Its answers can be read.")).to_be_visible()
    look(phone, "keys")
    phone.goto(f"{shop}/admin/invoices/invoicesettings/")
    look(phone, "settings")
    phone.goto(f"{shop}/orders/{document.order.access_token}/")
    look(phone, "order")


def wait_for(store: Any, document: Any, state: EInvoiceState) -> None:
    def is_there() -> bool:
        with seeing_all(store):
            return EInvoice.objects.get(document=document).state == state

    wait_until(is_there, f"the e-invoice is {state}", seconds=60)
