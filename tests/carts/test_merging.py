"""Logging in: the guest's cart joins the customer's, once, wherever it was interrupted."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.selectors import get_cart
from apps.carts.services import merging
from apps.catalog.documents import Product

pytestmark = pytest.mark.usefixtures("in_store")
Sell = Callable[..., Product]


def filled(goods: dict[Product, int], customer_ref: str | None = None) -> Cart:
    cart = carts.get_or_create_cart(customer_ref=customer_ref)
    for product, quantity in goods.items():
        ref = product.variants[0].id
        cart = carts.add_item(cart=cart, variant_ref=ref, quantity=quantity)
    return cart


def contents(cart: Cart | None) -> dict[str, int]:
    assert cart is not None
    fresh = Cart.objects.get(pk=cart.pk)
    return {line.sku: line.quantity for line in fresh.lines}


def merge(guest: Cart) -> Cart | None:
    return carts.merge_carts(guest_token=guest.token, customer_ref="anna")


def test_quantities_add_up_and_the_guests_cart_is_gone(sell: Sell) -> None:
    mug, cup = sell("mug"), sell("cup")
    filled({mug: 2}, "anna")
    guest = filled({mug: 3, cup: 1})
    assert contents(merge(guest)) == {"MUG": 5, "CUP": 1}
    assert get_cart(token=guest.token) is None


def test_merging_again_changes_nothing(sell: Sell) -> None:
    guest = filled({sell("mug"): 3})
    for _ in range(3):
        assert contents(merge(guest)) == {"MUG": 3}


def test_a_merge_that_died_half_way_is_finished_by_the_next(
    sell: Sell, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = filled({sell("mug"): 3})

    def die(*args: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(merging, "change_cart", die)
    with pytest.raises(SystemExit):
        merge(guest)
    monkeypatch.undo()
    assert contents(merge(guest)) == {"MUG": 3}
    assert contents(merge(guest)) == {"MUG": 3}


def test_a_sealed_cart_goes_to_nobody_else(sell: Sell) -> None:
    guest = filled({sell("mug"): 3})
    merge(guest)
    assert carts.merge_carts(guest_token=guest.token, customer_ref="bert") is None


def test_a_customers_token_is_no_guests(sell: Sell) -> None:
    hers = filled({sell("mug"): 3}, "anna")
    assert carts.merge_carts(guest_token=hers.token, customer_ref="bert") is None
    assert contents(hers) == {"MUG": 3}


def test_nothing_to_merge_leaves_the_customers_cart(sell: Sell) -> None:
    assert carts.merge_carts(guest_token=None, customer_ref="anna") is None
    mine = filled({sell("mug"): 1}, "anna")
    empty = carts.get_or_create_cart()
    for token in (None, "unknown", empty.token):
        found = carts.merge_carts(guest_token=token, customer_ref="anna")
        assert found is not None
        assert found.pk == mine.pk
    assert get_cart(token=empty.token) is not None


def test_the_limits_hold(sell: Sell, settings: Any) -> None:
    settings.CART_MAX_LINES = 2
    mug, cup, pot = (sell(name, stock=2000) for name in ("mug", "cup", "pot"))
    filled({mug: 600}, "anna")
    guest = filled({mug: 600, cup: 1})
    assert contents(merge(guest)) == {"MUG": 999, "CUP": 1}
    assert contents(merge(filled({pot: 1}))) == {"MUG": 999, "CUP": 1}


def test_a_cart_being_ordered_stays_what_it_is(sell: Sell) -> None:
    mug = sell("mug")
    hers = filled({mug: 1}, "anna")
    carts.claim_cart(cart=hers)
    guest = filled({mug: 3})
    merge(guest)
    assert contents(hers) == {"MUG": 1}
    assert get_cart(token=guest.token) is not None
    ordering = filled({mug: 3})
    checkout_id = carts.claim_cart(cart=ordering).checkout_id
    assert carts.merge_carts(guest_token=ordering.token, customer_ref="bert") is None
    assert carts.reopen_cart(checkout_id=checkout_id)
