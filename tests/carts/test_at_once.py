"""Many at once: real threads on one cart."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import CartAlreadyClaimed, CartChanged
from apps.carts.selectors import get_cart
from apps.catalog.documents import Product
from apps.tenancy.context import use_store
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cart(throwaway_store: Any, sell: Callable[..., Product]) -> Cart:
    with use_store(throwaway_store):
        ref = sell("mug", stock=500).variants[0].id
        return carts.add_item(cart=carts.get_or_create_cart(), variant_ref=ref)


def read(store: Any, cart: Cart) -> Cart:
    with use_store(store):
        return Cart.objects.get(pk=cart.pk)


def test_no_piece_added_at_once_is_lost(throwaway_store: Any, cart: Cart) -> None:
    def add() -> None:
        fresh = carts.get_or_create_cart(token=cart.token)
        carts.add_item(cart=fresh, variant_ref=cart.lines[0].variant_ref, quantity=2)

    answers = run_at_once(throwaway_store, [add] * 12)
    assert fails(answers) == []
    assert [line.quantity for line in read(throwaway_store, cart).lines] == [25]


def test_of_twenty_claims_exactly_one_succeeds(throwaway_store: Any, cart: Cart) -> None:
    def claim() -> UUID:
        return carts.claim_cart(cart=cart).checkout_id

    answers = run_at_once(throwaway_store, [claim] * 20)
    won = [answer for answer in answers if isinstance(answer, UUID)]
    lost = fails(answers)
    assert len(won) == 1
    assert {type(error) for error in lost} == {CartAlreadyClaimed}
    assert {error.checkout_id for error in lost} == set(won)  # type: ignore[attr-defined] # the type is asked above
    assert read(throwaway_store, cart).checkout_id == str(won[0])


def test_a_claim_and_a_change_never_both_win_on_the_same_cart(
    throwaway_store: Any, cart: Cart
) -> None:
    def claim() -> UUID:
        return carts.claim_cart(cart=cart).checkout_id

    def add() -> Cart:
        return carts.add_item(cart=cart, variant_ref=cart.lines[0].variant_ref)

    answers = run_at_once(throwaway_store, [claim, add])
    after = read(throwaway_store, cart)
    if after.status == "converting":
        assert after.count == 1
        assert {type(error) for error in fails(answers)} == {CartAlreadyClaimed}
    else:
        assert after.count == 2
        assert {type(error) for error in fails(answers)} == {CartChanged}


def test_a_customer_never_has_two_carts(throwaway_store: Any) -> None:
    answers = run_at_once(
        throwaway_store, [lambda: carts.get_or_create_cart(customer_ref="anna").pk] * 12
    )
    assert fails(answers) == []
    assert len(set(answers)) == 1


def test_logging_in_twice_at_once_merges_once(throwaway_store: Any, cart: Cart) -> None:
    def merge() -> Any:
        return carts.merge_carts(guest_token=cart.token, customer_ref="anna")

    answers = run_at_once(throwaway_store, [merge] * 8)
    assert fails(answers) == []
    with use_store(throwaway_store):
        merged = get_cart(customer_ref="anna")
        assert merged is not None
        assert merged.count == 1
