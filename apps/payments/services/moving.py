"""The one door to `Payment.state` and `Refund.state`: the locks, the moves, and the record of what was tried."""

from uuid import UUID

from apps.common.states import require_move
from apps.orders.models import Order
from apps.payments.errors import PaymentNotFound
from apps.payments.gateways import GatewayState
from apps.payments.models import Payment, PaymentAttempt, Refund
from apps.payments.states import PAYMENT_MOVES, REFUND_MOVES, PaymentState, RefundState


def lock_payment(payment_id: UUID) -> tuple[Order, Payment]:
    """Lock order, then payment; stock comes after. Every write of money locks in this order."""
    order_id = Payment.objects.values_list("order_id", flat=True).filter(pk=payment_id).first()
    if order_id is None:
        raise PaymentNotFound()
    order = Order.objects.select_for_update().get(pk=order_id)
    return order, Payment.objects.select_for_update().get(pk=payment_id)


def move_payment(payment: Payment, target: PaymentState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, the caller saves."""
    require_move(
        PAYMENT_MOVES, subject="The payment", current=PaymentState(payment.state), target=target
    )
    payment.state = target


def move_refund(refund: Refund, target: RefundState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, the caller saves."""
    require_move(
        REFUND_MOVES, subject="The refund", current=RefundState(refund.state), target=target
    )
    refund.state = target


def record_attempt(payment: Payment, outcome: str, state: GatewayState) -> None:
    """Keep what the gateway said about a payment, for ever."""
    PaymentAttempt.objects.create(
        payment=payment,
        outcome=outcome,
        amount_minor=state.amount_minor,
        currency=state.currency,
        gateway_ref=state.ref,
        code=state.code[:64],
        message=state.message[:255],
    )
