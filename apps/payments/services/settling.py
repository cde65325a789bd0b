"""Settling payments: captured, refused, cancelled. Only a state fetched from the gateway is booked."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.money import from_minor, to_minor
from apps.events import services as events
from apps.gateways.installed import get_gateway
from apps.gateways.values import ChargeStatus, GatewayState
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.charges import charge_of
from apps.payments.errors import PaymentNotOpen
from apps.payments.models import Payment
from apps.payments.selectors import get_time_to_pay
from apps.payments.services.ledger import news_of_costs, note_costs
from apps.payments.services.mirroring import mirror_disputes, mirror_refunds
from apps.payments.services.refunding import request_refund
from apps.payments.services.transitions import (
    capture,
    lock_payment,
    move_payment,
    record_attempt,
    tell,
    tell_paid,
)
from apps.payments.states import (
    MONEY_RECEIVED_STATES,
    OPEN_STATES,
    PAYABLE_STATES,
    PaymentState,
    TransactionKind,
)
from apps.tenancy.retrying import repeated_on_deadlock

ARRIVED_LATE = gettext_noop(
    "The money came after the order was cancelled and goes back to the buyer."
)
PAID_TWICE = gettext_noop("The order was paid already; this payment goes back to the buyer.")
DISPUTED = gettext_noop(
    "The buyer's bank has withdrawn money. Answer at the payment provider before its deadline."
)
# A buyer who tries again at once needs no letter about it.
REMIND_AFTER = timedelta(minutes=2)
_OVER = gettext_noop("The time to pay was over.")


def settle_from_gateway(*, payment: Payment) -> Payment:
    """Get the state from the gateway and book it. Repeatable, in any order, by several at once.

    Asks outside the transaction, so the answer may be old when it is booked: a refusal never undoes a capture.
    """
    if payment.pays_on_delivery:
        return payment
    return book_state(payment=payment, state=get_gateway(payment.gateway).fetch(charge_of(payment)))


def close_at_gateway(*, payment: Payment) -> Payment:
    """Ask the gateway to take no more money before an order is cancelled. Book money that has already arrived."""
    if payment.state not in OPEN_STATES:
        return payment
    state = get_gateway(payment.gateway).cancel(charge_of(payment))
    if state.status is ChargeStatus.CANCELLED:
        return payment  # as asked: no failure of the buyer's
    return book_state(payment=payment, state=state)


def book_state(*, payment: Payment, state: GatewayState) -> Payment:
    """Book a state that was just fetched from the gateway, with the refunds and disputes that it reports. Nothing is
    booked of a charge that is open or unknown."""
    booked = _book_charge(payment, state)
    mirror_refunds(payment=booked, state=state)
    mirror_disputes(payment=booked, state=state)
    return booked


def _book_charge(payment: Payment, state: GatewayState) -> Payment:
    if payment.state in MONEY_RECEIVED_STATES:
        return _book_costs(payment, state)
    if state.status is ChargeStatus.PAID:
        return confirm_payment(payment=payment, state=state)
    if state.status is ChargeStatus.CONFIRMING:
        return note_confirming(payment=payment, state=state)
    if state.status is ChargeStatus.DECLINED:
        return fail_payment(payment=payment, state=state)
    if state.status is ChargeStatus.CANCELLED:
        return fail_payment(payment=payment, state=replace(state, code="expired", message=_OVER))
    if state.status is ChargeStatus.OPEN and payment.state == PaymentState.CONFIRMING:
        return note_open_again(payment=payment)
    return payment


@repeated_on_deadlock
@events.transaction_with_wake_up()
def confirm_payment(*, payment: Payment, state: GatewayState) -> Payment:
    """Book the money, mark the order paid, allocate its stock. Calling it again changes nothing.

    Money for an order that was cancelled, or is paid already, is booked too and sent back at once.
    """
    order, payment = lock_payment(payment.pk)
    if payment.state in MONEY_RECEIVED_STATES:
        return payment
    if state.amount != from_minor(payment.amount_minor, payment.currency):
        return _flag_wrong_amount(payment, state)
    is_second = order.paid_at is not None
    capture(payment, state)
    if is_second:
        return _send_back(order, payment, PAID_TWICE)
    orders.mark_paid(order=order, payment_ref=str(payment.pk), at=payment.captured_at or now())
    if order.cancelled_at is not None:
        return _send_back(order, payment, ARRIVED_LATE)
    _close_others(order, payment)
    if order.needs_shipping:
        inventory.allocate_stock(order_ref=order.pk)
    tell_paid(order, payment)
    return payment


def _book_costs(payment: Payment, state: GatewayState) -> Payment:
    """What a payment costs after its money came: fees, and what banks withdraw. A dispute waits for a person."""
    if not news_of_costs(payment, state):
        return payment
    return _note_costs(payment, state)


@repeated_on_deadlock
@transaction.atomic
def _note_costs(payment: Payment, state: GatewayState) -> Payment:
    _, payment = lock_payment(payment.pk)
    news = note_costs(payment, state)
    if any(movement.kind == TransactionKind.WITHDRAWN for movement in news):
        payment.needs_attention = DISPUTED
    payment.save(update_fields=["disputed_minor", "needs_attention", "updated_at"])
    return payment


@repeated_on_deadlock
@events.transaction_with_wake_up()
def settle_free_order(*, order: Order) -> Order:
    """Mark an order paid that costs nothing: no gateway is asked, no payment is made. Calling it again changes nothing.

    For the transaction that places it; its stock is allocated there. Raises `PaymentNotOpen` when something is to be
    paid.
    """
    orders.lock_order(order)
    if order.total_minor:
        raise PaymentNotOpen(gettext("This order has to be paid."))
    if order.paid_at is None:
        orders.mark_paid(order=order, payment_ref="")
        tell_paid(order, None)
    return order


@repeated_on_deadlock
@events.transaction_with_wake_up()
def note_confirming(*, payment: Payment, state: GatewayState) -> Payment:
    """The buyer has paid and the bank is confirming: hold the stock for longer and show no payment form. Repeatable."""
    order, payment = lock_payment(payment.pk)
    if payment.state not in PAYABLE_STATES:
        return payment
    move_payment(payment, PaymentState.CONFIRMING)
    payment.expires_at = now() + timedelta(minutes=settings.CHECKOUT_CONFIRMING_MINUTES)
    payment.failure_code = payment.failure_message = ""
    payment.save()
    record_attempt(payment, "confirming", state)
    if order.cancelled_at is None and order.paid_at is None:
        orders.mark_payment_confirming(order=order, payment_ref=str(payment.pk))
    return payment


@repeated_on_deadlock
@events.transaction_with_wake_up()
def note_open_again(*, payment: Payment) -> Payment:
    """The bank confirms nothing: the buyer may pay again. Repeatable."""
    order, payment = lock_payment(payment.pk)
    if payment.state != PaymentState.CONFIRMING:
        return payment
    move_payment(payment, PaymentState.PENDING)
    payment.expires_at = now() + get_time_to_pay()
    payment.save(update_fields=["state", "expires_at", "updated_at"])
    if order.cancelled_at is None and order.paid_at is None:
        orders.mark_payment_pending(order=order, payment_ref=str(payment.pk))
    return payment


@repeated_on_deadlock
@events.transaction_with_wake_up()
def fail_payment(*, payment: Payment, state: GatewayState) -> Payment:
    """Record that the last attempt was refused. The buyer may try again until the payment expires."""
    order, payment = lock_payment(payment.pk)
    if payment.state not in OPEN_STATES or payment.state == PaymentState.FAILED:
        return payment
    move_payment(payment, PaymentState.FAILED)
    payment.failure_code, payment.failure_message = state.code[:64], state.message[:255]
    payment.save(update_fields=["state", "failure_code", "failure_message", "updated_at"])
    record_attempt(payment, "declined", state)
    if order.cancelled_at is None and order.paid_at is None:
        orders.mark_payment_failed(order=order, payment_ref=str(payment.pk), reason=state.message)
        tell("payment.failed", order, payment)
        tell("payment.reminder_due", order, payment, due_after=REMIND_AFTER)
    return payment


def _close_others(order: Order, payment: Payment) -> None:
    """Close other open payments of the order; a payment that arrives there is refunded."""
    others = Payment.objects.select_for_update().filter(order_id=order.pk, state__in=OPEN_STATES)
    for other in others.exclude(pk=payment.pk).order_by("pk"):
        move_payment(other, PaymentState.CANCELLED)
        other.save(update_fields=["state", "updated_at"])


def _send_back(order: Order, payment: Payment, why: str) -> Payment:
    request_refund(
        order=order,
        payment=payment,
        amount_minor=None,
        reason=why,
        request_key="arrived-late",
        actor=Actor.system("payments"),
    )
    return _flag(payment, why)


def _flag_wrong_amount(payment: Payment, state: GatewayState) -> Payment:
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
    return _flag(payment, sentence % values)


def _flag(payment: Payment, what: str) -> Payment:
    payment.needs_attention = what
    payment.save(update_fields=["needs_attention", "updated_at"])
    return payment
