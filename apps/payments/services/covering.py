"""What the payments of an order cover: paid, held, a part, or more than was to be paid."""

from typing import Annotated

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.money import to_minor
from apps.common.typed_text import Said, cleans_text
from apps.gateways.installed import is_booked_by_staff
from apps.gateways.values import GatewayState
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.balances import came_for, lacking_minor
from apps.payments.credits import credit_early_refunds
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment
from apps.payments.services.refunding import request_refund
from apps.payments.services.transitions import (
    move_payment,
    record_attempt,
    tell,
    tell_paid,
)
from apps.payments.states import OPEN_STATES, PaymentState

ARRIVED_LATE = gettext_noop(
    "The money came after the order was cancelled and goes back to the buyer."
)
PAID_TWICE = gettext_noop("The order was paid already; this payment goes back to the buyer.")
OVERPAID = gettext_noop("More came than was to be paid. Give back what is too much.")
SEND_BACK_YOURSELF = {
    ARRIVED_LATE: gettext_noop(
        "The money came after the order was cancelled. Transfer it back, then note the refund here."
    ),
    PAID_TWICE: gettext_noop(
        "The order was paid already. Transfer this payment back, then note the refund here."
    ),
}
HELD_FOR_A_DISPUTE = gettext_noop(
    "The money is to go back to the buyer, and the bank holds it for a dispute. Look at it again when the dispute has ended."
)
UNDERPAID = gettext_noop("Less came than was to be paid. Ask for the rest, or write it off.")


def settle_order(
    order: Order, payment: Payment, *, came_minor: int, actor: Actor | None = None
) -> Payment:
    """Bring the order up to what its payments cover, after money of this one came or is held. Both rows are locked.

    An order that is covered is allocated, and its other open payments are closed. One query for the other payments.
    """
    rows = Payment.objects.select_for_update().filter(order_id=order.pk).exclude(pk=payment.pk)
    others, ref = list(rows.order_by("pk")), str(payment.pk)
    everything = [payment, *others]
    if (
        order.paid_at is None
        and not order.is_cancelled
        and any(each.refunded_minor for each in everything)
    ):
        credit_early_refunds(order)
    received = came_for(order, everything)
    if lacking_minor(order, everything):
        orders.mark_underpaid(order=order, amount_minor=came_minor, payment_ref=ref, actor=actor)
        if order.is_cancelled:
            return send_back(order, payment, why=ARRIVED_LATE)
        is_rest_awaited = any(each.state in OPEN_STATES for each in others)
        return payment if is_rest_awaited else flag(payment, what=UNDERPAID)
    is_paid = received >= order.payable_minor
    if is_paid:
        orders.mark_paid(order=order, payment_ref=ref, at=payment.captured_at, actor=actor)
    else:
        orders.mark_authorized(order=order, received_minor=received, payment_ref=ref)
    if order.is_cancelled:
        return send_back(order, payment, why=ARRIVED_LATE)
    for other in others:
        if other.state in OPEN_STATES:  # money that arrives there is refunded
            move_payment(other, PaymentState.CANCELLED)
            other.save(update_fields=["state", "updated_at"])
        elif is_paid and other.held_minor:
            tell("payment.release_due", order, other)
    if order.needs_shipping:
        inventory.allocate_stock(order_ref=order.pk)
    if is_paid:
        tell_paid(order, payment)
    else:
        tell("order.authorized", order, payment)
    return flag(payment, what=OVERPAID) if received > order.payable_minor else payment


@cleans_text
def send_back(
    order: Order,
    payment: Payment,
    *,
    why: Annotated[str, Said(255)],
    amount_minor: int | None = None,
) -> Payment:
    """Give an amount back, or everything that came by this payment; what no bank sends back by itself, staff are asked to.
    What a dispute holds is not sent a second time. Both rows are locked."""
    if is_booked_by_staff(payment.gateway):
        return flag(payment, what=SEND_BACK_YOURSELF.get(why, why))
    try:
        with transaction.atomic():
            request_refund(
                order=order,
                payment=payment,
                amount_minor=amount_minor,
                reason=why,
                request_key=f"arrived-late-{payment.captured_minor}",
                actor=Actor.system("payments"),
            )
    except NotRefundable:
        if not payment.disputed_minor:
            raise
        return flag(payment, what=HELD_FOR_A_DISPUTE)
    return flag(payment, what=why)


def flag_wrong_amount(payment: Payment, state: GatewayState) -> Payment:
    """Refuse to book an amount that differs from the order's; staff must decide."""
    if payment.needs_attention:
        return payment
    record_attempt(payment, "wrong_amount", state)
    sentence = gettext(
        "The gateway reports %(amount)s %(code)s (minor units) instead of %(amount_minor)s %(currency)s."
    )
    values = {
        "amount": to_minor(state.amount),
        "code": state.amount.currency.code,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
    }
    return flag(payment, what=sentence % values)


@cleans_text
def flag(payment: Payment, *, what: Annotated[str, Said(255)]) -> Payment:
    """Say what a person has to look at."""
    payment.needs_attention = what[:255]
    payment.save(update_fields=["needs_attention", "updated_at"])
    return payment
