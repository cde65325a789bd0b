"""What staff do with an order whose payments do not fit: ask for the rest, write it off, or give back what is too much."""

from collections.abc import Sequence
from typing import Annotated

from apps.common.actor import Actor
from apps.common.money import from_minor
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.gateways.installed import get_gateway
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.worth import NOTHING, Worth
from apps.payments.balances import balance_of, lacking_minor
from apps.payments.credits import credits_of
from apps.payments.errors import NothingToSettle
from apps.payments.models import Payment, Refund
from apps.payments.selectors import get_payment_method
from apps.payments.services.covering import OVERPAID, UNDERPAID, settle_order
from apps.payments.services.creating import create_payment
from apps.payments.services.holding import HOLD_LOST
from apps.payments.services.refunding import refund_part
from apps.payments.services.transitions import move_payment, record_attempt, tell
from apps.payments.states import OPEN_STATES, PaymentState
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
@events.transaction_with_wake_up()
def ask_for_rest(*, order: Order, gateway_code: str, actor: Actor) -> Payment:
    """Ask the buyer by mail to pay what is missing, on the order's page. The request has no end.

    Raises `NothingToSettle`, also while a payment of the order is open, and `PaymentMethodUnavailable`.
    """
    orders.lock_order(order)
    missing = balance_of(order).missing_minor
    if not missing or get_gateway(gateway_code).pays_on_delivery:
        raise NothingToSettle
    method = get_payment_method(gateway_code)
    payment = create_payment(
        order=order, gateway_code=method.code, expires_at=None, amount_minor=missing
    )
    _settled(order, (UNDERPAID, HOLD_LOST))
    note("payment.rest_asked", payment, after={"amount": str(payment), "order": order.number})
    tell("payment.requested", order, payment)
    return payment


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def write_off_rest(*, order: Order, reason: Annotated[str, Line(200)], actor: Actor) -> Order:
    """What is missing is not to be paid any more: the order is paid, or held, by what its payments cover.

    Raises `NothingToSettle` when nothing is missing, or nothing came.
    """
    orders.lock_order(order)
    balance = balance_of(order)
    if not balance.can_write_off:
        raise NothingToSettle
    given = credits_of(order).left.take(NOTHING, balance.missing_minor)
    _take_off(order, _lock_rows(order), given, reason, actor)
    return order


@cleans_text
def waive_missing(
    *, order: Order, worth: Worth, reason: Annotated[str, Line(200)], actor: Actor
) -> Worth:
    """Pieces of that worth are not sent: what is missing of an underpaid order is not to be paid any more, as far as the worth
    goes. For a caller who holds the order's lock. Returns by what less is to be paid."""
    rows = _lock_rows(order)
    less = min(lacking_minor(order, rows), worth.total_minor)
    if not less or not any(map(_covers, rows)):
        return NOTHING
    given = worth.share(less)
    _take_off(order, rows, given, reason, actor)
    return given


def _lock_rows(order: Order) -> list[Payment]:
    return list(Payment.objects.select_for_update().filter(order_id=order.pk).order_by("pk"))


def _covers(payment: Payment) -> bool:
    return bool(payment.captured_minor or payment.held_minor)


def _take_off(
    order: Order, rows: Sequence[Payment], given: Worth, reason: str, actor: Actor
) -> None:
    """So much less is to be paid. What covers the order then settles it; what is still missing is asked for again, where it
    was."""
    payment = [each for each in rows if _covers(each)][-1]
    amount = from_minor(given.total_minor, payment.currency)
    record_attempt(payment, "reduced", GatewayState(ChargeStatus.OPEN, amount, message=reason))
    orders.reduce_due(
        order=order,
        amount_minor=given.total_minor,
        payment_ref=str(payment.pk),
        reason=reason,
        actor=actor,
        tax_minor=given.tax_minor,
        tax_components=given.parts_json(),
    )
    rest = lacking_minor(order, rows)
    if rest:
        _ask_for_less(order, rows, rest)
        return
    _settled(order, (UNDERPAID, HOLD_LOST))
    payment.refresh_from_db()
    settle_order(order, payment, came_minor=0)


def _ask_for_less(order: Order, rows: Sequence[Payment], rest_minor: int) -> None:
    for each in rows:
        if each.state in OPEN_STATES and not each.pays_on_delivery:
            move_payment(each, PaymentState.CANCELLED)
            each.save(update_fields=["state", "updated_at"])
            asked = create_payment(
                order=order,
                gateway_code=each.gateway,
                expires_at=each.expires_at,
                amount_minor=rest_minor,
            )
            tell("payment.requested", order, asked)
            return  # one request at a time is open


@cleans_text
@repeated_on_deadlock
def refund_excess(
    *,
    order: Order,
    reason: Annotated[str, Line(200)],
    actor: Actor,
    request_key: Annotated[str, Code(100)],
) -> list[Refund]:
    """Give back what came beyond what was to be paid. The same `request_key` again returns the first refunds.

    Raises `NothingToSettle`.
    """
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        known = list(Refund.objects.filter(payment__order=order, request_key=request_key))
        if known:
            return known
        excess = balance_of(order).excess_minor
        if not excess:
            raise NothingToSettle
        _settled(order, (OVERPAID,))
        return refund_part(
            order=order, amount_minor=excess, reason=reason, request_key=request_key, actor=actor
        )


def _settled(order: Order, flags: tuple[str, ...]) -> None:
    """People have looked at it."""
    flagged = Payment.objects.filter(order_id=order.pk, needs_attention__in=flags)
    flagged.update(needs_attention="")
