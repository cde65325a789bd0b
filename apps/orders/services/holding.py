"""Records money that banks hold for an order, what is captured of it, and money that is not enough."""

from datetime import datetime

from django.db import transaction

from apps.common.actor import Actor
from apps.common.clock import now
from apps.orders.models import Order
from apps.orders.services.history import lock_order
from apps.orders.services.paying import move, settled_state_of
from apps.orders.states import OrderPaymentState
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
def mark_authorized(
    *, order: Order, received_minor: int, payment_ref: str, actor: Actor | None = None
) -> Order:
    """Record that banks hold what is missing: the order can be shipped. Calling it again changes nothing.

    `received_minor` has come by other payments.
    """
    state = OrderPaymentState
    target = state.PARTIALLY_CAPTURED if received_minor else state.AUTHORIZED
    with transaction.atomic():
        lock_order(order)
        if order.payment_state != target:
            move(order, target, {}, kind="order.authorized", actor=actor, payment_ref=payment_ref)
    return order


@repeated_on_deadlock
def mark_captured(
    *,
    order: Order,
    amount_minor: int,
    is_last: bool,
    payment_ref: str,
    at: datetime | None = None,
    actor: Actor | None = None,
) -> Order:
    """Record money that a bank held and that is captured now: **every call counts**. The last makes the order paid."""
    with transaction.atomic():
        lock_order(order)
        target = settled_state_of(order) if is_last else OrderPaymentState.PARTIALLY_CAPTURED
        move(
            order,
            target,
            {"paid_at": at or now()} if is_last else {},
            kind="order.paid" if is_last else "order.partially_captured",
            actor=actor,
            payment_ref=payment_ref,
            amount_minor=amount_minor,
        )
    return order


@repeated_on_deadlock
def mark_underpaid(
    *, order: Order, amount_minor: int, payment_ref: str, actor: Actor | None = None
) -> Order:
    """Record an amount that does not cover the order together with what came before: **every call counts**."""
    with transaction.atomic():
        lock_order(order)
        unpaid = max(order.unpaid_minor - amount_minor, 1)
        move(
            order,
            OrderPaymentState.UNDERPAID,
            {"unpaid_minor": unpaid} if order.unpaid_minor else {},
            kind="order.underpaid",
            actor=actor,
            payment_ref=payment_ref,
            amount_minor=amount_minor,
        )
    return order


@repeated_on_deadlock
def mark_hold_lost(
    *, order: Order, received_minor: int, payment_ref: str, actor: Actor | None = None
) -> Order:
    """Record that a bank holds nothing any more for an order that is not paid: it can't be shipped until it is."""
    target = OrderPaymentState.UNDERPAID if received_minor else OrderPaymentState.FAILED
    with transaction.atomic():
        lock_order(order)
        move(order, target, {}, kind="order.hold_lost", actor=actor, payment_ref=payment_ref)
    return order
