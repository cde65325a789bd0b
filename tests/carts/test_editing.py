"""What a visitor may do with a cart, and what is refused without a trace."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import (
    CartLineNotFound,
    InvalidQuantity,
    ItemNotAvailable,
    NotEnoughStock,
    TooManyLines,
)
from apps.carts.selectors import get_cart, present_cart, read_goods_of
from apps.catalog import services as catalog
from apps.catalog.documents import Product
from apps.catalog.inputs import ProductInput
from apps.common.clock import now
from apps.common.money import to_minor
from apps.tenancy.context import use_actor, use_store
from apps.tenancy.documents.access import scoped_collection
from tests.support.acting import GUEST, STAFF

pytestmark = pytest.mark.usefixtures("in_store")
Sell = Callable[..., Product]


def stored(cart: Cart) -> list[tuple[str, int]]:
    fresh = Cart.objects.get(pk=cart.pk)
    return [(line.sku, line.quantity) for line in fresh.lines]


def test_a_guest_finds_the_cart_again_by_its_token(sell: Sell) -> None:
    cart = carts.get_or_create_cart()
    cart = carts.add_item(cart=cart, variant_ref=sell("mug").variants[0].id, quantity=2)
    again = carts.get_or_create_cart(token=cart.token)
    assert again.pk == cart.pk
    assert again.count == 2
    assert again.lines[0].unit_price_minor == 10_000
    assert again.lines[0].added_at.tzinfo is not None


def test_nobody_chooses_the_token_of_a_new_cart() -> None:
    cart = carts.get_or_create_cart(token="chosen-by-a-stranger")
    assert cart.token != "chosen-by-a-stranger"
    assert len(cart.token) >= 22
    assert get_cart(token="chosen-by-a-stranger") is None


@pytest.mark.parametrize("token", ["", None, {"$ne": None}, 5, ["x"]])
def test_what_is_no_token_opens_no_cart(token: Any) -> None:
    carts.get_or_create_cart()
    assert get_cart(token=token) is None


def test_a_customers_cart_does_not_open_by_its_token() -> None:
    cart = carts.get_or_create_cart(customer_ref="anna")
    assert get_cart(token=cart.token) is None
    assert get_cart(customer_ref="anna").pk == cart.pk
    assert get_cart(customer_ref="bert") is None


def test_adding_the_same_again_adds_up(sell: Sell) -> None:
    ref = sell("mug").variants[0].id
    cart = carts.get_or_create_cart()
    for _ in range(3):
        cart = carts.add_item(cart=cart, variant_ref=ref, quantity=2)
    assert stored(cart) == [("MUG", 6)]


@pytest.mark.parametrize(
    "quantity", [0, -1, True, 1.0, 1.5, "2", None, 1000, 10**30, float("nan"), [1], {"$inc": 1}]
)
def test_only_whole_numbers_from_one_to_the_limit_are_quantities(sell: Sell, quantity: Any) -> None:
    ref = sell("mug", stock=5000).variants[0].id
    cart = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref)
    with pytest.raises(InvalidQuantity) as caught:
        carts.add_item(cart=cart, variant_ref=ref, quantity=quantity)
    assert "quantity" in caught.value.fields
    with pytest.raises(InvalidQuantity):
        carts.set_quantity(cart=cart, line_id=cart.lines[0].id, quantity=quantity)
    assert stored(cart) == [("MUG", 1)]


def test_small_steps_do_not_pass_the_limit_either(sell: Sell) -> None:
    ref = sell("mug", stock=5000).variants[0].id
    cart = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref, quantity=998)
    with pytest.raises(InvalidQuantity):
        carts.add_item(cart=cart, variant_ref=ref, quantity=2)
    assert stored(cart) == [("MUG", 998)]


@pytest.mark.parametrize("ref", ["", "unknown", None, 5, {"$ne": ""}, "x" * 5000])
def test_what_is_not_in_the_catalog_is_not_available(ref: Any) -> None:
    cart = carts.get_or_create_cart()
    with pytest.raises(ItemNotAvailable):
        carts.add_item(cart=cart, variant_ref=ref)
    assert stored(cart) == []


def test_drafts_and_other_stores_goods_are_not_available(sell: Sell, other_store: Any) -> None:
    product = sell("mug")
    cart = carts.get_or_create_cart()
    catalog.set_product_status(product=product, status="draft")
    with pytest.raises(ItemNotAvailable):
        carts.add_item(cart=cart, variant_ref=product.variants[0].id)
    cup = sell("cup")
    with use_store(other_store):
        theirs = carts.get_or_create_cart()
        with pytest.raises(ItemNotAvailable):
            carts.add_item(cart=theirs, variant_ref=cup.variants[0].id)
    assert stored(cart) == []


def test_no_more_than_there_is_goes_into_the_cart(sell: Sell) -> None:
    ref = sell("mug", stock=3).variants[0].id
    cart = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref, quantity=2)
    with pytest.raises(NotEnoughStock) as caught:
        carts.add_item(cart=cart, variant_ref=ref, quantity=2)
    assert caught.value.available == 3
    assert "Only 3 mug are left" in str(caught.value)
    with pytest.raises(NotEnoughStock):
        carts.set_quantity(cart=cart, line_id=cart.lines[0].id, quantity=4)
    assert stored(cart) == [("MUG", 2)]
    sold_out = sell("cup", stock=0).variants[0].id
    with pytest.raises(NotEnoughStock, match="sold out"):
        carts.add_item(cart=cart, variant_ref=sold_out)


def test_digital_goods_are_not_counted(sell: Sell) -> None:
    ref = sell("ebook", digital=True).variants[0].id
    cart = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref, quantity=50)
    view = present_cart(cart)
    assert view.lines[0].available is None
    assert view.is_orderable


def test_fewer_is_possible_even_of_what_is_gone(sell: Sell) -> None:
    product = sell("mug")
    cart = carts.get_or_create_cart()
    cart = carts.add_item(cart=cart, variant_ref=product.variants[0].id, quantity=5)
    catalog.delete_product(product=product)
    cart = carts.set_quantity(cart=cart, line_id=cart.lines[0].id, quantity=2)
    assert stored(cart) == [("MUG", 2)]
    with pytest.raises(ItemNotAvailable):
        carts.set_quantity(cart=cart, line_id=cart.lines[0].id, quantity=3)
    cart = carts.remove_item(cart=cart, line_id=cart.lines[0].id)
    assert carts.remove_item(cart=cart, line_id="gone").is_empty


def test_a_line_of_another_cart_is_not_found(sell: Sell) -> None:
    ref = sell("mug").variants[0].id
    mine = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref)
    theirs = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref)
    with pytest.raises(CartLineNotFound):
        carts.set_quantity(cart=mine, line_id=theirs.lines[0].id, quantity=2)
    assert stored(theirs) == [("MUG", 1)]


def test_a_cart_has_so_many_lines_and_no_more(sell: Sell, settings: Any) -> None:
    settings.CART_MAX_LINES = 2
    refs = [sell(name).variants[0].id for name in ("mug", "cup", "pot")]
    cart = carts.get_or_create_cart()
    for ref in refs[:2]:
        cart = carts.add_item(cart=cart, variant_ref=ref)
    with pytest.raises(TooManyLines):
        carts.add_item(cart=cart, variant_ref=refs[2])
    assert len(carts.add_item(cart=cart, variant_ref=refs[0]).lines) == 2


def test_the_page_tells_what_changed_since_adding(sell: Sell) -> None:
    products = {name: sell(name, stock=10) for name in ("mug", "cup", "pot", "jar")}
    cart = carts.get_or_create_cart()
    for product in products.values():
        cart = carts.add_item(cart=cart, variant_ref=product.variants[0].id, quantity=10)
    catalog.set_product_status(product=products["cup"], status="archived")
    data = ProductInput.of(products["pot"])
    dearer = replace(
        data.variants[0], prices=[replace(data.variants[0].prices[0], amount_minor=12_000)]
    )
    catalog.save_product(data=replace(data, variants=[dearer]), product=products["pot"])
    set_stock(products["jar"].variants[0].id, 4)
    view = present_cart(cart)
    codes = {line.sku: [warning.code for warning in line.warnings] for line in view.lines}
    assert codes == {
        "MUG": [],
        "CUP": ["unavailable"],
        "POT": ["price_up"],
        "JAR": ["only_some_left"],
    }
    assert [line.is_orderable for line in view.lines] == [True, False, True, False]
    pot = view.lines[2]
    assert (str(pot.unit_price.amount), str(pot.old_unit_price.amount)) == ("120.00", "100.00")
    assert str(view.subtotal.amount) == "2200.00"
    assert view.count == 40
    assert not view.is_orderable
    set_stock(products["jar"].variants[0].id, 0)
    assert present_cart(cart).lines[3].warnings[0].code == "sold_out"


@use_actor(STAFF)
def set_stock(variant_ref: str, on_hand: int) -> None:
    from apps.inventory import services as inventory
    from apps.inventory.models import StockItem

    inventory.set_on_hand(
        stock_item=StockItem.objects.get(variant_ref=variant_ref), on_hand=on_hand, reason="test"
    )


def test_a_cart_page_costs_the_same_with_many_lines(
    sell: Sell, django_assert_num_queries: Any
) -> None:
    cart = carts.get_or_create_cart()
    for number in range(6):
        cart = carts.add_item(cart=cart, variant_ref=sell(f"mug{number}").variants[0].id)
    with (
        django_assert_num_queries(2, using="documents"),
        django_assert_num_queries(1, using="default"),
    ):
        view = present_cart(carts.get_or_create_cart(token=cart.token))
    assert len(view.lines) == 6
    assert view.is_orderable


def test_adding_what_was_read_before_costs_one_read_one_write_and_one_query(
    sell: Sell, django_assert_num_queries: Any
) -> None:
    ref = sell("mug").variants[0].id
    with use_actor(GUEST):
        # the first statement says who acts; the connection keeps it
        token = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref).token
        with (
            django_assert_num_queries(2, using="documents"),
            django_assert_num_queries(1, using="default"),
        ):
            carts.add_item(cart=carts.get_or_create_cart(token=token), variant_ref=ref)


def test_a_cart_shows_a_new_price_at_once(sell: Sell) -> None:
    product = sell("mug")
    cart = carts.add_item(cart=carts.get_or_create_cart(), variant_ref=product.variants[0].id)
    before = present_cart(cart).subtotal
    scoped_collection(Product).update_one(
        {"_id": product.pk}, {"$set": {"variants.0.prices.0.amount_minor": 1}}
    )
    (line,) = present_cart(cart).lines
    assert (before.amount > 1, line.unit_price.amount, line.old_unit_price) == (
        True,
        Decimal("0.01"),
        before,
    )


def test_an_empty_cart_is_not_orderable() -> None:
    view = present_cart(carts.get_or_create_cart())
    assert view.is_empty
    assert not view.is_orderable
    assert view.subtotal.amount == 0


def test_forgotten_carts_go_and_those_being_ordered_stay(sell: Sell) -> None:
    ref = sell("mug").variants[0].id
    fresh, old, ordering, closed = (
        carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref) for _ in range(4)
    )
    carts.claim_cart(cart=ordering)
    carts.close_cart(checkout_id=carts.claim_cart(cart=closed).checkout_id)
    long_ago = now() - timedelta(days=60)
    others = Cart.objects.exclude(pk=fresh.pk)
    others.update(expires_at=long_ago, updated_at=long_ago)
    assert carts.purge_expired() == 2
    assert set(Cart.objects.values_list("pk", flat=True)) == {fresh.pk, ordering.pk}
    assert not Cart.objects.filter(pk=old.pk).exists()


def test_carts_of_another_store_are_not_there(other_store: Any) -> None:
    cart = carts.get_or_create_cart(customer_ref="anna")
    guest = carts.get_or_create_cart()
    with use_store(other_store):
        assert get_cart(token=guest.token) is None
        assert get_cart(customer_ref="anna") is None
        assert carts.get_or_create_cart(customer_ref="anna").pk != cart.pk


def test_a_new_cart_is_stored_by_its_first_change(sell: Callable[..., Product]) -> None:
    ref = sell("mug").variants[0].id
    cart = carts.find_or_build_cart()
    assert not Cart.objects.exists()
    stored = carts.add_item(cart=cart, variant_ref=ref, quantity=2)
    assert (stored.token, stored.count, stored.version) == (cart.token, 2, 1)
    assert cart.lines == []
    assert get_cart(token=cart.token) == Cart.objects.get()
    assert carts.find_or_build_cart(token=cart.token).pk == stored.pk
    assert carts.add_item(cart=stored, variant_ref=ref).version == 2


def test_the_first_item_goes_into_the_cart_of_the_other_tab(sell: Callable[..., Product]) -> None:
    ref = sell("mug").variants[0].id
    here = carts.find_or_build_cart(customer_ref="anna")
    there = carts.add_item(cart=carts.find_or_build_cart(customer_ref="anna"), variant_ref=ref)
    cart = carts.add_item(cart=here, variant_ref=ref, quantity=2)
    assert (cart.pk, cart.count) == (there.pk, 3)
    assert Cart.objects.count() == 1


def test_what_was_read_of_the_goods_is_not_read_again_and_never_of_others(
    sell: Callable[..., Product],
) -> None:
    mug, cup = sell("mug", minor=500).variants[0].id, sell("cup", minor=700).variants[0].id
    cart = carts.find_or_build_cart()
    goods = read_goods_of(cart, mug)
    cart = carts.add_item(cart=cart, variant_ref=mug, goods=goods)
    assert goods.covers(cart)
    assert [line.available for line in present_cart(cart, goods).lines] == [100]
    cart = carts.add_item(cart=cart, variant_ref=cup, goods=goods)
    assert not goods.covers(cart)
    assert [to_minor(line.total) for line in present_cart(cart, goods).lines] == [500, 700]
