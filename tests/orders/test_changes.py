"""What becomes known about an order, twice and at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.common.actor import Actor, ActorKind
from apps.common.errors import TransitionNotAllowed
from apps.common.ids import new_id
from apps.events.errors import HistoryIsFinal
from apps.orders import services as orders
from apps.orders.errors import LineNotShippable, OrderNotShippable, RefundTooLarge
from apps.orders.folding import read_order_state, rebuild_order_state
from apps.orders.models import Order, OrderEvent
from apps.orders.states import OrderPaymentState, OrderStatus
from apps.pricing.services import PricedLine
from apps.tenancy.context import use_store
from tests.support.orders import place
from tests.support.threads import fails, run_at_once

pytestmark = [pytest.mark.placed, pytest.mark.usefixtures("system_scope")]

STAFF = Actor(ActorKind.STAFF, None, "mira@example.com")


@pytest.fixture
def paid(
    in_store: Any, place_order: Callable[..., Order], line_of: Callable[..., PricedLine]
) -> Order:
    """A paid order of 2 and 3 pieces."""
    return orders.mark_paid(
        order=place_order(line_of(quantity=2), line_of(quantity=3)), payment_ref="p"
    )


def kinds(order: Order) -> list[str]:
    return list(order.events.order_by("sequence").values_list("kind", flat=True))


def test_paying_costs_three_statements_and_twice_changes_nothing(
    in_store: Any, place_order: Callable[..., Order], django_assert_num_queries: Any
) -> None:
    order = place_order()
    with django_assert_num_queries(3 + 2):  # and the savepoint around it
        orders.mark_paid(order=order, payment_ref="p")
    paid_at = order.paid_at
    orders.mark_paid(order=order, payment_ref="p")
    assert (order.status, order.paid_at) == (OrderStatus.PROCESSING, paid_at)
    assert kinds(order) == ["order.created", "order.paid"]


def test_an_old_copy_of_the_order_does_not_undo_anything(paid: Any) -> None:
    old = Order.objects.get(pk=paid.pk)
    orders.mark_refunded(order=paid, refunded_minor=paid.total_minor, payment_ref="p")
    orders.mark_paid(order=old, payment_ref="p")
    assert old.payment_state == OrderPaymentState.REFUNDED
    assert kinds(paid).count("order.paid") == 1


def test_money_that_comes_after_the_cancellation_is_recorded(
    in_store: Any, place_order: Callable[..., Order]
) -> None:
    order = orders.cancel_order(order=place_order(), reason="not paid")
    orders.mark_paid(order=order, payment_ref="p")
    assert (order.status, order.payment_state) == (OrderStatus.CANCELLED, OrderPaymentState.PAID)
    orders.mark_refunded(order=order, refunded_minor=order.total_minor, payment_ref="p")
    assert (order.status, order.payment_state) == (
        OrderStatus.CANCELLED,
        OrderPaymentState.REFUNDED,
    )


def test_late_news_of_a_failure_does_not_unpay(paid: Any) -> None:
    with pytest.raises(TransitionNotAllowed):
        orders.mark_payment_failed(order=paid, payment_ref="p")
    paid.refresh_from_db()
    assert paid.payment_state == OrderPaymentState.PAID


def test_refunds_are_totals_so_repeats_and_late_news_change_nothing(paid: Any) -> None:
    for total in (1000, 1000, 500):
        orders.mark_refunded(order=paid, refunded_minor=total, payment_ref="p")
    assert (paid.refunded_minor, paid.payment_state) == (1000, OrderPaymentState.PARTIALLY_REFUNDED)
    orders.mark_refunded(order=paid, refunded_minor=paid.total_minor, payment_ref="p")
    assert paid.status == OrderStatus.REFUNDED
    with pytest.raises(RefundTooLarge):
        orders.mark_refunded(order=paid, refunded_minor=paid.total_minor + 1, payment_ref="p")
    assert kinds(paid)[-2:] == ["order.partially_refunded", "order.refunded"]


def test_an_order_leaves_in_parts(paid: Any) -> None:
    first, second = paid.lines.all()
    orders.mark_shipped(
        order=paid, lines={first.pk: 2, second.pk: 1}, shipment_number="S1", actor=STAFF
    )
    assert (paid.status, paid.fulfilment_state) == (OrderStatus.PROCESSING, "partial")
    assert paid.shipped_at is None
    orders.mark_shipped(order=paid, lines={second.pk: 2}, shipment_number="S2", carrier="Delhivery")
    assert paid.status == OrderStatus.SHIPPED
    assert paid.shipped_at is not None
    assert [line.open_quantity for line in paid.lines.all()] == [0, 0]
    assert rebuild_order_state(paid) == read_order_state(paid)


def test_the_same_shipment_twice_changes_nothing(paid: Any) -> None:
    first, _ = paid.lines.all()
    for _time in range(2):
        orders.mark_shipped(order=paid, lines={first.pk: 1}, shipment_number="S1")
    assert paid.lines.all()[0].fulfilled_quantity == 1
    assert kinds(paid).count("order.partially_shipped") == 1


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_what_the_order_does_not_have_is_not_shipped(paid: Any, quantity: Any) -> None:
    first, _ = paid.lines.all()
    with pytest.raises(LineNotShippable):
        orders.mark_shipped(order=paid, lines={first.pk: quantity}, shipment_number="S1")
    with pytest.raises(LineNotShippable):
        orders.mark_shipped(order=paid, lines={new_id(): 1}, shipment_number="S1")
    with pytest.raises(LineNotShippable):
        orders.mark_shipped(order=paid, lines={}, shipment_number="S1")
    paid.refresh_from_db()
    assert paid.fulfilment_state == "unfulfilled"


def test_downloads_do_not_keep_an_order_from_being_shipped(
    in_store: Any, place_order: Callable[..., Order], line_of: Callable[..., PricedLine]
) -> None:
    order = place_order(line_of(quantity=1), line_of(is_digital=True))
    orders.mark_paid(order=order, payment_ref="p")
    tea, _ = order.lines.all()
    orders.mark_shipped(order=order, lines={tea.pk: 1}, shipment_number="S1")
    assert order.status == OrderStatus.SHIPPED


def test_an_unpaid_order_is_not_shipped(in_store: Any, place_order: Callable[..., Order]) -> None:
    order = place_order()
    with pytest.raises(OrderNotShippable):
        orders.mark_shipped(order=order, lines={order.lines.get().pk: 1}, shipment_number="S1")


def test_delivered_returned_and_cancelled_twice_change_nothing(
    paid: Any, place_order: Callable[..., Order]
) -> None:
    lines = {line.pk: line.quantity for line in paid.lines.all()}
    orders.mark_shipped(order=paid, lines=lines, shipment_number="S1")
    for _ in range(2):
        orders.mark_delivered(order=paid)
    for _ in range(2):
        orders.mark_returned(order=paid, lines=lines, return_number="R1", reason="too bitter")
    other = place_order()
    for _ in range(2):
        orders.cancel_order(order=other, reason="changed my mind")
    assert kinds(paid)[-2:] == ["order.delivered", "order.returned"]
    assert kinds(other) == ["order.created", "order.cancelled"]


def test_cash_is_paid_at_the_door(in_store: Any, place_order: Callable[..., Order]) -> None:
    order = place_order(payment_state=OrderPaymentState.CASH_DUE)
    assert order.status == OrderStatus.PROCESSING
    orders.mark_shipped(order=order, lines={order.lines.get().pk: 2}, shipment_number="S1")
    orders.mark_delivered(order=order)
    orders.mark_paid(order=order, payment_ref="cash")
    assert (order.status, order.payment_state) == (OrderStatus.DELIVERED, OrderPaymentState.PAID)


def test_an_event_is_never_changed_or_deleted(paid: Any) -> None:
    event = paid.events.first()
    with pytest.raises(HistoryIsFinal):
        event.save()
    with pytest.raises(HistoryIsFinal):
        OrderEvent.objects.all().delete()
    for statement in ("UPDATE orders_orderevent SET kind = 'x'", "DELETE FROM orders_orderevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert len(kinds(paid)) == 2


@pytest.mark.django_db(transaction=True)
def test_one_payment_told_ten_times_at_once_is_one_event(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        order = place()
    calls = [lambda: orders.mark_paid(order=fresh(order), payment_ref="p")] * 10
    assert fails(run_at_once(throwaway_store, calls)) == []
    with use_store(throwaway_store):
        assert kinds(fresh(order)) == ["order.created", "order.paid"]


@pytest.mark.django_db(transaction=True)
def test_contrary_news_at_once_leaves_one_history_that_adds_up(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        order = place()
        orders.mark_paid(order=order, payment_ref="p")
        line = order.lines.get()
    calls = [
        lambda: orders.cancel_order(order=fresh(order)),
        lambda: orders.mark_shipped(order=fresh(order), lines={line.pk: 1}, shipment_number="S1"),
        lambda: orders.mark_shipped(order=fresh(order), lines={line.pk: 1}, shipment_number="S2"),
        lambda: orders.mark_refunded(order=fresh(order), refunded_minor=100, payment_ref="p"),
        lambda: orders.mark_refunded(order=fresh(order), refunded_minor=300, payment_ref="p"),
        lambda: orders.add_note(order=fresh(order), text="call first"),
    ]
    answers = run_at_once(throwaway_store, calls)
    assert all(isinstance(error, TransitionNotAllowed) for error in fails(answers))
    with use_store(throwaway_store):
        order = fresh(order)
        assert rebuild_order_state(order) == read_order_state(order)
        sequences = list(order.events.order_by("sequence").values_list("sequence", flat=True))
        assert sequences == list(range(1, order.event_count + 1))
        assert order.refunded_minor == 300
        assert (order.is_cancelled, order.lines.get().fulfilled_quantity) in ((True, 0), (False, 2))


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)
