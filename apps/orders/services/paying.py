"""What becomes known about an order's money."""

from datetime import datetime

from django.db import transaction

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.states import require_move
from apps.orders.errors import RefundTooLarge
from apps.orders.models import Order
from apps.orders.services.history import lock_order, record
from apps.orders.states import PAYMENT_MOVES, PaymentState
from apps.platform.tenancy.repeating import repeated_on_deadlock


@repeated_on_deadlock
def mark_payment_pending(*, order: Order, payment_ref: str, actor: Actor | None = None) -> Order:
    """Record that the money is on its way. Calling it again changes nothing."""
    with transaction.atomic():
        lock_order(order)
        if order.payment_state != PaymentState.PENDING:
            _move(order, PaymentState.PENDING)
            record(
                order,
                kind="order.payment_pending",
                changes={"payment_state": PaymentState.PENDING.value},
                actor=actor,
                payment_ref=payment_ref,
            )
    return order


@repeated_on_deadlock
def mark_paid(
    *, order: Order, payment_ref: str, at: datetime | None = None, actor: Actor | None = None
) -> Order:
    """Record that the order is paid in full. Calling it again changes nothing, also after a refund.

    Money that arrives for a cancelled order is recorded all the same, because it is there: look at
    `order.cancelled_at` afterwards and give it back instead of allocating stock.
    """
    with transaction.atomic():
        lock_order(order)
        if order.paid_at is None:
            _move(order, PaymentState.PAID)
            paid_at = at or now()
            record(
                order,
                kind="order.paid",
                changes={"payment_state": PaymentState.PAID.value, "paid_at": paid_at},
                actor=actor,
                payment_ref=payment_ref,
            )
    return order


@repeated_on_deadlock
def mark_payment_failed(
    *, order: Order, payment_ref: str, reason: str = "", actor: Actor | None = None
) -> Order:
    """Record that a payment did not work; the buyer may try again. Refused once the order is paid."""
    with transaction.atomic():
        lock_order(order)
        if order.payment_state != PaymentState.FAILED:
            _move(order, PaymentState.FAILED)
            record(
                order,
                kind="order.payment_failed",
                changes={"payment_state": PaymentState.FAILED.value},
                actor=actor,
                payment_ref=payment_ref,
                reason=reason,
            )
    return order


@repeated_on_deadlock
def mark_cash_due(*, order: Order, payment_ref: str = "", actor: Actor | None = None) -> Order:
    """Record that the buyer pays at the door: the order counts from now on. Calling it again changes nothing."""
    with transaction.atomic():
        lock_order(order)
        if order.payment_state != PaymentState.CASH_DUE:
            _move(order, PaymentState.CASH_DUE)
            record(
                order,
                kind="order.cash_due",
                changes={"payment_state": PaymentState.CASH_DUE.value},
                actor=actor,
                payment_ref=payment_ref,
            )
    return order


@repeated_on_deadlock
def mark_refunded(
    *,
    order: Order,
    refunded_minor: int,
    payment_ref: str,
    reason: str = "",
    actor: Actor | None = None,
) -> Order:
    """Record how much has been given back **in all** so far, in minor units.

    A total that is already recorded (a repeat, or older news that comes late) changes nothing. More than the order's
    total raises `RefundTooLarge`.
    """
    with transaction.atomic():
        lock_order(order)
        if refunded_minor > order.total_minor:
            raise RefundTooLarge(refunded_minor=refunded_minor, total_minor=order.total_minor)
        if refunded_minor > order.refunded_minor:
            whole = refunded_minor == order.total_minor
            target = PaymentState.REFUNDED if whole else PaymentState.PARTIALLY_REFUNDED
            _move(order, target)
            record(
                order,
                kind="order.refunded" if whole else "order.partially_refunded",
                changes={"payment_state": target.value, "refunded_minor": refunded_minor},
                actor=actor,
                payment_ref=payment_ref,
                reason=reason,
            )
    return order


def _move(order: Order, target: PaymentState) -> None:
    require_move(
        PAYMENT_MOVES,
        subject=f"The payment of order {order.number}",
        current=PaymentState(order.payment_state),
        target=target,
    )
