"""Captures of held money: requested under the lock, called outside, booked by the gateway's sums.

A process that dies between the call and the booking leaves a requested capture: the next one, or the sweep, asks the
gateway what was captured and books that once.
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.money import to_minor
from apps.events import services as events
from apps.gateways.errors import GatewayRefused
from apps.gateways.installed import get_gateway
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.charges import capture_request_of, charge_of
from apps.payments.errors import CaptureFailed
from apps.payments.models import Capture, Payment
from apps.payments.services.holding import book_held, note_held
from apps.payments.services.transitions import lock_payment
from apps.payments.states import HELD_STATES, CaptureState
from apps.platform.sweeps import do_each
from apps.tenancy.retrying import repeated_on_deadlock

NOT_WANTED = gettext_noop(
    "The order was changed meanwhile: this money is not to be taken any more."
)
_MOST = 10  # captures in one call


def capture_up_to(*, order: Order, target_minor: int, is_last: bool, actor: Actor) -> None:
    """Take held money until so much of the order has come. **Outside any transaction**; repeatable.

    `is_last`: nothing more of the order will be captured. Raises `CaptureFailed` when a bank refuses or holds too
    little, `GatewayUnavailable` when it does not answer: the same call again goes on.
    """
    for _ in range(_MOST):
        capture, is_new = _next_capture(order, target_minor, is_last, actor)
        if capture is None:
            return
        done = send_capture(capture_id=capture.pk, is_repeated=not is_new)
        if done.state == CaptureState.FAILED:
            raise CaptureFailed(_why(done) if done.failure_message else gettext(NOT_WANTED))
        if done.state == CaptureState.REQUESTED:
            raise CaptureFailed(gettext("The bank has not answered yet. Please try again."))
    raise CaptureFailed(gettext("The bank holds less than is needed."))


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _next_capture(
    order: Order, target_minor: int, is_last: bool, actor: Actor
) -> tuple[Capture | None, bool]:
    """The capture to send now: one without an answer first, else a new one. None when enough has come."""
    orders.lock_order(order)
    rows = list(Payment.objects.select_for_update().filter(order_id=order.pk).order_by("pk"))
    waiting = Capture.objects.filter(payment__in=rows, state=CaptureState.REQUESTED)
    if pending := waiting.order_by("created_at", "id").first():
        return pending, False
    short = target_minor - sum(payment.captured_minor for payment in rows)
    if short <= 0:
        return None, False
    for payment in rows:
        most = min(payment.held_minor, payment.due_minor)
        if payment.state not in HELD_STATES or most <= 0:
            continue
        gateway = get_gateway(payment.gateway)
        in_parts = gateway.can_capture_in_parts
        amount = min(short, most) if in_parts else most
        if not gateway.can_capture_less:  # pieces may have been taken off since
            amount = payment.held_minor
        capture = Capture.objects.create(
            payment=payment,
            amount_minor=amount,
            currency=payment.currency,
            captured_before_minor=payment.captured_minor,
            is_last=is_last or amount == payment.due_minor or not in_parts,
            actor_kind=str(actor.kind),
            actor_label=actor.label[:150],
        )
        return capture, True
    raise CaptureFailed(gettext("The bank holds less than is needed."))


def send_capture(*, capture_id: UUID, is_repeated: bool = True) -> Capture:
    """Take the money and book the gateway's answer. Repeatable: the capture's id is the gateway's idempotency key.

    A repeated call asks first whether it was taken: gateways forget their keys. What was not taken of an order that was
    cancelled, or whose rest was given up meanwhile, is not asked for any more. Raises `GatewayUnavailable`, after which
    the sweep tries again.
    """
    capture = Capture.objects.select_related("payment").get(pk=capture_id)
    if capture.state != CaptureState.REQUESTED:
        return capture
    gateway, charge = get_gateway(capture.payment.gateway), charge_of(capture.payment)
    is_wanted = capture.payment.state in HELD_STATES
    state = None if is_wanted and not is_repeated else gateway.fetch(charge)
    if state is None or not _has_happened(capture, state):
        if state is not None and not is_wanted:
            return _book_failure(capture, "", state)
        try:
            state = gateway.capture(capture_request_of(capture))
        except GatewayRefused as refusal:
            return _book_failure(capture, str(refusal), gateway.fetch(charge))
    return _book_success(capture, state)


def send_waiting_captures(*, older_than: timedelta, limit: int = 200) -> int:
    """Finish captures that a crash or a silent gateway left. Returns the number of settled ones."""
    waiting = Capture.objects.filter(
        state=CaptureState.REQUESTED, created_at__lt=now() - older_than
    ).order_by("created_at")
    return do_each(list(waiting.values_list("pk", flat=True)[:limit]), _is_settled)


def look_after_holds(*, older_than: timedelta, limit: int = 200) -> int:
    """Book holds that have ended at the bank, and release those that are not needed. Returns the number of either."""
    held = Payment.objects.filter(authorized_minor__gt=F("captured_minor") + F("voided_minor"))
    ended = held.filter(state__in=HELD_STATES, held_until__lt=now())
    useless = held.exclude(state__in=HELD_STATES).filter(updated_at__lt=now() - older_than)
    return do_each(
        [*ended[:limit], *useless[:limit]], lambda payment: look_after_hold(payment=payment)
    )


def look_after_hold(*, payment: Payment) -> bool:
    """Book that a hold has ended, or release one that is not needed. Repeatable. Returns whether nothing is held any
    more."""
    gateway, charge = get_gateway(payment.gateway), charge_of(payment)
    is_needed = payment.state in HELD_STATES
    state = gateway.fetch(charge) if is_needed else gateway.cancel(charge)
    return not note_held(payment=payment, state=state).held_minor


def _is_settled(capture_id: UUID) -> bool:
    return send_capture(capture_id=capture_id).state != CaptureState.REQUESTED


def _has_happened(capture: Capture, state: GatewayState) -> bool:
    if state.status not in (ChargeStatus.AUTHORIZED, ChargeStatus.PAID):
        return False
    return to_minor(state.captured_sum) >= capture.captured_before_minor + capture.amount_minor


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _book_success(capture: Capture, state: GatewayState) -> Capture:
    order, payment, capture = _lock_capture(capture)
    if capture.state != CaptureState.REQUESTED or not _has_happened(capture, state):
        return capture
    capture.state, capture.settled_at = CaptureState.SUCCEEDED, now()
    capture.save(update_fields=["state", "settled_at"])
    refused = payment.captures.filter(state=CaptureState.FAILED)
    if payment.needs_attention in {_why(each)[:255] for each in refused}:
        payment.needs_attention = ""
    book_held(order, payment, state)
    return capture


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _book_failure(capture: Capture, message: str, state: GatewayState) -> Capture:
    """The bank took nothing; it may also hold nothing any more. `message`: why it refused; empty where it was not asked."""
    order, payment, capture = _lock_capture(capture)
    if capture.state != CaptureState.REQUESTED:
        return capture
    capture.state, capture.settled_at = CaptureState.FAILED, now()
    capture.failure_message = message[:255]
    capture.save(update_fields=["state", "settled_at", "failure_message"])
    if message:
        payment.needs_attention = _why(capture)[:255]
    book_held(order, payment, state)
    return capture


def _why(capture: Capture) -> str:
    sentence = gettext("The bank refused to give the money: %(message)s")
    return sentence % {"message": capture.failure_message}


def _lock_capture(capture: Capture) -> tuple[Order, Payment, Capture]:
    order, payment = lock_payment(capture.payment_id)
    return order, payment, Capture.objects.select_for_update().get(pk=capture.pk)
