"""Cash on delivery: booked parcel by parcel, reduced, or cancelled."""

from typing import Annotated

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.money import from_minor
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.worth import NOTHING, Worth
from apps.payments.credits import credits_of
from apps.payments.errors import CashIsFinal
from apps.payments.models import Payment
from apps.payments.selectors import get_received_minor, is_cash_due
from apps.payments.services.ledger import move_money
from apps.payments.services.transitions import (
    lock_payment,
    move_payment,
    record_attempt,
    settled_state,
    tell_paid,
)
from apps.payments.states import AWAITS_CASH, PaymentState, TransactionKind
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
@events.transaction_with_wake_up()
def collect_cash(*, payment: Payment, amount_minor: int, actor: Actor | None = None) -> int:
    """Book cash that the courier brought with a parcel: **every call counts**. Returns how much: at most what is due.

    The first cash also delivers the digital goods. The stock was allocated when the order was placed.
    """
    order, payment = lock_payment(payment.pk)
    if not is_cash_due(order, payment):
        return 0
    came = min(amount_minor, payment.due_minor)
    if came <= 0:
        return 0
    move_money(payment, TransactionKind.CAPTURED, came, gateway_ref=f"cash-{new_id()}")
    payment.captured_at = now()
    is_last = payment.due_minor == 0
    _reach(payment, settled_state(payment) if is_last else PaymentState.PARTIALLY_CAPTURED)
    payment.save(update_fields=["state", "captured_minor", "captured_at", "updated_at"])
    amount = from_minor(came, payment.currency)
    record_attempt(payment, "captured", GatewayState(ChargeStatus.PAID, amount))
    orders.mark_cash_received(
        order=order,
        amount_minor=came,
        is_last=is_last,
        payment_ref=str(payment.pk),
        at=payment.captured_at,
        actor=actor,
    )
    if is_last:
        tell_paid(order, payment)
    else:
        orders.deliver_downloads(order=order)
    return came


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
    worth: Worth = NOTHING,
) -> Worth:
    """Reduce the due cash by an amount, or to zero without an amount. **Every call counts.**

    Returns by what the due became less: at most by all of it, of `worth` first, with the tax in it. What is left without
    anything due is cancelled, or is paid by what other parcels brought or a gift card has paid.
    """
    orders.lock_order(order)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.state not in AWAITS_CASH:
        return NOTHING
    less = payment.due_minor if amount_minor is None else min(amount_minor, payment.due_minor)
    given = credits_of(order).left.take(worth, less) if less else NOTHING
    is_void = less == payment.amount_minor
    received = get_received_minor(order)
    if is_void:
        move_payment(payment, PaymentState.CANCELLED)
    else:
        payment.amount_minor -= less
    is_settled = not is_void and payment.due_minor == 0
    if is_settled:
        _reach(payment, settled_state(payment))
    payment.save(update_fields=["state", "amount_minor", "updated_at"])
    amount = from_minor(less, payment.currency)
    state = GatewayState(ChargeStatus.OPEN, amount, message=reason)
    record_attempt(payment, "not_collected" if is_void else "reduced", state)
    orders.reduce_due(
        order=order,
        amount_minor=less,
        received_minor=received,
        payment_ref=str(payment.pk),
        reason=reason,
        actor=actor,
        tax_minor=given.tax_minor,
        tax_components=given.parts_json(),
    )
    if is_settled or (is_void and received and not order.is_cancelled):
        tell_paid(order, payment)
    return given


@repeated_on_deadlock
@events.transaction_with_wake_up()
def undo_cash(*, payment: Payment, amount_minor: int, actor: Actor) -> Payment:
    """Reverse booked cash of a parcel: it is due again. **Every call counts.**

    Raises `CashIsFinal` when some of it was given back already.
    """
    order, payment = lock_payment(payment.pk)
    if not payment.pays_on_delivery or not amount_minor:
        return payment
    stays = payment.captured_minor - amount_minor
    if stays < payment.refunded_minor:
        raise CashIsFinal
    move_money(payment, TransactionKind.UNDONE, amount_minor, gateway_ref=f"cash-{new_id()}")
    payment.captured_at = payment.captured_at if stays else None
    _reach(payment, PaymentState.PARTIALLY_CAPTURED if stays else PaymentState.PENDING)
    payment.save(update_fields=["state", "captured_minor", "captured_at", "updated_at"])
    amount = from_minor(amount_minor, payment.currency)
    record_attempt(payment, "undone", GatewayState(ChargeStatus.OPEN, amount))
    orders.undo_cash(
        order=order,
        amount_minor=amount_minor,
        received_minor=stays,
        payment_ref=str(payment.pk),
        actor=actor,
    )
    return payment


def _reach(payment: Payment, target: PaymentState) -> None:
    if payment.state != target:
        move_payment(payment, target)
