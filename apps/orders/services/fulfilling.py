"""Records shipment, delivery and cancellation of an order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Code, Line, cleans_text
from apps.orders.errors import (
    LineNotShippable,
    NotAllArrived,
    OrderNotCancellable,
    OrderNotConfirmed,
    OrderNotShippable,
    OrderOnHold,
)
from apps.orders.models import Order, OrderLine
from apps.orders.services.goods import (
    Count,
    count_pieces,
    plain,
    require_goods_move,
    require_not_cancelled,
    state_of_goods,
)
from apps.orders.services.history import lock_order, record
from apps.orders.states import (
    ARRIVED,
    CANCELLABLE_FULFILMENT,
    SHIPPABLE_PAYMENT,
    FulfilmentState,
    OrderPaymentState,
)
from apps.tenancy.retrying import repeated_on_deadlock

_SHIPPED_KINDS = ("order.partially_shipped", "order.shipped")
_SENT = Count(
    field="fulfilled_quantity",
    possible="open_quantity",
    fact="open",
    error=LineNotShippable,
    nothing=_("A shipment needs at least one piece."),
    unknown=_("One of these lines does not belong to this order."),
    too_many=_("{quantity} of {title} ({sku}) can't be sent. Still to be sent: {possible}."),
)


@cleans_text
@repeated_on_deadlock
def mark_shipped(
    *,
    order: Order,
    lines: Mapping[UUID, int],
    shipment_number: str,
    carrier: Annotated[str, Line(80)] = "",
    tracking_number: Annotated[str, Code(80)] = "",
    actor: Actor | None = None,
    at: datetime | None = None,
) -> Order:
    """Record that these pieces (line id -> how many **in this shipment**) have left.

    The order is shipped when nothing physical is left to send, partly shipped before. The same `shipment_number`
    again changes nothing. Raises `OrderNotShippable`, `OrderCancelled` or `LineNotShippable`.
    """
    with transaction.atomic():
        lock_order(order)
        if _has_shipment(order, shipment_number):
            return order
        _require_shippable(order)
        order_lines = list(order.lines.all())
        count_pieces(order_lines, lines, _SENT)
        target = state_of_goods(order_lines, is_on_its_way=True)
        if target == FulfilmentState.UNFULFILLED:  # only downloads are in this parcel
            target = FulfilmentState.PARTIAL
        is_whole = target != FulfilmentState.PARTIAL
        require_goods_move(order, target)
        changes: dict[str, object] = {"fulfilment_state": target.value}
        if is_whole:
            changes["shipped_at"] = at or now()
        OrderLine.objects.bulk_update(
            [line for line in order_lines if line.pk in lines], ["fulfilled_quantity"]
        )
        record(
            order,
            kind="order.shipped" if is_whole else "order.partially_shipped",
            changes=changes,
            actor=actor,
            at=at,
            fulfilled=plain(lines),
            shipment_number=shipment_number,
            carrier=carrier,
            tracking_number=tracking_number,
        )
    return order


@repeated_on_deadlock
def mark_delivered(
    *,
    order: Order,
    shipment_number: str = "",
    actor: Actor | None = None,
    at: datetime | None = None,
) -> Order:
    """Record that the buyer has everything that was sent and did not come back. Calling it again changes nothing."""
    with transaction.atomic():
        lock_order(order)
        if order.fulfilment_state not in ARRIVED:
            require_not_cancelled(order)
            target = state_of_goods(list(order.lines.all()), is_on_its_way=False)
            if target not in ARRIVED:
                raise NotAllArrived(
                    gettext("Order %(number)s has not arrived: it is %(label)s.")
                    % {"number": order.number, "label": target.label}
                )
            require_goods_move(order, target)
            record(
                order,
                kind="order.delivered",
                changes={"fulfilment_state": target.value, "delivered_at": at or now()},
                actor=actor,
                at=at,
                shipment_number=shipment_number,
            )
    return order


@cleans_text
@repeated_on_deadlock
def deliver_downloads(
    *, order: Order, actor: Actor | None = None, at: datetime | None = None
) -> Order:
    """Record that the buyer has what needs no parcel: call it once the order is paid.

    An order of nothing else is delivered by it. Calling it again changes nothing. Raises `OrderCancelled`.
    """
    with transaction.atomic():
        lock_order(order)
        open_lines = [line for line in order.lines.filter(is_digital=True) if line.open_quantity]
        if open_lines:
            require_not_cancelled(order)
            _deliver_lines(order, open_lines, actor=actor, at=at or now())
    return order


def _deliver_lines(
    order: Order, lines: list[OrderLine], *, actor: Actor | None, at: datetime
) -> None:
    changes: dict[str, object] = {}
    if not order.needs_shipping:
        require_goods_move(order, FulfilmentState.DELIVERED)
        changes = {"fulfilment_state": FulfilmentState.DELIVERED.value, "delivered_at": at}
    fulfilled = plain({line.pk: line.open_quantity for line in lines})
    for line in lines:
        line.fulfilled_quantity += line.open_quantity
    OrderLine.objects.bulk_update(lines, ["fulfilled_quantity"])
    record(
        order,
        kind="order.downloads_delivered" if order.needs_shipping else "order.delivered",
        changes=changes,
        actor=actor,
        at=at,
        fulfilled=fulfilled,
    )


@repeated_on_deadlock
def note_parcel(
    *, order: Order, kind: str, shipment_number: str, actor: Actor | None = None, **facts: Any
) -> Order:
    """Record an event of a parcel in the order's history. It changes no state."""
    with transaction.atomic():
        lock_order(order)
        record(order, kind=kind, changes={}, actor=actor, shipment_number=shipment_number, **facts)
    return order


