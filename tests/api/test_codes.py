"""Coupon codes by the API."""

from typing import Any

import pytest
from django.test import override_settings

from tests.api.shop import Api, order_body
from tests.checkout.shop import make_goods
from tests.discounts.rules import make_discount

pytestmark = pytest.mark.usefixtures("in_store")


def test_a_code_is_added_shown_refused_with_its_reason_and_removed(store: Any) -> None:
    make_discount("SAVE10", name="Welcome")
    guest = Api(store)
    added = guest.post("cart/items", {"variant_id": make_goods().variant_ref})
    guest = guest.with_headers(**{"x-cart-token": added["X-Cart-Token"]})

    refused = guest.post("cart/codes", {"code": "nope"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "code_not_applied")
    cart = guest.post("cart/codes", {"code": "save 10"}).json()
    assert cart["codes"] == ["SAVE10"]
    assert cart["discount"] == {"amount": "50.00", "currency": "INR"}
    totals = guest.get("checkout/options?country=IN").json()["totals"]
    assert [each["name"] for each in totals["discounts"]] == ["Welcome"]
    assert guest("delete", "cart/codes/save10").json()["codes"] == []
    guest.post("cart/codes", {"code": "SAVE10"})
    placed = guest.post("orders", order_body(store)).json()
    order = guest.get(f"orders/{placed['id']}", **{"x-order-token": placed["access_token"]}).json()
    assert order["discounts"][0]["code"] == "SAVE10"
    assert order["lines"][0]["discount"]["amount"] == "50.00"


def test_an_address_may_try_so_many_codes(store: Any) -> None:
    guest = Api(store)
    added = guest.post("cart/items", {"variant_id": make_goods().variant_ref})
    guest = guest.with_headers(**{"x-cart-token": added["X-Cart-Token"]})
    with override_settings(API_THROTTLE_RATES={"codes": "1/15m"}):
        answers = [guest.post("cart/codes", {"code": "GUESS"}).status_code for _ in range(2)]
    assert answers == [409, 429]
