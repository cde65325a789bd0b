"""Settling payments: captured, refused, cancelled. Only a state fetched from the gateway is booked."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from apps.common.clock import now
from apps.common.money import from_minor, to_minor
from apps.events import services as events
from apps.gateways.base import CompletingGateway
from apps.gateways.installed import get_gateway
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.charges import charge_of
from apps.payments.errors import PaymentNotOpen
from apps.payments.models import Payment
from apps.payments.selectors import get_time_to_pay
from apps.payments.services.covering import PAID_TWICE, flag_wrong_amount, send_back, settle_order
from apps.payments.services.holding import authorize_payment, book_held, note_held
from apps.payments.services.ledger import news_of_costs, note_costs
from apps.payments.services.mirroring import mirror_disputes, mirror_refunds
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
    return book_state(payment=payment, state=ask_gateway(payment=payment))


def ask_gateway(*, payment: Payment) -> GatewayState:
    """The state at the gateway, for `book_state`. What a buyer has approved there is taken first, if the order waits for it.

    Outside any transaction. Money of an order that is cancelled in this moment arrives late, and goes back.
    """
    gateway, charge = get_gateway(payment.gateway), charge_of(payment)
    state = gateway.fetch(charge)
    if state.status is not ChargeStatus.APPROVED or not isinstance(gateway, CompletingGateway):
        return state
    waiting = Payment.objects.filter(
        pk=payment.pk,
        state__in=OPEN_STATES,
        order__cancelled_at__isnull=True,
        order__paid_at__isnull=True,
    )
    return gateway.complete(charge) if waiting.exists() else state


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
    if payment.authorized_minor:
        return note_held(payment=payment, state=state)
    if payment.state in MONEY_RECEIVED_STATES:
        return _book_costs(payment, state)
    if state.status is ChargeStatus.AUTHORIZED or _was_held(payment, state):
        return authorize_payment(payment=payment, state=state)
    if state.status is ChargeStatus.PAID:
        return confirm_payment(payment=payment, state=state)
    if state.status is ChargeStatus.CONFIRMING:
        return note_confirming(payment=payment, state=state)
    if state.status is ChargeStatus.DECLINED:
        return fail_payment(payment=payment, state=state)
    if state.status is ChargeStatus.CANCELLED:
        return fail_payment(payment=payment, state=replace(state, code="expired", message=_OVER))
    is_open = state.status in (ChargeStatus.OPEN, ChargeStatus.APPROVED)
    if is_open and payment.state == PaymentState.CONFIRMING:
        return note_open_again(payment=payment)
    return payment


@repeated_on_deadlock
@events.transaction_with_wake_up()
def confirm_payment(*, payment: Payment, state: GatewayState) -> Payment:
    """Book the money; if it covers the order, mark it paid and allocate its stock. Calling it again changes nothing.

    Money for an order that was cancelled, or is paid already, is booked too and sent back at once.
    """
    order, payment = lock_payment(payment.pk)
    if payment.authorized_minor:
        return book_held(order, payment, state)
    if payment.state in MONEY_RECEIVED_STATES:
        return payment
    asked = from_minor(payment.amount_minor, payment.currency)
    if state.amount != asked or not to_minor(state.captured_sum):
        return flag_wrong_amount(payment, state)
    is_second = order.paid_at is not None
    capture(payment, state)
    if is_second:
        return send_back(order, payment, why=PAID_TWICE)
    return settle_order(order, payment, came_minor=payment.captured_minor)


def _was_held(payment: Payment, state: GatewayState) -> bool:
    """Whether the bank held the money and gave it before the store heard of either."""
    is_paid = payment.is_captured_later and state.status is ChargeStatus.PAID
    return is_paid and state.authorized is not None and bool(to_minor(state.authorized))


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
    """The buyer has paid and the bank is confirming: hold the stock for longer and show no payment form. Repeatable.

    What staff ask for has no end, and gets none.
    """
    order, payment = lock_payment(payment.pk)
    if payment.state not in PAYABLE_STATES:
        return payment
    move_payment(payment, PaymentState.CONFIRMING)
    if payment.expires_at is not None:
        longer = now() + timedelta(minutes=settings.CHECKOUT_CONFIRMING_MINUTES)
        payment.expires_at = max(payment.expires_at, longer)
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
    if payment.expires_at is not None:
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
