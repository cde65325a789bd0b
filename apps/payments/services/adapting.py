"""The money of an order follows a change of it: less cash at the door, another request, a refund."""

from datetime import datetime
from typing import Annotated

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.money import from_minor
from apps.common.typed_text import Code, Line, cleans_text
from apps.gateways.errors import PaymentMethodUnavailable
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders.models import Order
from apps.payments.adapting import Adaption, Way
from apps.payments.models import Payment, Refund
from apps.payments.selectors import get_payment_method, get_time_to_pay
from apps.payments.services.covering import UNDERPAID
from apps.payments.services.creating import create_payment
from apps.payments.services.holding import ask_for_release
from apps.payments.services.refunding import refund_part
from apps.payments.services.transitions import (
    move_payment,
    record_attempt,
    settled_state,
    tell,
    tell_paid,
)
from apps.payments.states import HELD_STATES, PaymentState


@cleans_text
def adapt_payments(
    *,
    order: Order,
    adaption: Adaption,
    gateway_code: Annotated[str, Code(40)],
    request_key: Annotated[str, Code(100)],
    reason: Annotated[str, Line(200)],
    actor: Actor,
    was_paid: bool,
) -> list[Refund]:
    """Bring the payments to what `plan_adaption` said, after `orders.change_lines` wrote it, for a caller who holds the
    order's lock and planned under it. **Every call counts.**

    What is to be paid online is asked for through `gateway_code`, or as it was asked for before. Raises
    `PaymentMethodUnavailable`.
    """
    _adapt_cash(order, adaption, reason)
    _unhold(order, adaption, reason)
    _replace_requests(order, adaption, gateway_code)
    if adaption.reduced.total_minor and adaption.way == Way.ONLINE:
        _note_reduced(order, adaption, reason)
    refunds = []
    if adaption.back.total_minor:
        refunds = refund_part(
            order=order,
            amount_minor=adaption.back.total_minor,
            worth=adaption.back,
            reason=reason,
            request_key=request_key,
            actor=actor,
        )
    if order.paid_at is not None and not was_paid:
        tell_paid(order, None)
    return refunds


def _adapt_cash(order: Order, adaption: Adaption, reason: str) -> None:
    """The courier asks for another amount."""
    if adaption.cash is None:
        return
    payment = Payment.objects.select_for_update().get(pk=adaption.cash.pk)
    if not adaption.due_minor and not payment.captured_minor:
        move_payment(payment, PaymentState.CANCELLED)  # a gift card has paid all that is left
    else:
        payment.amount_minor = payment.captured_minor + adaption.due_minor
        if not adaption.due_minor:
            move_payment(payment, settled_state(payment))
    payment.save(update_fields=["state", "amount_minor", "updated_at"])
    _record(payment, "reduced", adaption.reduced.total_minor, reason)


def _unhold(order: Order, adaption: Adaption, reason: str) -> None:
    """Less is captured later. The bank releases the rest with the last capture, or now where nothing is left of it."""
    left = adaption.unheld_minor
    if not left:
        return
    held = Payment.objects.select_for_update().filter(order_id=order.pk, state__in=HELD_STATES)
    for payment in held.filter(pays_on_delivery=False).order_by("-pk"):
        less = min(left, payment.due_minor)
        left -= less
        if not less:
            continue
        if less == payment.due_minor:
            is_void = not payment.captured_minor
            payment.amount_minor -= 0 if is_void else less
            move_payment(payment, PaymentState.CANCELLED if is_void else settled_state(payment))
            ask_for_release(order, payment)
        else:
            payment.amount_minor -= less
        payment.save(update_fields=["state", "amount_minor", "updated_at"])


def _replace_requests(order: Order, adaption: Adaption, gateway_code: str) -> None:
    """A payment that is open has the wrong amount. The new one ends with the old one, not before the usual time; what is
    added to a paid order has no end."""
    code, expires_at, is_later = gateway_code, None, False
    for payment in Payment.objects.select_for_update().filter(
        pk__in=[each.pk for each in adaption.open_payments]
    ):
        code = code or payment.gateway
        expires_at, is_later = payment.expires_at, payment.is_captured_later
        move_payment(payment, PaymentState.CANCELLED)
        payment.save(update_fields=["state", "updated_at"])
    if not adaption.is_new_request:
        return
    method = get_payment_method(code)
    if method.pays_on_delivery:
        sentence = str(PaymentMethodUnavailable.title)
        raise PaymentMethodUnavailable(fields={"payment_method": [sentence]})
    asked = create_payment(
        order=order,
        gateway_code=method.code,
        expires_at=_end(expires_at),
        is_captured_later=is_later,
        amount_minor=adaption.asked_minor,
    )
    flagged = Payment.objects.filter(order_id=order.pk, needs_attention=UNDERPAID)
    flagged.update(needs_attention="")
    tell("payment.requested", order, asked)


def _end(before: datetime | None) -> datetime | None:
    return max(before, now() + get_time_to_pay()) if before is not None else None


def _note_reduced(order: Order, adaption: Adaption, reason: str) -> None:
    """Sales are counted less by what is not to be paid any more."""
    payment = Payment.objects.filter(order_id=order.pk).order_by("-created_at", "-id").first()
    if payment is not None:
        _record(payment, "reduced", adaption.reduced.total_minor, reason)


def _record(payment: Payment, outcome: str, amount_minor: int, reason: str) -> None:
    if amount_minor:
        amount = from_minor(amount_minor, payment.currency)
        record_attempt(payment, outcome, GatewayState(ChargeStatus.OPEN, amount, message=reason))
