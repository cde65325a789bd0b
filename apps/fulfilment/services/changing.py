"""Changes placed orders before they leave: order, payments and stock in one transaction.

Outside it only the gateway of an open payment is asked to take no more of the old amount. A crash after that leaves a payment
that is over at the gateway and open here, as a crash of a cancellation does: the buyer's next attempt makes another one,
and its time ends.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final
from uuid import UUID

from apps.checkout.errors import PriceChanged
from apps.common.actor import Actor
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.fulfilment.changes import ChangeInput, Plan, plan_change
from apps.fulfilment.selectors import has_parcels_on_the_way
from apps.fulfilment.services.cancelling import cancel_rest
from apps.fulfilment.services.delivering import finish_arrival
from apps.fulfilment.services.parcels import tell
from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock
from apps.inventory.queue import Waiting
from apps.orders import services as orders
from apps.orders.errors import OrderChanged, OrderNotChangeable
from apps.orders.models import Order, OrderLine
from apps.orders.selectors import can_cancel_lines, can_change
from apps.orders.services.creating import note_awaited
from apps.orders.services.goods import physical
from apps.orders.states import ARRIVED, FulfilmentState, OrderPaymentState
from apps.payments import services as payments
from apps.payments.adapting import move_of
from apps.payments.errors import RefundNotAllowed
from apps.payments.selectors import list_open_payments, list_payment_methods
from apps.tenancy.retrying import repeated_on_deadlock

_NOT_COUNTED: Final = (
    OrderPaymentState.UNPAID,
    OrderPaymentState.PENDING,
    OrderPaymentState.FAILED,
)


@cleans_text
def change_order(
    *,
    order: Order,
    change: ChangeInput,
    version: int,
    actor: Actor,
    gateway_code: Annotated[str, Code(40)] = "",
    expected_minor: int | None = None,
    may_refund: bool = True,
) -> Order:
    """Do what `plan_change` showed, all or nothing. `version` is the order's `event_count` that was seen, `expected_minor`
    the difference.

    What is to be paid is asked for through `gateway_code`, by the way it is open by now, or the first one that pays online; what came
    already goes back to where it came from. Raises `OrderChanged` for another version, `PriceChanged` for another
    difference, `RefundNotAllowed` where money would go back without the right to it, `OutOfStock`, and what `plan_change`
    raises.
    """
    _require_possible(order, change)
    plan = plan_change(order, change)
    _require_right(plan, may_refund)
    if plan.adaption.open_payments:
        close_open_payments(order)
    return _change(order, change, version, gateway_code, expected_minor, actor, may_refund)


@cleans_text
def cancel_lines(
    *,
    order: Order,
    lines: Mapping[UUID, int],
    version: int,
    reason: Annotated[str, Line(200, required=True)],
    actor: Actor,
    may_refund: bool = True,
) -> Order:
    """Cancel pieces (line id -> how many) that have not left, also of a partly shipped order: what they cost goes back, or
    is not to be paid any more. All that is left of a partly shipped order is cancelled as its rest. Raises as `change_order`.
    """
    order_lines = list(order.lines.all())
    rest = {line.pk: line.open_quantity for line in physical(order_lines) if line.open_quantity}
    wanted = {line_id: count for line_id, count in lines.items() if count}
    if order.fulfilment_state == FulfilmentState.PARTIAL and wanted == rest:
        if order.event_count != version:
            raise OrderChanged
        return cancel_rest(order=order, reason=reason, actor=actor, may_refund=may_refund)
    change = ChangeInput(removed=wanted, reason=reason)
    return change_order(
        order=order, change=change, version=version, actor=actor, may_refund=may_refund
    )


def close_open_payments(order: Order) -> None:
    """**Outside any transaction**: the gateways take no more money for the old amounts. Raises `GatewayUnavailable`."""
    for payment in list_open_payments(order):
        if not payment.pays_on_delivery:
            payments.close_at_gateway(payment=payment)


def online_gateway() -> str:
    """The first way to pay online that the store offers; "" where it has none."""
    codes = [each.code for each in list_payment_methods() if not each.pays_on_delivery]
    return next(iter(codes), "")


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _change(
    order: Order,
    change: ChangeInput,
    version: int,
    gateway_code: str,
    expected_minor: int | None,
    actor: Actor,
    may_refund: bool,
) -> Order:
    orders.lock_order(order)
    if order.event_count != version:
        raise OrderChanged
    _require_possible(order, change)
    plan = plan_change(order, change)
    if expected_minor is not None and plan.total_minor != expected_minor:
        raise PriceChanged
    _require_right(plan, may_refund)
    was_paid, was_arrived = order.paid_at is not None, order.fulfilment_state in ARRIVED
    changed = orders.change_lines(
        order=order,
        kind=_kind_of(change),
        cancelled=plan.removed,
        money=move_of(order, plan.adaption),
        added=plan.lines,
        delivery=plan.delivery,
        is_on_its_way=has_parcels_on_the_way(order),
        reason=change.reason,
        actor=actor,
        difference_minor=plan.total_minor,
        price_reasons=change.price_reasons(),
    )
    payments.adapt_payments(
        order=order,
        adaption=plan.adaption,
        gateway_code=gateway_code or _gateway_for(plan),
        request_key=f"change-{changed.event.pk}",
        reason=change.reason,
        actor=actor,
        was_paid=was_paid,
    )
    awaited = _change_stock(order, plan, change.reason, actor)
    note_awaited(lines=changed.lines, awaited=awaited)
    if order.paid_at is not None and any(line.is_digital for line in changed.lines):
        orders.deliver_downloads(order=order)
    finish_arrival(order, was_arrived=was_arrived)
    tell("order.changed", order, event_id=str(changed.event.pk))
    return order


def _require_right(plan: Plan, may_refund: bool) -> None:
    if plan.refund_minor and not may_refund:
        raise RefundNotAllowed


def _gateway_for(plan: Plan) -> str:
    """An open payment is asked for again in its own way."""
    return "" if plan.adaption.open_payments else online_gateway()


def _kind_of(change: ChangeInput) -> str:
    only_removed = ChangeInput(removed=change.removed, reason=change.reason)
    return "order.lines_cancelled" if change == only_removed else "order.changed"


def _require_possible(order: Order, change: ChangeInput) -> None:
    """Pieces can be taken off until the last one has left, everything else before the first parcel."""
    is_possible = can_cancel_lines if _kind_of(change) == "order.lines_cancelled" else can_change
    if not is_possible(order):
        raise OrderNotChangeable(current=order.status)


def _change_stock(order: Order, plan: Plan, reason: str, actor: Actor) -> dict[str, Waiting]:
    """Which of the added pieces are awaited."""
    more, less = plan.demand(), pieces_by_variant(order.lines.all(), plan.removed)
    if not (more or less):
        return {}
    try:
        return inventory.change_stock(
            order_ref=order.pk,
            less=less,
            more=more,
            counts_now=order.payment_state not in _NOT_COUNTED,
            reason=reason,
            actor=actor,
        )
    except OutOfStock as short:
        raise short.called(skus=plan.skus(), names=plan.names()) from short


def pieces_by_variant(lines: Iterable[OrderLine], quantities: Mapping[UUID, int]) -> dict[str, int]:
    """Pieces that have stock, summed over the lines."""
    return orders.shelf_pieces(
        (line, quantities[line.pk]) for line in lines if line.pk in quantities
    )
