"""The state is the sum of the events, whatever way an order has gone."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.actor import Actor, ActorKind
from apps.common.errors import DomainError
from apps.orders import services as orders
from apps.orders.errors import NothingDue
from apps.orders.folding import read_order_state, rebuild_order_state
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.orders.states import OrderPaymentState
from tests.support.orders import place, price_line

pytestmark = pytest.mark.usefixtures("system_scope")

steps = st.one_of(
    st.tuples(st.sampled_from(["pending", "paid", "failed", "cash", "delivered"])),
    st.tuples(
        st.sampled_from(["undone", "cash undone", "cash came", "rest", "cancelled", "noted"])
    ),
    st.tuples(st.just("reduced"), st.integers(0, 5000)),
    st.tuples(st.just("returned"), st.integers(0, 2), st.integers(0, 3), st.integers(1, 4)),
    st.tuples(st.just("refunded"), st.integers(0, 5000)),
    st.tuples(st.just("shipped"), st.integers(0, 2), st.integers(0, 3), st.integers(1, 4)),
)


def take_step(order: Order, step: tuple) -> None:
    match step:
        case ("pending",):
            orders.mark_payment_pending(order=order, payment_ref="p")
        case ("paid",):
            orders.mark_paid(order=order, payment_ref="p")
        case ("failed",):
            orders.mark_payment_failed(order=order, payment_ref="p", reason="declined")
        case ("cash",):
            orders.mark_cash_due(order=order)
        case ("delivered",):
            orders.mark_delivered(order=order)
        case ("undone",):
            orders.undo_delivery(order=order, shipment_number="S1")
        case ("cash undone",):
            orders.undo_cash(order=order, amount_minor=9, received_minor=0, payment_ref="p")
        case ("cash came",):
            orders.mark_cash_received(order=order, amount_minor=9, is_last=False, payment_ref="p")
        case ("rest",):
            orders.cancel_rest(order=order, is_on_its_way=True)
        case ("reduced", amount):
            orders.reduce_due(order=order, amount_minor=amount, payment_ref="p")
        case ("cancelled",):
            orders.cancel_order(order=order)
        case ("noted",):
            orders.add_note(order=order, text="x")
        case ("refunded", total):
            orders.mark_refunded(order=order, refunded_minor=total, payment_ref="p")
        case ("shipped", first, second, number):
            lines = pieces_of(order, first, second)
            orders.mark_shipped(order=order, lines=lines, shipment_number=f"S{number}")
        case ("returned", first, second, number):
            lines = pieces_of(order, first, second)
            orders.mark_returned(order=order, lines=lines, return_number=f"R{number}")


def pieces_of(order: Order, first: int, second: int) -> dict:
    tea, cup = order.lines.all()
    wanted = {tea.pk: first, cup.pk: second}
    return {line: quantity for line, quantity in wanted.items() if quantity}


@pytest.mark.usefixtures("in_store")
@settings(max_examples=40)
@given(
    st.sampled_from(
        [OrderPaymentState.UNPAID, OrderPaymentState.PENDING, OrderPaymentState.CASH_DUE]
    ),
    st.lists(steps, max_size=12),
)
def test_any_walk_can_be_rebuilt_from_its_events(start: Any, walk: Any) -> None:
    order = place(price_line(quantity=2), price_line(quantity=3), payment_state=start)
    for step in walk:
        with suppress(DomainError):  # the comparison sees whether a refused step moved something
            take_step(order, step)
        row = Order.objects.get(pk=order.pk)
        assert rebuild_order_state(row) == read_order_state(row)


def test_no_more_is_waived_than_was_not_given_back(
    in_store: Any, place_order: Callable[..., Order]
) -> None:
    order = place_order(payment_state=OrderPaymentState.CASH_DUE)
    orders.mark_cash_received(order=order, amount_minor=9, is_last=False, payment_ref="p")
    orders.mark_refunded(order=order, refunded_minor=order.total_minor - 5, payment_ref="p")
    with pytest.raises(NothingDue):
        orders.reduce_due(order=order, amount_minor=6, payment_ref="p")
    orders.reduce_due(order=order, amount_minor=5, payment_ref="p")


def test_a_change_past_the_services_shows(in_store: Any, place_order: Callable[..., Order]) -> None:
    order = place_order()
    Order.objects.filter(pk=order.pk).update(payment_state="paid")
    order.refresh_from_db()
    assert rebuild_order_state(order) != read_order_state(order)


def test_the_timeline_reads_from_the_first_to_the_last(
    in_store: Any, place_order: Callable[..., Order], django_assert_num_queries: Any
) -> None:
    order = place_order()
    orders.mark_paid(order=order, payment_ref="p")
    staff = Actor(ActorKind.STAFF, None, "mira@example.com")
    orders.mark_shipped(
        order=order,
        lines={order.lines.get().pk: 2},
        shipment_number="S1",
        carrier="Delhivery",
        tracking_number="AWB1",
        actor=staff,
    )
    orders.add_note(order=order, text="rang twice", actor=staff)
    with django_assert_num_queries(1):
        entries = timeline(order)
    assert [(entry.title, entry.detail) for entry in entries] == [
        ("Order placed", ""),
        ("Paid", ""),
        ("Shipped", "Delhivery AWB1"),
        ("Note", "rang twice"),
    ]
    assert (entries[2].actor_kind, entries[2].actor_label) == ("staff", "mira@example.com")
