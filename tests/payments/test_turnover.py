"""Sales by day: what was sold on it, less what went back on it. The sum of all days is what the orders kept."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.common.clock import start_of, today
from apps.fulfilment import services as fulfilment
from apps.fulfilment.changes import ChangeInput, NewPieces
from apps.fulfilment.services import Credit
from apps.orders.buyers import sum_spending
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment, Refund
from apps.payments.turnover import DaySales, sales_by_day
from apps.pricing.models import ShippingMethod
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.fulfilment.parcels import (
    CASH,
    buy,
    deliver,
    pay_twice,
    payment_of,
    settle,
    ship,
    take_back,
)
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "as_staff")]
DAYS = timedelta(days=1)


@pytest.fixture
def goods(in_store: Any) -> Goods:
    """Of 333.33, with a delivery of 49.00."""
    ShippingMethod.objects.update(amount_minor=4_900, free_above_minor=None)
    return make_goods(stock=40, price_minor=33_333)


def placed_before(order: Order, days: int) -> Order:
    moment = start_of(today() - days * DAYS) + timedelta(hours=1)
    Order.objects.filter(pk=order.pk).update(placed_at=moment)
    return order


def sales() -> dict[int, DaySales]:
    """By how many days ago."""
    found = sales_by_day(since=today() - 60 * DAYS, currency="INR")
    return {(today() - day).days: one for day, one in found.items()}


def give(order: Order, amount_minor: int | None = None) -> Refund:
    refund = payments.refund_payment(
        payment=payment_of(order), amount_minor=amount_minor, reason="", actor=STAFF
    )
    settle(order)
    return refund


def assert_orders_agree() -> None:
    """A customer's page, which is without days, comes to the same."""
    spent = sum(one.total_minor for one in sum_spending(Order.objects.all()))
    assert sum(day.value_minor for day in sales().values()) == spent


def test_an_order_counts_once_it_is_paid_or_due_at_the_door(goods: Goods) -> None:
    place(make_cart(goods))
    assert sales() == {}
    buy(goods, quantity=1)
    buy(goods, quantity=1, payment_method=CASH)
    assert sales() == {0: DaySales(2, 2 * 38_233)}
    assert_orders_agree()


def add(order: Order, goods: Goods) -> None:
    order.refresh_from_db()
    fulfilment.change_order(
        order=order,
        change=ChangeInput(added=[NewPieces(goods.variant_ref, 1)], reason="By telephone"),
        version=order.event_count,
        actor=STAFF,
    )


def test_what_is_added_to_a_paid_order_counts_once_it_is_paid(goods: Goods) -> None:
    order = placed_before(buy(goods, quantity=1), 4)
    add(order, goods)
    assert settle(order).payment_state == "underpaid"
    assert sales() == {4: DaySales(1, 38_233)}
    assert_orders_agree()
    add(order, goods)
    assert sales() == {4: DaySales(1, 38_233)}
    asked = Payment.objects.filter(order=order).latest("created_at")
    payments.open_at_gateway(payment=asked)
    pay_and_tell(asked)
    settle(order)
    assert (order.payment_state, order.unpaid_minor) == ("paid", 0)
    assert sales() == {4: DaySales(1, 38_233 + 2 * 33_333)}
    assert_orders_agree()


@pytest.mark.parametrize("end", ["cancelled", "taken off", "written off"])
def test_an_addition_that_is_not_paid_leaves_what_was_paid(goods: Goods, end: str) -> None:
    order = placed_before(buy(goods, quantity=1), 4)
    add(order, goods)
    if end == "cancelled":
        fulfilment.cancel(order=order, reason="", actor=STAFF)
    elif end == "taken off":
        line = order.lines.order_by("-position")[0]
        fulfilment.cancel_lines(
            order=order,
            lines={line.pk: 1},
            version=order.event_count,
            reason="Not wanted",
            actor=STAFF,
        )
    else:
        Payment.objects.filter(order=order, state="created").update(state="cancelled")
        payments.write_off_rest(order=order, reason="A gift", actor=STAFF)
    settle(order)
    kept = 0 if end == "cancelled" else 38_233
    assert sum(day.value_minor for day in sales().values()) == kept
    assert sum(day.orders for day in sales().values()) == 1
    assert_orders_agree()


