"""Money that a bank holds: authorized, captured as gateways say, released, or lost when the hold ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from django.utils.translation import gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.money import from_minor, to_minor
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.gateways.errors import GatewayRefused
from apps.gateways.installed import get_gateway
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import HELD
from apps.orders.worth import NOTHING, Worth
from apps.payments.charges import charge_of
from apps.payments.credits import credits_of
from apps.payments.models import Payment
from apps.payments.selectors import get_received_minor
from apps.payments.services.covering import (
    ARRIVED_LATE,
    OVERPAID,
    PAID_TWICE,
    flag,
    flag_wrong_amount,
    send_back,
    settle_order,
)
from apps.payments.services.ledger import move_money, news_of_costs, note_costs, reach
from apps.payments.services.transitions import (
    lock_payment,
    move_payment,
    record_attempt,
    settled_state,
    tell_paid,
)
from apps.payments.states import (
    HELD_STATES,
    MONEY_RECEIVED_STATES,
    PaymentState,
    TransactionKind,
)
from apps.platform.services import note_wake_up
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

HOLD_LOST = gettext_noop(
    "The bank's hold ended before all the money was taken. Ask for the money again, or cancel the order."
)
TAKEN_AFTER_ALL = gettext_noop(
    "Money was taken at the payment provider that had been released here. Give it back there."
)
TAKEN_WHOLE: Final = gettext_noop(
    "The payment provider gives all of the money that it holds or none: what is too much goes back to the buyer."
)
_OVER: Final = (ChargeStatus.PAID, ChargeStatus.CANCELLED)


def authorize_payment(*, payment: Payment, state: GatewayState) -> Payment:
    """Book that a bank holds the money: the order can be shipped, its stock is allocated. Repeatable.

    A hold for an order that was cancelled, or is paid already, is released.
    """
    if state.held_until is not None:
        note_wake_up(store_id=current_store().id, due_at=state.held_until + timedelta(minutes=1))
    return _authorize(payment, state)


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _authorize(payment: Payment, state: GatewayState) -> Payment:
    order, payment = lock_payment(payment.pk)
    if payment.authorized_minor:
        return book_held(order, payment, state)
    if payment.state in MONEY_RECEIVED_STATES:
        return payment
    held = state.amount if state.authorized is None else state.authorized
    if state.amount != from_minor(payment.amount_minor, payment.currency) or not to_minor(held):
        return flag_wrong_amount(payment, state)
    move_payment(payment, PaymentState.AUTHORIZED)
    reach(payment, TransactionKind.AUTHORIZED, held, gateway_ref=state.ref)
    payment.gateway_ref, payment.held_until = state.ref, state.held_until
    payment.failure_code = payment.failure_message = ""
    payment.save()
    record_attempt(payment, "authorized", state)
    if order.is_cancelled or order.paid_at is not None or order.payment_state in HELD:
        ask_for_release(order, payment)
        return flag(payment, what=ARRIVED_LATE if order.is_cancelled else PAID_TWICE)
    settle_order(order, payment, came_minor=to_minor(held))
    is_behind = to_minor(state.captured_sum) > 0 or state.status in _OVER
    return book_held(order, payment, state) if is_behind else payment


def note_held(*, payment: Payment, state: GatewayState) -> Payment:
    """Book the present state of held money, as its gateway says it. Repeatable; without news nothing is locked."""
    is_new = to_minor(state.captured_sum) > payment.captured_minor or (
        state.status in _OVER and payment.held_minor > 0
    )
    if not (is_new or news_of_costs(payment, state)):
        return payment
    return _note_held(payment, state)


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _note_held(payment: Payment, state: GatewayState) -> Payment:
    order, payment = lock_payment(payment.pk)
    return book_held(order, payment, state)


def book_held(order: Order, payment: Payment, state: GatewayState) -> Payment:
    """The same for callers who hold the locks of order and payment."""
    if to_minor(state.captured_sum) > payment.authorized_minor - payment.voided_minor:
        return flag(payment, what=TAKEN_AFTER_ALL)
    came = reach(payment, TransactionKind.CAPTURED, state.captured_sum, gateway_ref=state.ref)
    if came:
        # Pieces may have been taken off while the bank was asked.
        payment.amount_minor = max(payment.amount_minor, payment.captured_minor)
        payment.captured_at = now()
        part = from_minor(came, payment.currency)
        record_attempt(payment, "captured", replace(state, amount=part))
    if state.status in _OVER:
        payment.held_until = None
        if payment.held_minor:
            ref = state.ref or "released"
            move_money(payment, TransactionKind.VOIDED, payment.held_minor, gateway_ref=ref)
    note_costs(payment, state)
    _move(payment, is_over=state.status in _OVER)
    payment.save()
    if came:
        _tell_captured(order, payment, came)
    return _look_after(order, payment)


def _move(payment: Payment, *, is_over: bool) -> None:
    if payment.captured_minor and (is_over or not payment.due_minor):
        target = settled_state(payment)
    elif payment.captured_minor:
        target = PaymentState.PARTIALLY_CAPTURED
    else:
        target = PaymentState.CANCELLED if is_over else PaymentState(payment.state)
    if payment.state != target and payment.state in (*HELD_STATES, PaymentState.CANCELLED):
        move_payment(payment, target)


def _tell_captured(order: Order, payment: Payment, came: int) -> None:
    """The order gets what was captured. Money of an order that needs none goes back."""
    if order.is_cancelled:
        send_back(order, payment, why=ARRIVED_LATE)
        return
    if order.paid_at is not None:  # parcels that left were paid with what came before
        send_back(order, payment, why=PAID_TWICE, amount_minor=came)
        return
    received = get_received_minor(order)
    is_last = received >= order.payable_minor
    orders.mark_captured(
        order=order,
        amount_minor=came,
        is_last=is_last,
        payment_ref=str(payment.pk),
        at=payment.captured_at,
    )
    if is_last:
        tell_paid(order, payment)
    else:
        orders.deliver_downloads(order=order)
    more = received - order.payable_minor
    if more > 0 and not get_gateway(payment.gateway).can_capture_less:
        send_back(order, payment, why=TAKEN_WHOLE, amount_minor=more)
    elif more > 0:
        flag(payment, what=OVERPAID)


def _look_after(order: Order, payment: Payment) -> Payment:
    """A hold that is not needed any more is released; one that ended too early is for people."""
    if payment.held_minor and (order.is_cancelled or order.paid_at is not None):
        ask_for_release(order, payment)
    if order.is_cancelled or order.payment_state not in HELD:
        return payment
    rows = list(Payment.objects.filter(order_id=order.pk))
    received = sum(each.captured_minor for each in rows)
    held = sum(each.held_minor for each in rows if each.state in HELD_STATES)
    if received + held >= order.payable_minor:
        return payment
    orders.mark_hold_lost(order=order, received_minor=received, payment_ref=str(payment.pk))
    return flag(payment, what=HOLD_LOST)


@cleans_text
def give_up_hold(
    *,
    order: Order,
    payment: Payment,
    reason: Annotated[str, Line(200)],
    actor: Actor,
    worth: Worth = NOTHING,
) -> Worth:
    """What is not captured of a hold is not to be paid any more, and released. For callers who hold the locks.

    Returns by what less is to be paid, of `worth` first, with the tax in it.
    """
    less = payment.due_minor
    given = credits_of(order).left.take(worth, less) if less else NOTHING
    is_void = not payment.captured_minor
    if is_void:
        move_payment(payment, PaymentState.CANCELLED)
    else:
        payment.amount_minor -= less
        move_payment(payment, settled_state(payment))
    payment.save(update_fields=["state", "amount_minor", "updated_at"])
    amount = from_minor(less, payment.currency)
    state = GatewayState(ChargeStatus.AUTHORIZED, amount, message=reason)
    record_attempt(payment, "not_collected" if is_void else "reduced", state)
    orders.reduce_due(
        order=order,
        amount_minor=less,
        received_minor=get_received_minor(order),
        payment_ref=str(payment.pk),
        reason=reason,
        actor=actor,
        tax_minor=given.tax_minor,
        tax_components=given.parts_json(),
    )
    if order.paid_at is not None and not order.is_cancelled:
        tell_paid(order, payment)
    ask_for_release(order, payment)
    return given


def release_payment(*, payment_id: UUID) -> Payment:
    """Let the bank release what it still holds, and book it. Repeatable. Raises `GatewayUnavailable`."""
    payment = Payment.objects.get(pk=payment_id)
    if not payment.held_minor:
        return payment
    gateway, charge = get_gateway(payment.gateway), charge_of(payment)
    try:
        state = gateway.cancel(charge)
    except GatewayRefused:
        state = gateway.fetch(charge)
    return note_held(payment=payment, state=state)


def ask_for_release(order: Order, payment: Payment) -> None:
    """The bank is asked after the commit. For callers who hold the locks."""
    events.emit(
        topic="payment.release_due", key=str(order.pk), payload={"payment_id": str(payment.pk)}
    )
