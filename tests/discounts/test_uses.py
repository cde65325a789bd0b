"""Uses of discounts: counted when an order is placed, given back when it is cancelled, never more than there are."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from apps.carts import services as carts
from apps.carts.documents import Cart, CartStatus
from apps.checkout.selectors import list_checkout_options, quote_cart
from apps.common.actor import Actor
from apps.discounts import services as discounts
from apps.discounts.errors import (
    CodeNotApplied,
    CodeTaken,
    DiscountInUse,
    DiscountsChanged,
    InvalidDiscount,
)
from apps.discounts.kinds import Kind
from apps.discounts.models import Allowance, BuyerUse, Discount, DiscountCode, Redemption
from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.inventory.errors import OutOfStock
from apps.orders.models import Order
from apps.payments.cash_rules import CashRules
from apps.payments.selectors import list_payment_methods
from apps.tenancy.context import use_store
from apps.tenancy.documents.access import scoped_collection
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.discounts.rules import make_discount
from tests.support.statements import count_statements
from tests.support.threads import fails, run_at_once

pytestmark = [pytest.mark.usefixtures("in_store")]


def with_code(goods: Goods, code: str, quantity: int = 1) -> Cart:
    return carts.add_code(cart=make_cart(goods, quantity=quantity), code=code)


def attempted(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:
        return error


def used(discount: Discount) -> int:
    return Allowance.objects.get(discount=discount).used


def assert_slots(discount: Discount) -> None:
    """The slots in use are 1 to the counter, each once."""
    rows = Redemption.objects.filter(discount=discount, slot__isnull=False).order_by("slot")
    slots = list(rows.values_list("slot", flat=True))
    assert slots == list(range(1, used(discount) + 1))


def cancel(order: Order) -> None:
    fulfilment.cancel(order=order, reason="", actor=Actor.system("test"))
    discounts.give_back(order_ref=order.pk)


def test_complaint_7_a_code_is_counted_when_the_order_is_placed_and_not_before() -> None:
    discount = make_discount("SAVE10", limit=1)
    cart = with_code(make_goods(), "save 10")
    list_checkout_options(cart, country="IN")
    assert used(discount) == 0
    order = place(cart).order
    assert used(discount) == 1
    assert (order.discount_minor, order.total_minor) == (5_000, 45_000 + 4_900)
    assert order.discounts == [
        {"name": "Spring", "code": "SAVE10", "amount_minor": 5_000, "is_free_shipping": False}
    ]
    place(cart)
    assert used(discount) == 1


def test_an_order_that_fails_uses_nothing() -> None:
    discount = make_discount("SAVE10")
    goods = make_goods(stock=1)
    cart, other = with_code(goods, "SAVE10"), make_cart(goods)
    place(other)
    with pytest.raises(OutOfStock):
        place(cart)
    assert (used(discount), Redemption.objects.count()) == (0, 0)


def test_a_cancelled_order_gives_its_uses_back_once_and_the_slots_stay_whole(
    system_scope: None,
) -> None:
    discount = make_discount("SAVE10", limit=3, per_buyer_limit=1)
    goods = make_goods()
    orders = [
        place(with_code(goods, "SAVE10"), email=f"{name}@example.com").order for name in "abc"
    ]
    assert_slots(discount)
    for _ in range(2):
        cancel(orders[0])
        assert used(discount) == 2
        assert_slots(discount)
    again = place(with_code(goods, "SAVE10"), email="a@example.com").order
    assert used(discount) == 3
    assert_slots(discount)
    for order in (*orders[1:], again):
        cancel(order)
    assert (used(discount), BuyerUse.objects.count()) == (0, 0)


def test_the_message_of_a_cancelled_order_gives_back(store: Any, system_scope: None) -> None:
    discount = make_discount("SAVE10", limit=1)
    order = place(with_code(make_goods(), "SAVE10")).order
    fulfilment.cancel(order=order, reason="", actor=Actor.system("test"))
    relay_outbox()
    assert used(discount) == 0
    assert Redemption.objects.get().given_back_at is not None


def test_a_code_that_ended_meanwhile_is_said_with_the_new_total_and_never_dropped() -> None:
    discount = make_discount("SAVE10")
    cart = with_code(make_goods(), "SAVE10")
    discount.is_active = False
    discounts.save_discount(discount=discount)
    with pytest.raises(DiscountsChanged) as refused:
        place(cart, expected_total_minor=45_000)
    assert "SAVE10: This code is not valid at the moment." in str(refused.value)
    summary = refused.value.details["summary"]
    assert summary["total"]["amount"] == "500.00"
    assert summary["refused_codes"][0]["reason"] == "inactive"
    cart = Cart.objects.get(pk=cart.pk)
    assert cart.status == CartStatus.OPEN
    with pytest.raises(DiscountsChanged):
        place(cart)
    cart = Cart.objects.get(pk=cart.pk)
    order = place(cart, expected_total_minor=50_000).order
    assert (order.discount_minor, order.discounts) == (0, [])


def test_a_mailbox_uses_a_code_once_with_and_without_an_account() -> None:
    make_discount("ONCE", per_buyer_limit=1)
    goods = make_goods()
    place(with_code(goods, "ONCE"), email="asha.rao@gmail.com")
    for spelling in ("asharao+2@gmail.com", "AshaRao@googlemail.com"):
        with pytest.raises(DiscountsChanged, match="already used"):
            place(with_code(goods, "ONCE"), email=spelling)
    place(with_code(goods, "ONCE"), email="ben@example.com")


def test_a_code_of_a_batch_is_for_one_order_and_free_again_when_that_is_cancelled(
    system_scope: None,
) -> None:
    discount = make_discount("SHARED")
    batch = discounts.make_batch(discount=discount, count=20, prefix="tea-")
    codes = list(DiscountCode.objects.filter(batch=batch).values_list("key", flat=True))
    assert len(set(codes)) == 20
    assert all(code.startswith("TEA-") for code in codes)
    goods = make_goods()
    order = place(with_code(goods, codes[0].lower())).order
    with pytest.raises(CodeNotApplied, match="already been used"):
        with_code(goods, codes[0])
    cancel(order)
    with_code(goods, codes[0])


def test_the_database_refuses_a_use_beyond_the_limit_and_a_slot_twice(system_scope: None) -> None:
    discount = make_discount("SAVE10", limit=1)
    order = place(with_code(make_goods(), "SAVE10")).order
    with pytest.raises(IntegrityError), transaction.atomic():
        Allowance.objects.filter(discount=discount).update(used=2)
    row = {"discount": discount, "currency": "INR"}
    for same in ({"slot": 1, "order_ref": discount.pk}, {"slot": 2, "order_ref": order.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Redemption.objects.create(**row, **same)


def test_an_order_with_a_coupon_and_gst_takes_few_statements() -> None:
    make_discount("SAVE10", limit=10, per_buyer_limit=1)
    make_discount(name="Sale")
    cart = make_cart(make_goods(), make_goods(), make_goods())
    cart = carts.add_code(cart=cart, code="SAVE10")
    cache.clear()
    list_checkout_options(cart, country="IN")
    statements: list[str] = []
    with count_statements(statements):
        order = place(cart).order
    assert len(order.discounts) == 2
    most = 11 if connection.vendor == "postgresql" else 28
    assert len(statements) <= most, "\n".join(statements)


def test_the_fee_of_a_way_to_pay_keeps_the_discounts() -> None:
    make_discount("SAVE10")
    cart = with_code(make_goods(), "SAVE10")
    address = {"country": "IN", "region": "KA"}
    quote = quote_cart(cart, address=address, shipping_method="standard")
    with_fee = quote.paid_by(replace(list_payment_methods()[0], cash=CashRules(fee_minor=1_000)))
    assert with_fee.priced.total_minor == quote.priced.total_minor + 1_000
    assert with_fee.priced.discounts == quote.priced.discounts != ()


def test_a_cart_from_before_there_were_codes_is_ordered() -> None:
    cart = make_cart(make_goods())
    scoped_collection(Cart).update_one({"_id": cart.pk}, {"$unset": {"codes": ""}})
    stored = Cart.objects.get(pk=cart.pk)
    assert stored.codes is None
    assert place(stored).order.discounts == []


def test_one_code_has_one_meaning() -> None:
    make_discount("SAVE10")
    with pytest.raises(CodeTaken):
        make_discount("save 10")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": None}, "percent"),
        ({"kind": Kind.AMOUNT}, "amount_minor"),
        ({"kind": Kind.BUY_GET, "buy_quantity": 2}, "get_quantity"),
    ],
)
def test_an_incomplete_discount_is_refused_at_its_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidDiscount) as refused:
        make_discount("SAVE10", **changes)
    assert field in refused.value.fields


def test_a_limit_is_never_below_what_was_used_and_a_used_discount_stays(system_scope: None) -> None:
    discount = make_discount("SAVE10")
    for _ in range(2):
        place(with_code(make_goods(), "SAVE10"))
    with pytest.raises(InvalidDiscount):
        discounts.save_discount(discount=discount, limit=1)
    discounts.save_discount(discount=discount, limit=2)
    with pytest.raises(CodeNotApplied, match="used up"):
        with_code(make_goods(), "SAVE10")
    with pytest.raises(DiscountInUse):
        discounts.delete_discount(discount=discount)


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_complaint_6_a_limit_holds_for_a_hundred_buyers_at_once(
    throwaway_store: Any, system_scope: None
) -> None:
    """One code with ten uses, and one that each mailbox may use once: two people with twenty carts each.

    25 at a time, which is as many connections as a test takes."""
    with use_store(throwaway_store):
        goods = make_goods(stock=200)
        limited = make_discount("TEN", limit=10)
        once = make_discount("ONCE", per_buyer_limit=1)
        buyers = [(with_code(goods, "TEN"), f"buyer{each}@example.com") for each in range(60)]
        buyers += [
            (with_code(goods, "ONCE"), f"twin{each % 2}+{each}@example.com") for each in range(40)
        ]
        shuffled = [buyers[place_ * 37 % 100] for place_ in range(100)]

        def buy(waiting: list[tuple[Cart, str]]) -> list[Exception]:
            return fails([attempted(partial(place, cart, email=email)) for cart, email in waiting])

        calls = [partial(buy, shuffled[each::25]) for each in range(25)]
        refused = [error for found in run_at_once(throwaway_store, calls) for error in found]
        assert {type(error) for error in refused} == {DiscountsChanged}
        assert (used(limited), used(once)) == (10, 2)
        assert Order.objects.count() == 12
        assert Redemption.objects.count() == 12
        for discount in (limited, once):
            assert_slots(discount)
        assert Cart.objects.filter(status=CartStatus.OPEN).count() == 88
