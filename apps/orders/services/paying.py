"""Records payments, cash and refunds of an order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.states import require_transition
from apps.common.typed_text import Line, Said, cleans_text
from apps.orders.errors import NothingDue, RefundTooLarge
from apps.orders.models import Order
from apps.orders.services.history import lock_order, record
from apps.orders.states import (
    AWAITS_CASH,
    HELD,
    PAYMENT_TRANSITIONS,
    OrderPaymentState,
)
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
def mark_payment_pending(*, order: Order, payment_ref: str, actor: Actor | None = None) -> Order:
    """Record that the money is on its way. Calling it again changes nothing."""
    return _try(
        order,
        OrderPaymentState.PENDING,
        kind="order.payment_pending",
        actor=actor,
        payment_ref=payment_ref,
    )


@repeated_on_deadlock
def mark_payment_confirming(*, order: Order, payment_ref: str, actor: Actor | None = None) -> Order:
    """Record that the buyer has paid as far as they can, and the bank reports later. Repeatable."""
    return _try(
        order,
        OrderPaymentState.CONFIRMING,
        kind="order.payment_confirming",
        actor=actor,
        payment_ref=payment_ref,
    )


@repeated_on_deadlock
def mark_paid(
    *, order: Order, payment_ref: str, at: datetime | None = None, actor: Actor | None = None
) -> Order:
    """Record that the order is paid in full, less what was given back of it before. Calling it again changes nothing, also
    after a refund.

    Money that arrives for a cancelled order is recorded anyway, because it is there: look at
    `order.cancelled_at` afterwards and give it back instead of allocating stock.
    """
    with transaction.atomic():
        lock_order(order)
        if order.paid_at is None:
            changes = {"paid_at": at or now()}
            move(
                order,
                settled_state_of(order),
                changes,
                kind="order.paid" if order.total_minor else "order.nothing_to_pay",
                actor=actor,
                payment_ref=payment_ref,
            )
    return order


@repeated_on_deadlock
def note_prepaid(
    *,
    order: Order,
    kind: str,
    amount_minor: int,
    payment_ref: str,
    last_four: str = "",
    actor: Actor | None = None,
) -> Order:
    """Record that a gift card or store credit has paid a part, in the transaction that places the order: **every call
    counts**. The payment's state follows what pays the rest."""
    with transaction.atomic():
        lock_order(order)
        facts: dict[str, Any] = {"amount_minor": amount_minor, "payment_ref": payment_ref}
        if last_four:
            facts["last_four"] = last_four
        record(order, kind=kind, changes={}, actor=actor, **facts)
    return order


@cleans_text
@repeated_on_deadlock
def mark_payment_failed(
    *,
    order: Order,
    payment_ref: str,
    reason: Annotated[str, Said(500)] = "",
    actor: Actor | None = None,
) -> Order:
    """Record that a payment did not work; the buyer may try again. Refused once the order is paid."""
    return _try(
        order,
        OrderPaymentState.FAILED,
        kind="order.payment_failed",
        actor=actor,
        payment_ref=payment_ref,
        reason=reason,
    )


@repeated_on_deadlock
def mark_cash_due(*, order: Order, payment_ref: str = "", actor: Actor | None = None) -> Order:
    """Record that the buyer pays at the door: the order counts from now on. Calling it again changes nothing."""
    return _reach(
        order,
        OrderPaymentState.CASH_DUE,
        kind="order.cash_due",
        actor=actor,
        payment_ref=payment_ref,
    )


@repeated_on_deadlock
def mark_cash_received(
    *,
    order: Order,
    amount_minor: int,
    is_last: bool,
    payment_ref: str,
    at: datetime | None = None,
    actor: Actor | None = None,
) -> Order:
    """Record cash that came with a parcel: **every call counts**. The last cash makes the order paid.

    Raises `NothingDue` when no cash is due.
    """
    with transaction.atomic():
        lock_order(order)
        _require_cash_due(order, is_possible=amount_minor <= order.payable_minor)
        move(
            order,
            settled_state_of(order) if is_last else OrderPaymentState.PARTIALLY_PAID,
            {"paid_at": at or now()} if is_last else {},
            kind="order.paid" if is_last else "order.partially_paid",
            actor=actor,
            payment_ref=payment_ref,
            amount_minor=amount_minor,
        )
    return order


@repeated_on_deadlock
def undo_cash(
    *,
    order: Order,
    amount_minor: int,
    received_minor: int,
    payment_ref: str,
    actor: Actor | None = None,
) -> Order:
    """Record that cash which was booked did not come: the parcel was not delivered. **Every call counts.**

    `received_minor` is what stays booked, with other parcels.
    """
    with transaction.atomic():
        lock_order(order)
        move(
            order,
            OrderPaymentState.PARTIALLY_PAID if received_minor else OrderPaymentState.CASH_DUE,
            {"paid_at": None},
            kind="order.cash_undone",
            actor=actor,
            payment_ref=payment_ref,
            amount_minor=amount_minor,
        )
    return order


