"""The payments of an order that is cancelled, or of which nothing more is sent."""

from typing import Annotated

from apps.common.actor import Actor
from apps.common.ids import new_id
from apps.common.money import from_minor
from apps.common.typed_text import Line, cleans_text
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import OrderPaymentState
from apps.orders.worth import NOTHING, Worth
from apps.payments.balances import balance_of
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.payments.selectors import is_cash_due
from apps.payments.services.collecting import reduce_cash
from apps.payments.services.holding import give_up_hold
from apps.payments.services.refunding import request_refund
from apps.payments.services.transitions import move_payment, record_attempt
from apps.payments.states import HELD_STATES, OPEN_STATES, PaymentState


@cleans_text
def undo_payments(*, order: Order, reason: Annotated[str, Line(200)], actor: Actor) -> None:
    """Cancel what is open, release what is held and refund what is left, for an order the caller has locked and
    cancels. Repeatable.
    """
    if order.payment_state == OrderPaymentState.UNDERPAID:
        _waive_rest(order, reason, actor)
    payments = Payment.objects.select_for_update().filter(order_id=order.pk).order_by("pk")
    # What is still to come is given up first: what a gift card paid is then all that goes back.
    for payment in sorted(payments, key=lambda each: (each.is_stored_value, each.pk)):
        if payment.state in OPEN_STATES:
            if is_cash_due(order, payment):
                reduce_cash(
                    order=order, payment=payment, amount_minor=None, reason=reason, actor=actor
                )
                continue
            move_payment(payment, PaymentState.CANCELLED)
            payment.save(update_fields=["state", "updated_at"])
            continue
        if payment.state in HELD_STATES and not payment.pays_on_delivery:
            give_up_hold(order=order, payment=payment, reason=reason, actor=actor)
        if payment.refundable_minor > 0:
            request_refund(
                order=order,
                payment=payment,
                amount_minor=None,
                reason=reason,
                request_key=str(new_id()),
                actor=actor,
            )


def _waive_rest(order: Order, reason: str, actor: Actor) -> None:
    """Nothing more is to come for an underpaid order that is cancelled, so that what came is all that goes back."""
    balance = balance_of(order)
    missing = order.payable_minor - balance.received_minor - balance.held_minor
    rows = Payment.objects.filter(order_id=order.pk, captured_minor__gt=0)
    payment = rows.order_by("-pk").first()
    if missing <= 0 or payment is None:
        return
    amount = from_minor(missing, payment.currency)
    record_attempt(payment, "reduced", GatewayState(ChargeStatus.OPEN, amount, message=reason))
    given = credits_of(order).left.take(NOTHING, missing)
    orders.reduce_due(
        order=order,
        amount_minor=missing,
        received_minor=balance.received_minor,
        payment_ref=str(payment.pk),
        reason=reason,
        actor=actor,
        tax_minor=given.tax_minor,
        tax_components=given.parts_json(),
    )


@cleans_text
def give_up_rest(
    *, order: Order, reason: Annotated[str, Line(200)], actor: Actor, worth: Worth = NOTHING
) -> Worth:
    """Nothing more is sent: what banks still hold for the order is not to be paid any more, and released.

    For a caller who holds the order's lock. Returns by what less is to be paid, of `worth` first, with the tax in it.
    """
    given = NOTHING
    held = Payment.objects.select_for_update().filter(order_id=order.pk, state__in=HELD_STATES)
    for payment in held.filter(pays_on_delivery=False).order_by("pk"):
        if payment.due_minor:
            given += give_up_hold(
                order=order, payment=payment, reason=reason, actor=actor, worth=worth - given
            )
    return given
