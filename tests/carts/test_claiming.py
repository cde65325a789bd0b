"""A cart becomes one order or none: claimed once, given back or closed, whatever is repeated."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.carts import services as carts
from apps.carts.consumers import close_cart
from apps.carts.documents import Cart
from apps.carts.errors import CartAlreadyClaimed, CartChanged, CartEmpty
from apps.carts.selectors import get_cart, get_cart_for_checkout, list_stalled_carts
from apps.catalog.documents import Product
from apps.common.clock import now
from apps.common.ids import new_id
from apps.events.consumers import Message

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def cart(sell: Callable[..., Product]) -> Cart:
    ref = sell("mug").variants[0].id
    return carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref)


def test_a_claim_takes_the_cart_with_a_fresh_id(cart: Cart) -> None:
    checkout_id = carts.claim_cart(cart=cart).checkout_id
    assert checkout_id.version == 7
    stored = get_cart_for_checkout(checkout_id)
    assert (stored.pk, stored.status) == (cart.pk, "converting")
    assert stored.claimed_at is not None


def test_a_second_claim_names_the_first(cart: Cart) -> None:
    checkout_id = carts.claim_cart(cart=cart).checkout_id
    for again in (cart, get_cart(token=cart.token)):
        assert again is not None
        with pytest.raises(CartAlreadyClaimed) as caught:
            carts.claim_cart(cart=again)
        assert caught.value.checkout_id == checkout_id
        assert caught.value.details == {"checkout_id": str(checkout_id)}


def test_a_cart_that_was_closed_still_names_its_order(cart: Cart) -> None:
    checkout_id = carts.claim_cart(cart=cart).checkout_id
    carts.close_cart(checkout_id=checkout_id)
    with pytest.raises(CartAlreadyClaimed) as caught:
        carts.claim_cart(cart=cart)
    assert caught.value.checkout_id == checkout_id


def test_what_the_buyer_did_not_see_is_not_ordered(cart: Cart) -> None:
    carts.set_quantity(cart=cart, line_id=cart.lines[0].id, quantity=9)
    with pytest.raises(CartChanged):
        carts.claim_cart(cart=cart)
    assert get_cart(token=cart.token).status == "open"


def test_an_empty_cart_can_not_be_ordered() -> None:
    with pytest.raises(CartEmpty):
        carts.claim_cart(cart=carts.get_or_create_cart())


def test_a_claimed_cart_can_not_be_changed(cart: Cart) -> None:
    carts.claim_cart(cart=cart)
    line = cart.lines[0]
    for change in (
        lambda: carts.add_item(cart=cart, variant_ref=line.variant_ref),
        lambda: carts.set_quantity(cart=cart, line_id=line.id, quantity=5),
        lambda: carts.remove_item(cart=cart, line_id=line.id),
    ):
        with pytest.raises(CartAlreadyClaimed):
            change()
    assert get_cart(token=cart.token).count == 1


def test_reopening_gives_the_cart_back_once(cart: Cart) -> None:
    first = carts.claim_cart(cart=cart).checkout_id
    assert carts.reopen_cart(checkout_id=first)
    assert not carts.reopen_cart(checkout_id=first)
    assert not carts.close_cart(checkout_id=first)
    again = get_cart(token=cart.token)
    assert again is not None
    assert (again.status, again.checkout_id, again.claimed_at) == ("open", None, None)
    second = carts.claim_cart(cart=again).checkout_id
    assert second != first
    assert not carts.reopen_cart(checkout_id=first)
    assert get_cart_for_checkout(second).status == "converting"


def test_closing_is_for_good_and_may_be_repeated(cart: Cart) -> None:
    checkout_id = carts.claim_cart(cart=cart).checkout_id
    message = Message(
        id=uuid4(),
        topic="order.placed",
        key="k",
        payload={"checkout_id": str(checkout_id)},
        attempt=1,
        created_at=now(),
    )
    close_cart(message)
    close_cart(message)
    assert get_cart_for_checkout(checkout_id).status == "closed"
    assert not carts.reopen_cart(checkout_id=checkout_id)
    assert get_cart(token=cart.token) is None


def test_a_customer_gets_a_new_cart_once_the_order_stands(
    sell: Callable[..., Product],
) -> None:
    ref = sell("mug").variants[0].id
    cart = carts.get_or_create_cart(customer_ref="anna")
    cart = carts.add_item(cart=cart, variant_ref=ref)
    checkout_id = carts.claim_cart(cart=cart).checkout_id
    assert carts.get_or_create_cart(customer_ref="anna").pk == cart.pk
    carts.close_cart(checkout_id=checkout_id)
    assert carts.get_or_create_cart(customer_ref="anna").pk != cart.pk


def test_ids_nobody_knows_change_nothing() -> None:
    assert not carts.reopen_cart(checkout_id=new_id())
    assert not carts.close_cart(checkout_id=new_id())
    assert get_cart_for_checkout(new_id()) is None


def test_stalled_claims_are_listed_for_the_sweeper(cart: Cart, sell: Any) -> None:
    checkout_id = carts.claim_cart(cart=cart).checkout_id
    assert list_stalled_carts(claimed_before=now() - timedelta(minutes=1)) == []
    stalled = list_stalled_carts(claimed_before=now() + timedelta(minutes=1))
    assert [one.checkout_uuid for one in stalled] == [checkout_id]
    carts.close_cart(checkout_id=checkout_id)
    assert list_stalled_carts(claimed_before=now() + timedelta(minutes=1)) == []


def test_a_claim_closes_its_own_cart_and_no_later_one(cart: Cart) -> None:
    stale = carts.claim_cart(cart=cart)
    assert carts.reopen_cart(checkout_id=stale.checkout_id)
    assert not carts.close_claimed(claim=stale)
    claim = carts.claim_cart(cart=Cart.objects.get(pk=cart.pk))
    assert not carts.close_claimed(claim=stale)
    assert Cart.objects.get(pk=cart.pk).status == "converting"
    assert carts.close_claimed(claim=claim)
    assert not carts.close_claimed(claim=claim)
    closed = Cart.objects.get(pk=cart.pk)
    assert (closed.status, closed.slot) == ("closed", f"cart:{cart.token}")