@cleans_text
@repeated_on_deadlock
def undo_delivery(
    *,
    order: Order,
    shipment_number: str,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
) -> Order:
    """Record that a parcel was marked as delivered by mistake: the order's goods are on their way again."""
    with transaction.atomic():
        lock_order(order)
        target = state_of_goods(list(order.lines.all()), is_on_its_way=True)
        if target not in (FulfilmentState.SHIPPED, FulfilmentState.PARTIAL):
            raise NotAllArrived(
                gettext("Nothing of order %(number)s has been delivered.")
                % {"number": order.number}
            )
        changes: dict[str, object] = {}
        if order.fulfilment_state != target:
            require_goods_move(order, target)
            changes = {"fulfilment_state": target.value, "delivered_at": None}
        record(
            order,
            kind="order.delivery_undone",
            changes=changes,
            actor=actor,
            shipment_number=shipment_number,
            reason=reason,
        )
    return order


@cleans_text
@repeated_on_deadlock
def cancel_order(
    *,
    order: Order,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
    at: datetime | None = None,
) -> Order:
    """Cancel an order none of whose goods have left. Calling it again changes nothing.

    It moves neither stock nor money: `fulfilment.cancel` and the checkout's sweep do that around it.
    """
    with transaction.atomic():
        lock_order(order)
        if not order.is_cancelled:
            if order.fulfilment_state not in CANCELLABLE_FULFILMENT:
                raise OrderNotCancellable(current=order.fulfilment_state)
            changes = {"cancelled_at": at or now()}
            record(
                order, kind="order.cancelled", changes=changes, actor=actor, at=at, reason=reason
            )
    return order


def _has_shipment(order: Order, shipment_number: str) -> bool:
    sent = order.events.filter(kind__in=_SHIPPED_KINDS).values_list("data", flat=True)
    return any(data.get("shipment_number") == shipment_number for data in sent)


def _require_shippable(order: Order) -> None:
    require_not_cancelled(order)
    if order.is_on_hold:
        raise OrderOnHold(
            gettext("Order %(number)s is on hold: %(reason)s")
            % {"number": order.number, "reason": order.hold_reason}
        )
    if OrderPaymentState(order.payment_state) not in SHIPPABLE_PAYMENT:
        raise OrderNotShippable(
            gettext("Order %(number)s is %(value)s and can't be shipped.")
            % {"number": order.number, "value": order.get_payment_state_display()},
            payment_state=order.payment_state,
        )
    if order.awaits_confirmation:
        raise OrderNotConfirmed(
            gettext("Order %(number)s is not confirmed yet and can't be shipped.")
            % {"number": order.number}
        )
