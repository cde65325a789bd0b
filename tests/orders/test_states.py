"""Every pair of states: what the tables allow happens, everything else is refused and changes nothing."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from apps.common.clock import now
from apps.common.errors import Conflict, DomainError, TransitionNotAllowed
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import (
    AWAITS_CASH,
    CANCELLABLE_FULFILMENT,
    FULFILMENT_TRANSITIONS,
    HELD,
    PAYMENT_TRANSITIONS,
    SHIPPABLE_PAYMENT,
    STATUS_TABLE,
    UNPAID_REST,
    FulfilmentState,
    OrderPaymentState,
    OrderStatus,
    derive_status,
)
from apps.pricing.services import PricedLine
from tests.support.moves import list_forbidden, parse_forbidden

pytestmark = pytest.mark.usefixtures("system_scope")


def receive_cash(order: Order, *, is_last: bool = False) -> Order:
    return orders.mark_cash_received(
        order=order, amount_minor=900, is_last=is_last, payment_ref="p"
    )


def undo_cash(order: Order, *, received_minor: int = 0) -> Order:
    return orders.undo_cash(
        order=order, amount_minor=100, received_minor=received_minor, payment_ref="p"
    )


def capture(order: Order, *, is_last: bool = False) -> Order:
    return orders.mark_captured(order=order, amount_minor=900, is_last=is_last, payment_ref="p")


P = OrderPaymentState
PARTLY = (OrderPaymentState.PARTIALLY_CAPTURED, OrderPaymentState.UNDERPAID)
TRIES = (OrderPaymentState.PENDING, OrderPaymentState.CONFIRMING, OrderPaymentState.FAILED)


def refund(order: Order, refunded_minor: int) -> Order:
    """In all so far. While cash is due it does not show in the state: the last cash comes after it."""
    if order.payment_state in AWAITS_CASH:
        return receive_cash(put(order, refunded_minor=refunded_minor), is_last=True)
    if order.payment_state in (*PARTLY, *HELD):
        return capture(put(order, refunded_minor=refunded_minor), is_last=True)
    if order.payment_state in UNPAID_REST:  # of a gift card; then the rest comes
        return orders.mark_paid(order=put(order, refunded_minor=refunded_minor), payment_ref="p")
    return orders.mark_refunded(order=order, refunded_minor=refunded_minor, payment_ref="p")


MARK_PAYMENT = {
    OrderPaymentState.PENDING: lambda order: orders.mark_payment_pending(
        order=order, payment_ref="p"
    ),
    OrderPaymentState.CONFIRMING: lambda order: orders.mark_payment_confirming(
        order=order, payment_ref="p"
    ),
    OrderPaymentState.AUTHORIZED: lambda order: orders.mark_authorized(
        order=order, received_minor=0, payment_ref="p"
    ),
    OrderPaymentState.PARTIALLY_CAPTURED: capture,
    OrderPaymentState.UNDERPAID: lambda order: orders.mark_underpaid(
        order=order, amount_minor=900, payment_ref="p"
    ),
    OrderPaymentState.PAID: lambda order: (
        receive_cash(order, is_last=True)
        if order.payment_state == OrderPaymentState.PARTIALLY_PAID
        else orders.mark_paid(order=order, payment_ref="p")
    ),
    OrderPaymentState.PARTIALLY_PAID: lambda order: (
        undo_cash(order, received_minor=900) if order.paid_at else receive_cash(order)
    ),
    OrderPaymentState.FAILED: lambda order: orders.mark_payment_failed(
        order=order, payment_ref="p"
    ),
    OrderPaymentState.CASH_DUE: lambda order: (
        undo_cash(order)
        if order.paid_at or order.payment_state == OrderPaymentState.PARTIALLY_PAID
        else orders.mark_cash_due(order=order)
    ),
    OrderPaymentState.VOID: lambda order: orders.reduce_due(
        order=order, amount_minor=order.payable_minor, payment_ref="p"
    ),
    OrderPaymentState.PARTIALLY_REFUNDED: lambda order: refund(order, order.refunded_minor + 1),
    OrderPaymentState.REFUNDED: lambda order: refund(order, order.total_minor),
}
# What else a row in that state says.
MONEY_OF: dict[Any, dict[str, Any]] = {
    OrderPaymentState.PAID: {"paid_at": now()},
    OrderPaymentState.PARTIALLY_REFUNDED: {"paid_at": now(), "refunded_minor": 500},
    OrderPaymentState.REFUNDED: {"paid_at": now(), "refunded_minor": 2000},
    OrderPaymentState.VOID: {"reduced_minor": 2000},
}
# An order of three pieces: how many were sent, came back, and were cancelled.
PIECES_OF = {
    FulfilmentState.UNFULFILLED: (0, 0, 0),
    FulfilmentState.PARTIAL: (1, 0, 0),
    FulfilmentState.SHIPPED: (3, 0, 0),
    FulfilmentState.DELIVERED: (3, 0, 0),
    FulfilmentState.PARTIALLY_RETURNED: (3, 1, 0),
    FulfilmentState.RETURNED: (3, 3, 0),
}
FORBIDDEN_PAYMENTS = """
    unpaid: unpaid partially_paid refunded void
    pending: unpaid pending partially_paid refunded void
    confirming: unpaid confirming cash_due partially_paid refunded void
    failed: unpaid failed partially_paid refunded void
    authorized: unpaid pending confirming authorized cash_due partially_paid
    partially_captured: unpaid pending confirming failed authorized cash_due partially_paid void
    underpaid: unpaid pending confirming failed cash_due partially_paid
    cash_due: unpaid pending confirming authorized partially_captured underpaid cash_due
    partially_paid: unpaid pending confirming failed authorized partially_captured underpaid void
    paid: unpaid pending confirming failed authorized partially_captured paid void
    partially_refunded: unpaid pending confirming failed authorized partially_captured paid void
    refunded: unpaid pending confirming failed authorized partially_captured underpaid cash_due partially_paid paid partially_refunded refunded void
    void: unpaid pending confirming failed authorized partially_captured underpaid cash_due partially_paid paid partially_refunded refunded void
