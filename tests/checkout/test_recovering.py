"""Checkouts that came to no end: finished or undone, never both."""

from typing import Any

import pytest

from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.checkout import services as checkout
from apps.checkout.errors import CheckoutAbandoned, CheckoutInProgress
from apps.checkout.models import CheckoutFence
from apps.orders.models import Order
from apps.platform.models import WakeUp
from apps.tenancy.context import current_store
from tests.checkout.shop import make_cart, make_goods, place, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "system_scope")]


def stored(cart: Any) -> Cart:
    return Cart.objects.get(pk=cart.pk)


def test_a_stalled_request_that_wakes_up_after_its_cart_was_given_back_sells_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goods = make_goods()
    cart = make_cart(goods)
    real = checkout.placing.quote_cart

    def stall(*args: Any, **kwargs: Any) -> Any:
        """While this request sleeps, the sweeper comes by and the buyer orders again."""
        claimed = stored(cart).checkout_uuid
        assert claimed is not None
        assert checkout.decide_stalled_checkout(checkout_id=claimed) == "abandoned"
        monkeypatch.setattr(checkout.placing, "quote_cart", real)
        place(stored(cart))
        return real(*args, **kwargs)

    monkeypatch.setattr(checkout.placing, "quote_cart", stall)
    with pytest.raises(CheckoutAbandoned):
        place(cart)

    assert Order.objects.count() == 1
    assert stored(cart).status == CartStatus.CLOSED
    assert stock_of(goods) == (10, 1, 0)


def test_the_sweeper_gives_a_cart_back_whose_request_died() -> None:
    cart = make_cart(make_goods())
    checkout_id = carts.claim_cart(cart=cart).checkout_id

    assert checkout.decide_stalled_checkouts() == 0, "it may still be running"
    Cart.objects.filter(pk=cart.pk).update(claimed_at=cart.created_at.replace(year=2000))
    assert checkout.decide_stalled_checkouts() == 1
    assert checkout.decide_stalled_checkouts() == 0

    assert stored(cart).status == CartStatus.OPEN
    assert CheckoutFence.objects.get(pk=checkout_id).outcome == "abandoned"
    assert place(stored(cart)).order.pk != checkout_id


def test_the_sweeper_closes_a_cart_whose_order_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    cart = make_cart(make_goods())
    monkeypatch.setattr(checkout.placing.carts, "close_claimed", lambda **_: None)
    placed = place(cart)
    monkeypatch.undo()
    Cart.objects.filter(pk=cart.pk).update(claimed_at=cart.created_at.replace(year=2000))

    assert checkout.decide_stalled_checkouts() == 1

    assert stored(cart).status == CartStatus.CLOSED
    assert CheckoutFence.objects.get().outcome == "placed"
    assert Order.objects.get() == placed.order


def test_whoever_finds_the_cart_taken_and_no_order_coming_is_told_to_try_again(
    settings: Any,
) -> None:
    settings.CHECKOUT_WAIT_SECONDS = 0.1
    cart = make_cart(make_goods())
    carts.claim_cart(cart=cart)

    with pytest.raises(CheckoutInProgress) as refused:
        place(stored(cart))

    assert refused.value.details["retry_after"] == 1
    assert stored(cart).status == CartStatus.CONVERTING


def test_a_store_with_an_open_payment_asks_to_be_woken_again() -> None:
    assert checkout.schedule_wake_ups_for_open_checkouts() == 0
    place(make_cart(make_goods()))
    WakeUp.objects.all().delete()

    assert checkout.schedule_wake_ups_for_open_checkouts() == 1

    assert WakeUp.objects.get().store_id == current_store().id


def test_a_store_that_waits_only_for_cash_may_sleep() -> None:
    place(make_cart(make_goods()), payment_method="cash_on_delivery")
    WakeUp.objects.all().delete()

    assert checkout.schedule_wake_ups_for_open_checkouts() == 0
    assert not WakeUp.objects.exists()
