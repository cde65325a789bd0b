"""Packs, minimum and maximum of a variant: one rule, wherever a quantity comes from."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from apps.carts import services as carts
from apps.carts.selectors import present_cart
from apps.carts.sharing import make_share_token, preview, read_share_token
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.errors import InvalidProduct
from apps.catalog.inputs import ProductInput
from apps.catalog.quantities import QuantityNotAllowed, QuantityRule
from apps.checkout import services as checkout
from apps.checkout.selectors import list_checkout_options
from apps.checkout.services import DraftInput, DraftLineInput
from apps.common.actor import Actor
from apps.tenancy.context import use_actor
from tests.support.acting import STAFF

Sell = Callable[..., Product]


@pytest.mark.parametrize(
    ("rule", "allowed", "refused"),
    [
        (QuantityRule(), [1, 2, 999], {0: [1], -3: [1]}),
        (QuantityRule(12, None, 6), [12, 18, 600], {6: [12], 13: [12, 18], 1: [12]}),
        (QuantityRule(10, 40, 6), [12, 36], {10: [12], 37: [36], 40: [36], 999: [36]}),
        (QuantityRule(1, 3, 1), [1, 3], {4: [3]}),
        (QuantityRule(5, None, 1), [5, 6], {4: [5]}),
    ],
)
def test_only_whole_packs_within_the_limits(
    rule: QuantityRule, allowed: list[int], refused: dict[int, list[int]]
) -> None:
    assert all(rule.allows(each) for each in allowed)
    assert {each: rule.nearest(each) for each in refused} == refused
    assert not any(rule.allows(each) for each in refused)


def test_no_way_into_an_order_goes_around_the_rule(
    in_store: Any, sell: Sell, system_scope: None
) -> None:
    cup = sell("cup", stock=100, min_quantity=12, max_quantity=60, quantity_step=6)
    ref = cup.variants[0].id
    with pytest.raises(QuantityNotAllowed, match="Nearest: 12 or 18") as refused:
        carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref, quantity=13)
    assert refused.value.details["nearest"] == [12, 18]
    cart = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref, quantity=12)
    line = cart.lines[0].id
    for wrong in (1, 15, 66):
        with pytest.raises(QuantityNotAllowed):
            carts.set_quantity(cart=cart, line_id=line, quantity=wrong)
    # order again, and a link: whole packs, and no more than there may be
    again = carts.refill(cart=carts.get_or_create_cart(), wanted={ref: 100})
    assert [each.quantity for each in again.lines] == [60]
    assert carts.refill(cart=carts.get_or_create_cart(), wanted={ref: 5}).lines == []
    shown = preview(read_share_token(make_share_token({ref: 13}))).view.lines[0]
    assert (shown.warnings[0].code, shown.offered) == ("quantity_not_allowed", [12, 18])
    data = DraftInput(lines=[DraftLineInput(variant_ref=ref, quantity=7)])
    with use_actor(STAFF), pytest.raises(QuantityNotAllowed):
        checkout.save_draft(data=data, actor=Actor.guest())
    # the rule changes while a cart has the old quantity: the page says so, and checkout refuses
    with use_actor(STAFF):
        given = ProductInput.of(cup)
        bigger = replace(given.variants[0], quantity_step=10, min_quantity=10)
        catalog.save_product(data=replace(given, variants=[bigger]), product=cup)
    view = present_cart(cart)
    assert [each.code for each in view.lines[0].warnings] == ["quantity_not_allowed"]
    assert not view.is_orderable
    with pytest.raises(QuantityNotAllowed):
        list_checkout_options(cart, country="IN")


def test_a_rule_that_nothing_fits_is_refused(in_store: Any, sell: Sell) -> None:
    with pytest.raises(InvalidProduct, match=r"."):
        sell("cup", min_quantity=7, max_quantity=11, quantity_step=6)
    with pytest.raises(InvalidProduct):
        sell("cup", quantity_step=0)


def test_fewer_left_than_a_pack_is_sold_out(in_store: Any, sell: Sell) -> None:
    cup = sell("cup", stock=8, quantity_step=6)
    cart = carts.refill(cart=carts.get_or_create_cart(), wanted={cup.variants[0].id: 12})
    assert [line.quantity for line in cart.lines] == [6]
    few = sell("few", stock=4, quantity_step=6)
    assert carts.refill(cart=carts.get_or_create_cart(), wanted={few.variants[0].id: 6}).lines == []