def test_a_refund_counts_on_its_own_day(goods: Goods) -> None:
    old, new = placed_before(buy(goods, quantity=2), 9), buy(goods, quantity=1)
    give(old, 10_000)
    assert sales() == {9: DaySales(1, 71_566), 0: DaySales(1, 38_233 - 10_000)}
    give(new)
    give(old)
    assert sales() == {9: DaySales(1, 71_566), 0: DaySales(1, -71_566)}, "below zero"
    assert_orders_agree()


def test_a_refund_counts_when_the_money_has_gone_back(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    payments.refund_payment(payment=payment_of(order), reason="", actor=STAFF)
    assert sales() == {0: DaySales(1, 38_233)}
    Refund.objects.update(state="failed")
    assert sales() == {0: DaySales(1, 38_233)}


def test_returns_count_on_the_day_of_their_refund(goods: Goods) -> None:
    order = placed_before(buy(goods, quantity=2), 3)
    take_back(deliver(ship(order)), restock=1, credit=Credit())
    settle(order)
    assert sales() == {3: DaySales(1, 71_566), 0: DaySales(0, -33_333)}
    assert_orders_agree()


def test_cash_that_never_comes_counts_on_the_day_it_is_known(goods: Goods) -> None:
    order = placed_before(buy(goods, quantity=2, payment_method=CASH), 5)
    deliver(ship(order, 1))
    take_back(ship(order), restock=1)
    settle(order)
    refused = placed_before(buy(goods, quantity=1, payment_method=CASH), 5)
    take_back(ship(refused), restock=1)
    cancelled = placed_before(buy(goods, quantity=1, payment_method=CASH), 5)
    fulfilment.cancel(order=cancelled, reason="", actor=STAFF)
    assert sales() == {
        5: DaySales(3, 71_566 + 2 * 38_233),
        0: DaySales(0, -33_333 - 2 * 38_233),
    }
    assert_orders_agree()


def test_a_cancelled_order_that_was_paid_is_taken_off_with_its_refund(goods: Goods) -> None:
    order = placed_before(buy(goods, quantity=1), 2)
    fulfilment.cancel(order=order, reason="", actor=STAFF)
    settle(order)
    assert sales() == {2: DaySales(1, 38_233), 0: DaySales(0, -38_233)}


def test_money_that_came_twice_was_never_sold(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    second = pay_twice(order)
    refund = payments.refund_payment(payment=second, reason="Twice", actor=STAFF)
    Refund.objects.filter(pk=refund.pk).update(state="succeeded", settled_at=refund.created_at)
    assert sales() == {0: DaySales(1, 38_233)}


def test_another_currency_is_not_added(goods: Goods) -> None:
    order = buy(goods, quantity=1)
    Order.objects.filter(pk=order.pk).update(currency="USD")
    assert sales() == {}


def test_a_refund_belongs_to_the_stores_day(goods: Goods) -> None:
    """Half past eight in the evening in UTC is the next day in India."""
    order = placed_before(buy(goods, quantity=1), 50)
    refund = give(order, 10_000)
    Refund.objects.filter(pk=refund.pk).update(
        settled_at=datetime(2026, 11, 28, 20, 29, tzinfo=UTC)
    )
    found = sales_by_day(since=date(2026, 11, 1), currency="INR")
    assert found[date(2026, 11, 29)] == DaySales(0, -10_000)


def test_the_statements_do_not_grow_with_the_orders(
    goods: Goods, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for count in range(3):
        give(placed_before(buy(goods, quantity=1), count), 100)
        with django_assert_num_queries(3):
            sales()
