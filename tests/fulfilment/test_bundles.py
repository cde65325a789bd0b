"""Bundles from the cart to the return: every piece is a piece of a part."""

from typing import Any

import pytest

from apps.carts import services as carts
from apps.carts.selectors import present_cart
from apps.catalog import services as catalog
from apps.catalog.selectors import read_lines
from apps.fulfilment import services as fulfilment
from apps.inventory import services as inventory
from apps.inventory.errors import BundleHasNoStock, BundleRefused, OutOfStock
from apps.inventory.selectors import get_availability
from apps.invoices.printing.slips import slip_rows
from apps.tenancy.context import current_store, use_actor
from tests.checkout.shop import Goods, make_cart, make_goods, place, stock_of
from tests.fulfilment.parcels import buy, settle, ship, take_back
from tests.support.acting import STAFF

pytestmark = pytest.mark.django_db


def bundle(of: Goods, **parts: int) -> None:
    with use_actor(STAFF):
        catalog.save_bundle(
            sku=of.sku, parts=[catalog.PartInput(sku, count) for sku, count in parts.items()]
        )


@pytest.fixture
def tea_set(in_store: Any) -> tuple[Goods, Goods, Goods]:
    """A set of one pot and two cups; seven cups and five pots are there."""
    pot, cup = make_goods(sku="POT", stock=5), make_goods(sku="CUP", stock=7)
    whole = make_goods(sku="SET", stock=0, price_minor=90_000)
    bundle(whole, POT=1, CUP=2)
    return whole, pot, cup


def available(*goods: Goods) -> list[int]:
    found = get_availability([each.variant_ref for each in goods])
    return [found[each.variant_ref] for each in goods]


def test_a_bundle_is_sold_as_far_as_its_parts_reach(tea_set: Any) -> None:
    whole, pot, cup = tea_set
    assert available(whole, pot, cup) == [3, 5, 7]
    order = buy(whole, quantity=3)
    with use_actor(STAFF):
        line = order.lines.get()
    assert [(part.sku, part.quantity) for part in line.bundle_parts] == [("POT", 1), ("CUP", 2)]
    assert line.total_minor == 270_000
    assert (stock_of(pot), stock_of(cup)) == ((5, 0, 3), (7, 0, 6))
    assert available(whole, cup) == [0, 1]


def test_pieces_sold_alone_and_in_bundles_are_counted_together(tea_set: Any) -> None:
    """Each line would fit by itself: two sets take four of the seven cups."""
    whole, _pot, cup = tea_set
    cart = make_cart(whole, quantity=2)
    cart = carts.add_item(cart=cart, variant_ref=cup.variant_ref, quantity=4)
    view = present_cart(cart)
    assert [(line.available, line.is_orderable) for line in view.lines] == [(1, False), (3, False)]
    with pytest.raises(OutOfStock, match="CUP"):
        place(cart)
    assert stock_of(cup) == (7, 0, 0)
    cart = carts.set_quantity(cart=cart, line_id=cart.lines[1].id, quantity=3)
    place(cart)
    assert stock_of(cup) == (7, 7, 0)


def test_the_parts_of_a_bundle_leave_in_parts_and_come_back(tea_set: Any) -> None:
    whole, pot, cup = tea_set
    order = buy(whole, quantity=3)
    parcel = ship(order, pieces=2)
    assert (stock_of(pot), stock_of(cup)) == ((3, 0, 1), (3, 0, 2))
    take_back(parcel, restock=1, write_off=1)
    assert (stock_of(pot), stock_of(cup)) == ((4, 0, 1), (5, 0, 2))
    with use_actor(STAFF):
        fulfilment.cancel_rest(order=order, reason="", actor=STAFF)
    assert (stock_of(pot), stock_of(cup)) == ((4, 0, 0), (5, 0, 0))
    settle(order)


def test_an_order_keeps_the_parts_it_was_placed_with(tea_set: Any) -> None:
    whole, pot, cup = tea_set
    order = buy(whole, quantity=1)
    bundle(whole, POT=1, CUP=3)
    ship(order)
    assert (stock_of(pot), stock_of(cup)) == ((4, 0, 0), (5, 0, 0))
    with use_actor(STAFF):
        line = order.lines.get()
    assert [cells[1:] for cells in slip_rows(line, 2)] == [["SET", "2"], ["POT", "2"], ["CUP", "4"]]


def test_no_bundle_is_made_of_bundles_or_sold_without_a_part(tea_set: Any) -> None:
    whole, pot, _cup = tea_set
    other = make_goods(sku="BOX", stock=0)
    for sku, parts in (
        ("BOX", {"SET": 1}),
        ("POT", {"BOX": 1}),
        ("BOX", {"BOX": 1}),
        ("BOX", {"GONE": 1}),
        ("BOX", {"POT": 0}),
        ("BOX", {}),
    ):
        with pytest.raises(BundleRefused):
            bundle(Goods(None, "", sku), **parts)
    with pytest.raises(BundleHasNoStock), use_actor(STAFF):
        inventory.receive_stock(variant_ref=whole.variant_ref, sku="SET", quantity=1)
    bundle(other, POT=2)
    assert available(other) == [2]
    with use_actor(STAFF):
        catalog.delete_product(product=pot.product)
    lines = read_lines([whole.variant_ref, other.variant_ref], current_store().currency)
    assert [line.is_saleable for line in lines.values()] == [False, False]
