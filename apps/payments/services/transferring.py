"""Bank transfers, as staff read them on the store's account: what came, and what has to go back by their own hands."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import moment_at, now, today
from apps.common.errors import InvalidInput
from apps.common.money import MAX_MINOR, format_money, from_minor
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.gateways.installed import is_booked_by_staff
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders.models import Order
from apps.payments.balances import lacking_minor
from apps.payments.errors import NothingToSettle, PaymentNotOpen
from apps.payments.models import Payment
from apps.payments.selectors import can_be_followed
from apps.payments.services.covering import PAID_TWICE, UNDERPAID, send_back, settle_order
from apps.payments.services.creating import create_payment
from apps.payments.services.transitions import capture, lock_payment
from apps.payments.states import MONEY_RECEIVED_STATES
from apps.payments.transfers import following_id
from apps.platform.auditing import note
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

_NOON: Final = time(12)
_OLDEST: Final = timedelta(days=400)


@cleans_text
@repeated_on_deadlock
def book_transfer(
    *,
    payment: Payment,
    amount_minor: int,
    received_on: date,
    reference: Annotated[str, Line(100)] = "",
    actor: Actor,
) -> Payment:
    """Record what came for the order by a transfer: all of it, less or more. Once for a payment: calling it again changes
    nothing.

    Less makes the order underpaid, and the rest is a payment of its own. Money for an order that is cancelled, or paid
    already, is booked too, and staff are asked to transfer it back. Raises `InvalidInput` by field, `PaymentNotOpen` for
    a payment of another kind.
    """
    _check(amount_minor, received_on)
    with events.transaction_with_wake_up():
        order, payment = lock_payment(payment.pk)
        if not is_booked_by_staff(payment.gateway):
            raise PaymentNotOpen
        if payment.state in MONEY_RECEIVED_STATES:
            return payment
        return _book(order, payment, amount_minor, received_on, reference, actor)


@cleans_text
@repeated_on_deadlock
def book_next_transfer(
    *,
    after: Payment,
    amount_minor: int,
    received_on: date,
    reference: Annotated[str, Line(100)] = "",
    actor: Actor,
) -> Payment:
    """Record what came by one more transfer, for an order of which transfer `after` brought less than was to be paid.

    It is a payment of its own, and `after` has one: calling it again returns that. Raises `InvalidInput` by field,
    `PaymentNotOpen` when `after` was not booked by staff, `NothingToSettle` when nothing is missing.
    """
    _check(amount_minor, received_on)
    with events.transaction_with_wake_up():
        order, after = lock_payment(after.pk)
        if not can_be_followed(after):
            raise PaymentNotOpen
        following = following_id(after)
        known = Payment.objects.filter(pk=following, order=order).first()
        if known is not None:
            return known
        rows = list(Payment.objects.select_for_update().filter(order_id=order.pk).order_by("pk"))
        lacking = lacking_minor(order, rows)
        if not lacking or order.paid_at is not None or order.is_cancelled:
            raise NothingToSettle
        payment = create_payment(
            order=order,
            gateway_code=after.gateway,
            expires_at=None,
            amount_minor=lacking,
            payment_id=following,
        )
        flagged = [each.pk for each in rows if each.needs_attention == UNDERPAID]
        Payment.objects.filter(pk__in=flagged).update(needs_attention="")
        return _book(order, payment, amount_minor, received_on, reference, actor)


def _book(
    order: Order,
    payment: Payment,
    amount_minor: int,
    received_on: date,
    reference: str,
    actor: Actor,
) -> Payment:
    came = from_minor(amount_minor, payment.currency)
    asked = from_minor(payment.amount_minor, payment.currency)
    is_second = order.paid_at is not None
    ref = reference or f"transfer-{payment.pk}"
    capture(payment, GatewayState(ChargeStatus.PAID, asked, ref=ref, captured=came))
    payment.captured_at = _moment_of(order, received_on)
    payment.save(update_fields=["captured_at"])
    note(
        "payment.transfer_received",
        payment,
        actor=actor,
        after={
            "order": order.number,
            "amount": format_money(came, current_store().language),
            "received_on": received_on.isoformat(),
            "reference": reference,
        },
    )
    if is_second:
        return send_back(order, payment, why=PAID_TWICE)
    return settle_order(order, payment, came_minor=amount_minor, actor=actor)


def _check(amount_minor: int, received_on: date) -> None:
    wrong: dict[str, list[str]] = {}
    if not 0 < amount_minor <= MAX_MINOR:
        wrong["amount"] = [gettext("The amount must be more than 0.")]
    if not today() - _OLDEST <= received_on <= today():
        wrong["received_on"] = [gettext("The day must be today or before, and not long ago.")]
    if wrong:
        raise InvalidInput(fields=wrong)


def _moment_of(order: Order, day: date) -> datetime:
    """Noon of that day, within what can be: after the order, before now."""
    moment = now()
    return moment if day >= today() else min(max(moment_at(day, _NOON), order.placed_at), moment)
