"""Saved for later, news line by line, rules of merging, and the end of a cart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson import BSON

from apps.carts import services as carts
from apps.carts.documents import Cart, NoticeCode
from apps.carts.errors import NotEnoughStock, TooManySaved
from apps.carts.models import CartSettings
from apps.carts.notices import MOST_NOTICES
from apps.carts.selectors import get_cart, present_cart
from apps.carts.services import MergeChoice
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import PriceInput, ProductInput
from apps.common.clock import now
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.tenancy.context import use_actor
from apps.tenancy.documents.access import scoped_collection
from tests.support.acting import STAFF

pytestmark = pytest.mark.usefixtures("in_store")
Sell = Callable[..., Product]


def filled(goods: dict[Product, int], customer_ref: str | None = None) -> Cart:
    cart = carts.get_or_create_cart(customer_ref=customer_ref)
    for product, quantity in goods.items():
        cart = carts.add_item(cart=cart, variant_ref=product.variants[0].id, quantity=quantity)
    return cart


@use_actor(STAFF)
def leave(product: Product, pieces: int) -> None:
    item = StockItem.objects.get(variant_ref=product.variants[0].id)
    inventory.set_on_hand(stock_item=item, on_hand=pieces, reason="broken")


@use_actor(STAFF)
def set_rules(**values: Any) -> None:
    row = CartSettings.objects.get_or_create(key="store")[0]
    for name, value in values.items():
        setattr(row, name, value)
    carts.save_cart_settings(row)


def quantities(lines: Any) -> dict[str, int]:
    return {line.sku: line.quantity for line in lines}


@pytest.mark.parametrize(
    ("rule", "lines", "saved", "asked", "news"),
    [
        ("add", {"MUG": 5, "CUP": 1}, {}, {}, ["added_up", "added"]),
        ("larger", {"MUG": 3, "CUP": 1}, {}, {}, ["kept_larger", "added"]),
        ("save", {"MUG": 2}, {"MUG": 3, "CUP": 1}, {}, ["saved", "saved"]),
        ("ask", {"MUG": 2}, {}, {"MUG": 3, "CUP": 1}, []),
    ],
)
def test_the_store_decides_how_carts_are_merged_and_each_line_is_news(
    sell: Sell,
    rule: str,
    lines: dict[str, int],
    saved: dict[str, int],
    asked: dict[str, int],
    news: list[str],
) -> None:
    set_rules(merge_rule=rule)
    mug, cup = sell("mug"), sell("cup")
    filled({mug: 2}, "anna")
    guest = filled({mug: 3, cup: 1})
    for _ in range(2):  # a second login with the same guest's cart does nothing
        cart = carts.merge_carts(guest_token=guest.token, customer_ref="anna")
        assert cart is not None
        assert quantities(cart.lines) == lines
        assert quantities(cart.saved_lines) == saved
        assert quantities(cart.asked_lines) == asked
        assert [each.code for each in cart.open_notices] == news
    if rule == "ask":
        assert cart is not None
        joined = carts.answer_merge(cart=cart, choice=MergeChoice.ADD)
        assert quantities(joined.lines) == {"MUG": 5, "CUP": 1}
        assert carts.answer_merge(cart=joined, choice=MergeChoice.ADD).version == joined.version


def test_a_merged_cart_does_not_come_back_after_the_order(sell: Sell) -> None:
    guest = filled({sell("mug"): 3})
    cart = carts.merge_carts(guest_token=guest.token, customer_ref="anna")
    assert cart is not None
    carts.close_claimed(claim=carts.claim_cart(cart=cart))
    assert carts.merge_carts(guest_token=guest.token, customer_ref="anna") is None


@pytest.mark.parametrize("customer_ref", [None, "anna"])
def test_what_is_saved_outlives_the_order(sell: Sell, customer_ref: str | None) -> None:
    mug, cup = sell("mug"), sell("cup")
    cart = filled({mug: 1, cup: 2}, customer_ref)
    cart = carts.save_for_later(cart=cart, line_id=cart.lines[1].id)
    token = cart.token
    claim = carts.claim_cart(cart=cart)
    assert quantities(claim.cart.lines) == {"MUG": 1}
    for _ in range(2):  # the outbox may say it twice
        carts.close_cart(checkout_id=claim.checkout_id)
        found = get_cart(token=token, customer_ref=customer_ref)
        assert found is not None
        assert (quantities(found.lines), quantities(found.saved_lines)) == ({}, {"CUP": 2})
    assert found.token != token


def test_an_unanswered_question_survives_the_order(sell: Sell) -> None:
    set_rules(merge_rule="ask")
    filled({sell("mug"): 1}, "anna")
    guest = filled({sell("cup"): 2})
    cart = carts.merge_carts(guest_token=guest.token, customer_ref="anna")
    assert cart is not None
    carts.close_claimed(claim=carts.claim_cart(cart=cart))
    found = get_cart(customer_ref="anna")
    assert found is not None
    assert quantities(found.saved_lines) == {"CUP": 2}


def test_what_comes_back_is_checked_and_never_changed_silently(sell: Sell, settings: Any) -> None:
    mug = sell("mug", stock=10)
    cart = filled({mug: 6})
    line = cart.lines[0].id
    cart = carts.save_for_later(cart=cart, line_id=line)
    assert (cart.lines, present_cart(cart).subtotal.amount) == ([], 0)
    leave(mug, 0)
    with pytest.raises(NotEnoughStock):
        carts.take_back(cart=cart, line_id=line)
    leave(mug, 4)
    cart = carts.take_back(cart=cart, line_id=line)
    assert (quantities(cart.lines), cart.saved_lines) == ({"MUG": 4}, [])
    [notice] = cart.open_notices
    assert (notice.code, notice.before, notice.after) == (NoticeCode.REDUCED, 6, 4)
    cart = carts.dismiss_notices(cart=cart, notice_id=notice.id)
    assert cart.open_notices == []
    settings.CART_MAX_SAVED = 0
    with pytest.raises(TooManySaved):
        carts.save_for_later(cart=cart, line_id=cart.lines[0].id)


def test_a_change_is_shown_until_the_buyer_has_seen_it(sell: Sell) -> None:
    mug = sell("mug", minor=10_000)
    cart = filled({mug: 1})
    given = ProductInput.of(mug)
    dearer = replace(given.variants[0], prices=[PriceInput(currency="INR", amount_minor=12_000)])
    with use_actor(STAFF):
        catalog.save_product(
            data=replace(given, variants=[dearer], tax_class="exempt"), product=mug
        )
    shown = present_cart(cart).lines[0].warnings
    assert [each.code for each in shown] == ["price_up", "tax_changed"]
    assert "₹100.00" in shown[0].text
    assert "₹120.00" in shown[0].text
    cart = carts.accept_changes(cart=cart, line_id=cart.lines[0].id)
    assert present_cart(cart).lines[0].warnings == ()
    leave(mug, 0)
    cart = carts.take_what_is_left(cart=cart)
    assert [each.code for each in cart.open_notices] == [NoticeCode.REMOVED]


def test_a_store_says_how_long_carts_are_kept(sell: Sell) -> None:
    set_rules(guest_days=2, customer_days=90)
    mug = sell("mug")
    ends = [filled({mug: 1}, whose).expires_at - now() for whose in (None, "anna")]
    assert timedelta(days=1, hours=23) < ends[0] <= timedelta(days=2)
    assert timedelta(days=89, hours=23) < ends[1] <= timedelta(days=90)


def test_a_cart_stays_a_small_document(sell: Sell, settings: Any) -> None:
    """All parts at their limits, with the longest texts, are far below the 16 MB of a document."""
    line = filled({sell("mug"): 1}).lines[0]
    line.title, line.sku = "ก" * 300, "ก" * 64
    part = scoped_collection(Cart).embedded(line)
    lines = 2 * settings.CART_MAX_LINES + settings.CART_MAX_SAVED
    assert len(BSON.encode({"lines": [part] * (lines + MOST_NOTICES)})) < 1_000_000