@cleans_text
@repeated_on_deadlock
def reduce_due(
    *,
    order: Order,
    amount_minor: int,
    payment_ref: str,
    received_minor: int = 0,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
    **facts: Any,
) -> Order:
    """Record that so much of what is due later is not due any more: **every call counts**.

    Due later is cash on delivery, what a bank holds, and what an underpaid order lacks. `received_minor` came before.
    If nothing is left to pay, the order becomes paid, or its payment void if nothing was received. Raises `NothingDue`
    when nothing, or not that much, is due.
    """
    with transaction.atomic():
        lock_order(order)
        due_minor = order.payable_minor - received_minor
        most = min(due_minor, order.payable_minor - order.refunded_minor)
        _require_due_later(order, is_possible=0 <= amount_minor <= most)
        is_cash = order.payment_state in AWAITS_CASH
        changes: dict[str, Any] = {"reduced_minor": order.reduced_minor + amount_minor}
        facts |= {"payment_ref": payment_ref, "reason": reason, "amount_minor": amount_minor}
        if amount_minor == order.payable_minor:
            kind = "order.cash_void" if is_cash else "order.hold_void"
            move(order, OrderPaymentState.VOID, changes, kind=kind, actor=actor, **facts)
        elif amount_minor:
            kind = "order.due_reduced" if is_cash else "order.rest_waived"
            record(order, kind=kind, changes=changes, actor=actor, **facts)
        if amount_minor == due_minor and received_minor:
            move(
                order,
                settled_state_of(order),
                {"paid_at": now()},
                kind="order.due_settled",
                actor=actor,
                payment_ref=payment_ref,
            )
    return order


@cleans_text
@repeated_on_deadlock
def mark_refunded(
    *,
    order: Order,
    refunded_minor: int,
    payment_ref: str,
    reason: Annotated[str, Line(255)] = "",
    actor: Actor | None = None,
) -> Order:
    """Record the **total** of refunds so far, in minor units. A total that is already recorded (a repeated or late
    call) changes nothing. An order of which money is still to come stays partly paid. More than the buyer had to pay raises
    `RefundTooLarge`.
    """
    with transaction.atomic():
        lock_order(order)
        if refunded_minor > order.payable_minor:
            raise RefundTooLarge(refunded_minor=refunded_minor, total_minor=order.payable_minor)
        if refunded_minor > order.refunded_minor:
            whole = refunded_minor == order.payable_minor
            target = OrderPaymentState.REFUNDED if whole else OrderPaymentState.PARTIALLY_REFUNDED
            if order.payment_state in _NOT_ALL_CAME:
                target = OrderPaymentState(order.payment_state)
            move(
                order,
                target,
                {"refunded_minor": refunded_minor},
                kind="order.refunded" if whole else "order.partially_refunded",
                actor=actor,
                payment_ref=payment_ref,
                reason=reason,
                amount_minor=refunded_minor - order.refunded_minor,
            )
    return order


_NOT_ALL_CAME = (
    OrderPaymentState.PARTIALLY_PAID,
    OrderPaymentState.PARTIALLY_CAPTURED,
    OrderPaymentState.UNDERPAID,
)


@cleans_text
@repeated_on_deadlock
def note_given_back(
    *,
    order: Order,
    refunded_minor: int,
    payment_ref: str,
    reason: Annotated[str, Line(255)] = "",
    actor: Actor | None = None,
) -> Order:
    """As `mark_refunded`, for an order whose money has not come, and of which a gift card or store credit had paid a
    part: its payment's state says what it said."""
    with transaction.atomic():
        lock_order(order)
        if refunded_minor > order.refunded_minor:
            record(
                order,
                kind="order.partially_refunded",
                changes={"refunded_minor": refunded_minor},
                actor=actor,
                payment_ref=payment_ref,
                reason=reason,
                amount_minor=refunded_minor - order.refunded_minor,
            )
    return order


def _require_due_later(order: Order, *, is_possible: bool) -> None:
    is_due = order.payment_state in (*AWAITS_CASH, *HELD, OrderPaymentState.UNDERPAID)
    if not is_due or not is_possible:
        raise NothingDue(payable_minor=order.payable_minor, currency=order.currency)


def _require_cash_due(order: Order, *, is_possible: bool) -> None:
    if order.payment_state not in AWAITS_CASH or not is_possible:
        raise NothingDue(payable_minor=order.payable_minor, currency=order.currency)


def settled_state_of(order: Order) -> OrderPaymentState:
    """The state of an order of which nothing is due any more, by what was given back of it."""
    if not order.refunded_minor:
        return OrderPaymentState.PAID
    if order.refunded_minor == order.payable_minor:
        return OrderPaymentState.REFUNDED
    return OrderPaymentState.PARTIALLY_REFUNDED


def _reach(order: Order, target: OrderPaymentState, **event: Any) -> Order:
    """Move the order's payment there, unless it is there already."""
    with transaction.atomic():
        lock_order(order)
        if order.payment_state != target:
            move(order, target, {}, **event)
    return order


def _try(order: Order, target: OrderPaymentState, **event: Any) -> Order:
    """The same for an attempt to pay. An underpaid order stays so while its rest is tried."""
    with transaction.atomic():
        lock_order(order)
        if order.payment_state == OrderPaymentState.UNDERPAID:
            return order
        return _reach(order, target, **event)


def move(
    order: Order, target: OrderPaymentState, changes: Mapping[str, Any], *, kind: str, **facts: Any
) -> None:
    """Change the payment's state, and what changes with it, as an event of the locked order. Of one that is covered again
    nothing is unpaid."""
    require_transition(
        PAYMENT_TRANSITIONS,
        subject=gettext("The payment of order %(number)s") % {"number": order.number},
        current=OrderPaymentState(order.payment_state),
        target=target,
    )
    changes = {"payment_state": target.value, **changes}
    if order.unpaid_minor and (changes.get("paid_at") or target in _COVERED):
        changes["unpaid_minor"] = 0
    record(order, kind=kind, changes=changes, **facts)


_COVERED = (*HELD, OrderPaymentState.VOID)
