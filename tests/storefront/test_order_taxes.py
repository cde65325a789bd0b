"""The tax on a buyer's page: of the order, of what was given back, of what remains."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from apps.fulfilment.services import Credit
from apps.orders.models import Order
from tests.checkout.shop import Goods
from tests.fulfilment.parcels import CASH, buy, deliver, sell_with_gst, settle, ship, take_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store")]


@pytest.fixture
def goods(in_store: Any) -> Goods:
    return sell_with_gst()


def sums_on(browse: Client, order: Order) -> str:
    page = browse.get(f"/orders/{order.access_token}/").content.decode()
    sums = page.split('<dl class="sums">')[1].split("</dl>")[0]
    return re.sub(r"\s+", " ", strip_tags(sums.replace("<", " <"))).strip()


def test_a_refund_and_what_remains_have_their_tax(browse: Client, goods: Goods) -> None:
    order = buy(goods, quantity=3)
    parcel = deliver(ship(order))
    assert sums_on(browse, order).endswith(
        "Total ₹1,819.00 of which tax ₹277.48 CGST 9% ₹138.74 SGST 9% ₹138.74"
    )
    take_back(parcel, restock=1, credit=Credit())
    for word in ("Refund on its way", "Refunded"):
        assert (
            f"{word} −₹590.00 of which tax ₹90.00 CGST 9% ₹45.00 SGST 9% ₹45.00 "
            "What you paid in the end ₹1,229.00 of which tax ₹187.48 CGST 9% ₹93.74 SGST 9% ₹93.74"
        ) in sums_on(browse, order)
        settle(order)


def test_cash_that_is_not_due_any_more_has_its_tax(browse: Client, goods: Goods) -> None:
    order = buy(goods, quantity=2, payment_method=CASH)
    deliver(ship(order, 1))
    second = ship(order)
    assert "Paid on delivery so far −₹639.00 Still to pay ₹590.00" in sums_on(browse, order)
    take_back(second, restock=1)
    settle(order)
    assert sums_on(browse, order).endswith(
        "No longer due −₹590.00 of which tax ₹90.00 CGST 9% ₹45.00 SGST 9% ₹45.00 "
        "What you paid in the end ₹639.00 of which tax ₹97.48 CGST 9% ₹48.74 SGST 9% ₹48.74"
    )
