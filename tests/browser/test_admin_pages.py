"""The admin in a browser: nothing wider than a phone, nothing that axe finds, in light and dark."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import AXE
from tests.browser.platform import Platform
from tests.browser.walking import log_in
from tests.support.acting import seeing_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.matrix,
    pytest.mark.django_db(transaction=True),
]
# Rows of lists that are higher than a card: three lines that may wrap, or the first changes of an audit entry.
TOWERS = "[...document.querySelectorAll('#result_list tr.data-row')].map(row => row.offsetHeight).filter(high => high > 240)"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def buyers(throwaway_store: Any, shop: str) -> tuple[str, str]:
    """The pages of a customer with an order, an address and a note, and of a guest."""
    from apps.accounts import services as accounts
    from apps.accounts.notes import add_note
    from apps.common.actor import Actor
    from tests.api.shop import ADDRESSES
    from tests.support.orders import place

    with seeing_all(throwaway_store):
        customer = accounts.create_user(email="buyer@example.com", password=None, first_name="Asha")
        accounts.save_address(user=customer, values=ADDRESSES["IN"])
        add_note(email=customer.email, text="Rings twice.", actor=Actor.system())
        place(customer_id=customer.pk)
        guest = place()
    customers = "/admin/accounts/customer/"
    return f"{customers}{customer.pk}/", f"{customers}guests/{guest.pk}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_admin(
    platform: Platform,
    browser: Browser,
    operator: str,
    boss: str,
    shop: str,
    throwaway_store: Any,
    buyers: tuple[str, str],
    scheme: Any,
) -> None:
    store = throwaway_store
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    visits = {
        (platform.url(path=""), operator): (
            "/admin/",
            "/admin/platform/store/",
            "/admin/platform/store/add/",
            f"/admin/platform/store/{store.pk}/change/",
            f"/admin/platform/store/{store.pk}/status/suspend/",
            "/admin/platform/domain/add/",
            "/admin/accounts/user/add/",
            "/admin/events/auditentry/",
            f"/admin/platform/storemove/start/{store.pk}/",
            f"/admin/platform/sandboxjob/store/{store.pk}/",
            "/admin/platform/sandboxjob/",
            "/admin/platform/plan/",
            "/admin/platform/usagemetric/",
            f"/admin/platform/store/{store.pk}/plan/",
        ),
        (shop, boss): (
            "/admin/",
            "/admin/orders/order/",
            "/admin/catalog/product/",
            "/admin/catalog/category/",
            "/admin/payments/payment/",
            "/admin/pricing/shippingmethod/",
            "/admin/content/page/",
            "/admin/events/auditentry/",
            "/admin/catalog/product/add/",
            "/admin/inventory/stockitem/",
            "/admin/accounts/customer/",
            "/admin/accounts/customer/guests/",
            *buyers,
            "/admin/accounts/user/",
            "/admin/pricing/shippingmethod/add/",
            "/admin/pricing/taxsettings/",
            "/admin/content/page/add/",
            "/admin/content/theme/",
            "/admin/events/outboxmessage/",
            "/admin/plan/",
            "/admin/domains/",
        ),
    }
    wrong = []
    for (host, email), paths in visits.items():
        log_in(page, f"{host}/admin/", email)
        for path in paths:
            page.goto(f"{host}{path}")
            page.evaluate(AXE)
            found = page.evaluate(
                "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
                "v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]))",
                RULES,
            )
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            towers = page.evaluate(TOWERS)
            if found or wide > 0 or towers:
                wrong.append((path, found, wide, towers))
    context.close()
    assert wrong == []
