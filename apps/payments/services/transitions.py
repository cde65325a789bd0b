"""The one door to `Payment.state` and `Refund.state`: the locks, the moves, and the record of what was tried."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.money import to_minor
from apps.common.states import require_transition
from apps.events import services as events
from apps.gateways.values import GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.errors import PaymentNotFound
from apps.payments.models import Payment, PaymentAttempt, Refund
from apps.payments.selectors import count_settled_minor
from apps.payments.services.ledger import note_costs, reach
from apps.payments.states import (
    CASH_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    PaymentState,
    RefundState,
    TransactionKind,
)


def lock_payment(payment_id: UUID) -> tuple[Order, Payment]:
    """Lock order, then payment; stock comes after. Every write of money locks in this order."""
    order_id = Payment.objects.values_list("order_id", flat=True).filter(pk=payment_id).first()
    if order_id is None:
        raise PaymentNotFound()
    order = Order.objects.select_for_update().get(pk=order_id)
    return order, Payment.objects.select_for_update().get(pk=payment_id)


def move_payment(payment: Payment, target: PaymentState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, the caller saves."""
    moves = CASH_TRANSITIONS if payment.pays_on_delivery else PAYMENT_TRANSITIONS
    require_transition(
        moves, subject=gettext("The payment"), current=PaymentState(payment.state), target=target
    )
    payment.state = target


def settled_state(payment: Payment) -> PaymentState:
    """The state of a payment whose money is all here, by what the gateway has given back of it. One query."""
    settled = count_settled_minor(payment)
    if not settled:
        return PaymentState.CAPTURED
    is_whole = settled == payment.captured_minor
    return PaymentState.REFUNDED if is_whole else PaymentState.PARTIALLY_REFUNDED


def move_refund(refund: Refund, target: RefundState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, the caller saves."""
    require_transition(
        REFUND_TRANSITIONS,
        subject=gettext("The refund"),
        current=RefundState(refund.state),
        target=target,
    )
    refund.state = target


def record_attempt(payment: Payment, outcome: str, state: GatewayState) -> None:
    """Write a permanent record of the gateway's answer."""
    PaymentAttempt.objects.create(
        payment=payment,
        outcome=outcome,
        amount_minor=to_minor(state.amount),
        currency=state.amount.currency.code,
        gateway_ref=state.ref,
        code=state.code[:64],
        message=state.message[:255],
    )


def capture(payment: Payment, state: GatewayState) -> None:
    """Book the money on the locked payment: what came, which can be less or more than was asked for."""
    move_payment(payment, PaymentState.CAPTURED)
    payment.amount_minor = max(payment.amount_minor, to_minor(state.captured_sum))
    reach(payment, TransactionKind.CAPTURED, state.captured_sum, gateway_ref=state.ref)
    payment.captured_at = now()
    payment.gateway_ref = state.ref
    payment.failure_code = payment.failure_message = ""
    note_costs(payment, state)
    payment.save()
    record_attempt(payment, "captured", state)


def tell_paid(order: Order, payment: Payment | None) -> None:
    """The order becomes paid, and its digital goods are delivered."""
    orders.deliver_downloads(order=order)
    tell("order.paid", order, payment)
    if not order.needs_shipping:
        tell("order.delivered", order, payment)


def tell(
    topic: str, order: Order, payment: Payment | None, due_after: timedelta = timedelta(0)
) -> None:
    """News about the order's money; without a payment there was nothing to pay."""
    events.emit(
        topic=topic,
        key=str(order.pk),
        due_after=due_after,
        payload={
            "order_id": str(order.pk),
            "number": order.number,
            "payment_id": str(payment.pk) if payment else None,
            "amount_minor": payment.amount_minor if payment else 0,
            "currency": order.currency,
        },
    )
