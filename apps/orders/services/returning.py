"""Records returned goods, and goods that will not be sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Line, cleans_text
from apps.orders.errors import LineNotReturnable, NothingLeftToCancel
from apps.orders.models import Order, OrderLine
from apps.orders.services.goods import (
    Count,
    count_pieces,
    physical,
    plain,
    require_goods_move,
    require_not_cancelled,
    state_of_goods,
)
from apps.orders.services.history import lock_order, record
from apps.orders.states import ARRIVED, FulfilmentState
from apps.tenancy.retrying import repeated_on_deadlock

_RETURNED_KINDS = ("order.partially_returned", "order.returned")
_BACK = Count(
    field="returned_quantity",
    possible="free_quantity",
    fact="possible",
    error=LineNotReturnable,
    nothing=_("A return needs at least one piece."),
    unknown=_("One of these lines has nothing that can come back."),
    too_many=_(
        "{quantity} of {title} ({sku}) can't come back. With the buyer and in no return request: {possible}."
    ),
)


@cleans_text
@repeated_on_deadlock
def mark_returned(
    *,
    order: Order,
    lines: Mapping[UUID, int],
    return_number: str,
    is_on_its_way: bool = False,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Order:
    """Record that these pieces (line id -> how many **in this return**) came back, from the buyer or undelivered.

    The order is returned when none is left with the buyer. `is_on_its_way`: other parcels have not arrived yet. The
    same `return_number` again changes nothing. Raises `LineNotReturnable` for more than was sent and is not back yet.
    """
    with transaction.atomic():
        lock_order(order)
        if _has_return(order, return_number):
            return order
        order_lines = list(order.lines.all())
        sent = [line for line in order_lines if not line.is_digital]
        count_pieces(sent, lines, _BACK)
        target = state_of_goods(order_lines, is_on_its_way=is_on_its_way)
        OrderLine.objects.bulk_update(
            [line for line in order_lines if line.pk in lines], ["returned_quantity"]
        )
        is_whole = target == FulfilmentState.RETURNED
        record(
            order,
            kind="order.returned" if is_whole else "order.partially_returned",
            changes=moved(order, target, at),
            actor=actor,
            at=at,
            returned=plain(lines),
            pieces=sum(lines.values()),
            return_number=return_number,
            reason=reason,
            **facts,
        )
    return order


@cleans_text
@repeated_on_deadlock
def cancel_rest(
    *,
    order: Order,
    is_on_its_way: bool,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> dict[UUID, int]:
    """Cancel the pieces of a partly shipped order that have not left; the order continues as what was sent.

    Returns how many of which line. It moves neither stock nor money: `fulfilment.cancel_rest` does that around it.
    Raises `NothingLeftToCancel`.
    """
    with transaction.atomic():
        lock_order(order)
        require_not_cancelled(order)
        order_lines = list(order.lines.all())
        rest = {line.pk: line.open_quantity for line in physical(order_lines) if line.open_quantity}
        if order.fulfilment_state != FulfilmentState.PARTIAL or not rest:
            raise NothingLeftToCancel(current=order.fulfilment_state)
        touched = [line for line in order_lines if line.pk in rest]
        for line in touched:
            line.cancelled_quantity += rest[line.pk]
        target = state_of_goods(order_lines, is_on_its_way=is_on_its_way)
        OrderLine.objects.bulk_update(touched, ["cancelled_quantity"])
        changes = moved(order, target, at)
        changes["shipped_at"] = at or now()
        record(
            order,
            kind="order.rest_cancelled",
            changes=changes,
            actor=actor,
            at=at,
            cancelled=plain(rest),
            pieces=sum(rest.values()),
            reason=reason,
            **facts,
        )
    return rest


def moved(order: Order, target: FulfilmentState, at: datetime | None) -> dict[str, Any]:
    """The changes of a move; nothing where the state stays. Goods that have all arrived by it are delivered."""
    if order.fulfilment_state == target:
        return {}
    require_goods_move(order, target)
    changes: dict[str, Any] = {"fulfilment_state": target.value}
    if target in ARRIVED and order.delivered_at is None:
        changes["delivered_at"] = at or now()
    return changes


def _has_return(order: Order, return_number: str) -> bool:
    known = order.events.filter(kind__in=_RETURNED_KINDS).values_list("data", flat=True)
    return any(data.get("return_number") == return_number for data in known)
