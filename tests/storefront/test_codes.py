"""Coupon codes on the pages of a shop, without scripts."""

from typing import Any

import pytest
from django.test import override_settings

from apps.discounts import services as discounts
from apps.discounts.models import Redemption
from tests.discounts.rules import make_discount
from tests.storefront.bought import orders
from tests.support.acting import SYSTEM, by


def say(page: Any) -> str:
    return page.content.decode()


@pytest.fixture
def coupon(in_store: Any) -> Any:
    return make_discount("TEA10", name="Welcome", min_spend_minor=15_000)


def test_a_code_is_used_shown_and_taken_out_in_the_cart(filled: Any, coupon: Any) -> None:
    page = say(filled.post("/cart/code/", {"code": " tea 10"}, follow=True))
    assert "Welcome" in page
    assert "−₹20.00" in page
    assert "₹180.00" in page
    page = say(filled.post("/cart/code/", {"remove": "TEA10"}, follow=True))
    assert "TEA10" not in page


def test_a_code_that_does_nothing_says_why(filled: Any, coupon: Any) -> None:
    page = say(filled.post("/cart/code/", {"code": "NOPE"}, follow=True))
    assert "There is no such code." in page
    make_discount("RICH", min_spend_minor=25_000)
    page = say(filled.post("/cart/code/", {"code": "rich"}, follow=True))
    assert "Add ₹50.00 more to use this code." in page


def test_a_code_of_the_cart_that_no_longer_applies_stays_with_its_reason(
    filled: Any, coupon: Any
) -> None:
    filled.post("/cart/code/", {"code": "TEA10"})
    coupon.min_spend_minor = 30_000
    by(SYSTEM, discounts.save_discount, discount=coupon)
    page = say(filled.get("/cart/"))
    assert "TEA10" in page
    assert "Add ₹100.00 more to use this code." in page
    assert "−₹" not in page


def test_an_automatic_discount_has_its_row(filled: Any) -> None:
    make_discount(name="Sale")
    page = say(filled.get("/cart/"))
    assert "Sale" in page
    assert "₹180.00" in page


def test_a_code_typed_at_checkout_is_used_before_anything_is_ordered(
    filled: Any, form: Any, coupon: Any
) -> None:
    shown = say(filled.post("/checkout/", form(code="tea10", expected_total="24900")))
    assert orders() == []
    assert 'name="expected_total" value="22900"' in shown
    assert 'value="Mira Rao"' in shown
    refused = say(filled.post("/checkout/", form(code="nope", use="1")))
    assert "There is no such code." in refused
    answer = filled.post("/checkout/", form(expected_total="22900"))
    (order,) = orders()
    assert (order.discount_minor, order.total_minor) == (2_000, 22_900)
    page = say(filled.get(answer["Location"]))
    assert "Welcome" in page
    assert "TEA10" in page


def test_a_code_that_ended_at_checkout_is_said_with_the_new_total_and_then_ordered(
    filled: Any, form: Any, coupon: Any
) -> None:
    filled.post("/cart/code/", {"code": "TEA10"})
    coupon.is_active = False
    by(SYSTEM, discounts.save_discount, discount=coupon)
    refused = filled.post("/checkout/", form(expected_total="22900"))
    assert refused.status_code == 422
    assert "TEA10: This code is not valid at the moment." in say(refused)
    assert "The new total is ₹249.00." in say(refused)
    assert orders() == []
    assert filled.post("/checkout/", form(expected_total="24900")).status_code == 302
    assert by(SYSTEM, Redemption.objects.count) == 0


def test_codes_can_not_be_guessed_by_trying(filled: Any, coupon: Any) -> None:
    with override_settings(API_THROTTLE_RATES={"codes": "2/15m"}):
        for _ in range(2):
            filled.post("/cart/code/", {"code": "GUESS"})
        page = say(filled.post("/cart/code/", {"code": "TEA10"}, follow=True))
    assert "Too many codes were tried." in page
    assert "−₹" not in page
