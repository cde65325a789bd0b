"""Cash on delivery: the courier brings it, it is less than agreed, or it never comes."""

from typing import Annotated

from apps.common.actor import Actor
from apps.common.money import from_minor
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.errors import CashIsFinal
from apps.payments.models import Payment
from apps.payments.services.moving import (
    capture,
    lock_payment,
    move_payment,
    record_attempt,
    tell_paid,
)
from apps.payments.states import MONEY_RECEIVED_STATES, PaymentState
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
@events.transaction_with_wake_up()
def capture_on_delivery(*, payment: Payment) -> Payment:
    """The courier brought the cash. Repeatable; the stock was allocated when the order was placed."""
    order, payment = lock_payment(payment.pk)
    if not payment.pays_on_delivery or payment.state != PaymentState.PENDING:
        return payment
    amount = from_minor(payment.amount_minor, payment.currency)
    capture(payment, GatewayState(ChargeStatus.PAID, amount))
    orders.mark_paid(order=order, payment_ref=str(payment.pk), at=payment.captured_at)
    tell_paid(order, payment)
    return payment


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def reduce_cash(
    *,
    order: Order,
    payment: Payment,
    amount_minor: int | None,
    reason: Annotated[str, Line(200)],
    actor: Actor,
) -> int:
    """The courier is to bring so much less, or nothing any more without an amount. **Every call counts.**

    Returns by how much the due became less: at most by all of it. What is left without anything due is cancelled.
    """
    orders.lock_order(order)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.state != PaymentState.PENDING:
        return 0
    less = payment.amount_minor if amount_minor is None else min(amount_minor, payment.amount_minor)
    is_void = less == payment.amount_minor
    if is_void:
        move_payment(payment, PaymentState.CANCELLED)
    else:
        payment.amount_minor -= less
    payment.save(update_fields=["state", "amount_minor", "updated_at"])
    amount = from_minor(less, payment.currency)
    state = GatewayState(ChargeStatus.OPEN, amount, message=reason)
    record_attempt(payment, "not_collected" if is_void else "reduced", state)
    orders.reduce_due(
        order=order, amount_minor=less, payment_ref=str(payment.pk), reason=reason, actor=actor
    )
    return less


@repeated_on_deadlock
@events.transaction_with_wake_up()
def undo_cash(*, payment: Payment, actor: Actor) -> Payment:
    """Cash that was booked with a parcel did not come: it is due again. Where none was booked, nothing changes.

    Raises `CashIsFinal` when some of it was given back already. Repeatable.
    """
    order, payment = lock_payment(payment.pk)
    if not payment.pays_on_delivery or payment.state not in MONEY_RECEIVED_STATES:
        return payment
    if payment.refunded_minor or payment.state != PaymentState.CAPTURED:
        raise CashIsFinal
    move_payment(payment, PaymentState.PENDING)
    payment.captured_minor, payment.captured_at = 0, None
    payment.save(update_fields=["state", "captured_minor", "captured_at", "updated_at"])
    record_attempt(
        payment, "undone", GatewayState(ChargeStatus.OPEN, from_minor(0, payment.currency))
    )
    orders.undo_cash(order=order, payment_ref=str(payment.pk), actor=actor)
    return payment