"""
FORBIDDEN_GOODS = """
    unfulfilled: unfulfilled delivered partially_returned returned
    partial: unfulfilled
    shipped: unfulfilled partial shipped
    delivered: unfulfilled partial delivered
    partially_returned: unfulfilled partial delivered partially_returned
    returned: unfulfilled partial shipped delivered partially_returned returned
"""
# Everything that can happen to goods, and the state it leads to from each state; what is not there is refused.
GOODS = {
    "ship one": lambda order: ship(order, 1),
    "ship the rest": lambda order: ship(order, order.lines.get().open_quantity),
    "deliver": lambda order: orders.mark_delivered(order=order),
    "undo": lambda order: orders.undo_delivery(order=order, shipment_number="S"),
    "one back": lambda order: take_back(order, 1),
    "all back": lambda order: take_back(order, order.lines.get().kept_quantity),
    "cancel the rest": lambda order: orders.cancel_rest(order=order, is_on_its_way=False),
}
LEADS_TO = {
    ("unfulfilled", "ship one"): "partial",
    ("unfulfilled", "ship the rest"): "shipped",
    ("partial", "ship one"): "partial",
    ("partial", "ship the rest"): "shipped",
    ("partial", "undo"): "partial",
    ("partial", "one back"): "partial",
    ("partial", "all back"): "partial",
    ("partial", "cancel the rest"): "delivered",
    ("shipped", "deliver"): "delivered",
    ("shipped", "undo"): "shipped",
    ("shipped", "one back"): "partially_returned",
    ("shipped", "all back"): "returned",
    ("delivered", "undo"): "shipped",
    ("delivered", "one back"): "partially_returned",
    ("delivered", "all back"): "returned",
    ("partially_returned", "undo"): "shipped",
    ("partially_returned", "one back"): "partially_returned",
    ("partially_returned", "all back"): "returned",
}
REPEATS = {("delivered", "deliver"), ("partially_returned", "deliver")}


def ship(order: Order, quantity: int) -> Order:
    line = order.lines.get()
    return orders.mark_shipped(order=order, lines={line.pk: quantity}, shipment_number="S")


def take_back(order: Order, quantity: int) -> Order:
    line = order.lines.get()
    return orders.mark_returned(order=order, lines={line.pk: quantity}, return_number="R")


def put(order: Order, **fields: object) -> Order:
    """Set the row to a state directly; only tests may."""
    Order.objects.filter(pk=order.pk).update(**fields)
    order.refresh_from_db()
    return order


def test_the_tables_forbid_what_is_written_down() -> None:
    assert list_forbidden(PAYMENT_TRANSITIONS) == parse_forbidden(FORBIDDEN_PAYMENTS)
    assert list_forbidden(FULFILMENT_TRANSITIONS) == parse_forbidden(FORBIDDEN_GOODS)
    assert set(STATUS_TABLE) == set(product(OrderPaymentState, FulfilmentState))


def test_what_was_given_back_before_closes_no_way_to_the_end() -> None:
    settled = {P.PAID, P.PARTIALLY_REFUNDED, P.REFUNDED}
    for state in (*AWAITS_CASH, *HELD, P.UNDERPAID):
        assert settled <= PAYMENT_TRANSITIONS[state], state


def test_a_cancelled_order_is_cancelled_whatever_its_money_does() -> None:
    for payment, fulfilment in STATUS_TABLE:
        status = derive_status(
            payment_state=payment, fulfilment_state=fulfilment, is_cancelled=True
        )
        assert status == OrderStatus.CANCELLED


@pytest.mark.parametrize(
    ("payment", "fulfilment", "status"),
    [
        ("unpaid", "unfulfilled", "pending"),
        ("pending", "unfulfilled", "pending"),
        ("failed", "unfulfilled", "pending"),
        ("cash_due", "unfulfilled", "processing"),
        ("paid", "unfulfilled", "processing"),
        ("paid", "partial", "processing"),
        ("paid", "shipped", "shipped"),
        ("cash_due", "shipped", "shipped"),
        ("paid", "delivered", "delivered"),
        ("partially_refunded", "delivered", "delivered"),
        ("paid", "partially_returned", "delivered"),
        ("paid", "returned", "returned"),
        ("void", "returned", "returned"),
        ("refunded", "returned", "refunded"),
    ],
)
def test_the_status_is_derived_from_both_machines(
    payment: str, fulfilment: str, status: str
) -> None:
    derived = derive_status(payment_state=payment, fulfilment_state=fulfilment, is_cancelled=False)
    assert derived == status


@pytest.mark.parametrize("current", OrderPaymentState)
@pytest.mark.parametrize("target", MARK_PAYMENT)
def test_every_move_of_the_payment(
    in_store: Any, place_order: Callable[..., Order], current: Any, target: Any
) -> None:
    order = put(place_order(), payment_state=current, **MONEY_OF.get(current, {}))
    before = order.event_count
    if target in PAYMENT_TRANSITIONS[current]:
        MARK_PAYMENT[target](order)
        assert (order.payment_state, order.event_count) == (target, before + 1)
        assert order.events.count() == before + 1
        return
    is_repeat = current == target != OrderPaymentState.VOID
    is_tried = current == OrderPaymentState.UNDERPAID and target in TRIES
    if is_repeat or is_tried or (target == OrderPaymentState.PAID and order.paid_at):
        MARK_PAYMENT[target](order)  # told before: nothing new
    else:
        with pytest.raises(Conflict):
            MARK_PAYMENT[target](order)
    order.refresh_from_db()
    assert (order.payment_state, order.event_count) == (current, before)


@pytest.mark.parametrize("current", FulfilmentState)
@pytest.mark.parametrize("what", GOODS)
def test_every_move_of_the_goods(
    in_store: Any,
    place_order: Callable[..., Order],
    line_of: Callable[..., PricedLine],
    current: Any,
    what: Any,
) -> None:
    order = put(place_order(line_of(quantity=3)), payment_state="paid", fulfilment_state=current)
    sent, back, cancelled = PIECES_OF[current]
    order.lines.update(
        fulfilled_quantity=sent, returned_quantity=back, cancelled_quantity=cancelled
    )
    before = order.event_count
    target = LEADS_TO.get((current.value, what))
    if target is not None:
        GOODS[what](order)
        assert order.fulfilment_state == target
        assert target == current or target in FULFILMENT_TRANSITIONS[current]
        assert order.events.count() == before + 1
    elif (current.value, what) in REPEATS:
        GOODS[what](order)
        assert order.fulfilment_state == current
    else:
        with pytest.raises(DomainError):
            GOODS[what](order)
        order.refresh_from_db()
        assert (order.fulfilment_state, order.event_count) == (current, before)


def test_every_move_of_the_table_is_one_of_these() -> None:
    walked = {(current, target) for (current, _), target in LEADS_TO.items() if current != target}
    walked |= {("partial", "partial"), ("partial", "partially_returned"), ("partial", "returned")}
    allowed = {(c.value, t.value) for c, targets in FULFILMENT_TRANSITIONS.items() for t in targets}
    assert walked == allowed


@pytest.mark.parametrize("payment", OrderPaymentState)
def test_goods_leave_only_when_the_money_is_certain(
    in_store: Any, place_order: Callable[..., Order], payment: Any
) -> None:
    order = put(place_order(), payment_state=payment)
    if payment in SHIPPABLE_PAYMENT:
        assert ship(order, 2).fulfilment_state == FulfilmentState.SHIPPED
    else:
        with pytest.raises(TransitionNotAllowed):
            ship(order, 2)
        assert order.lines.get().fulfilled_quantity == 0


@pytest.mark.parametrize("fulfilment", FulfilmentState)
def test_an_order_is_cancelled_only_before_anything_has_left(
    in_store: Any, place_order: Callable[..., Order], fulfilment: Any
) -> None:
    order = put(place_order(), payment_state="paid", fulfilment_state=fulfilment)
    if fulfilment in CANCELLABLE_FULFILMENT:
        assert orders.cancel_order(order=order).status == OrderStatus.CANCELLED
    else:
        with pytest.raises(TransitionNotAllowed):
            orders.cancel_order(order=order)
        order.refresh_from_db()
        assert order.cancelled_at is None


def test_a_cancelled_order_can_not_be_shipped(
    in_store: Any, place_order: Callable[..., Order]
) -> None:
    order = orders.cancel_order(order=put(place_order(), payment_state="paid"))
    with pytest.raises(TransitionNotAllowed):
        ship(order, 2)
