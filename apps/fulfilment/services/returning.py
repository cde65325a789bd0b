"""Returned parcels: refused at the door, undeliverable, or sent back by the buyer.

`expect_return` records a return on its way; `receive_return` records its contents: pieces to restock, damaged pieces,
and the credit. Carriers' news and buyers' requests end in the same rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.states import require_transition
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.fulfilment.errors import InvalidReturn, NotOnItsWayBack, ParcelMovedOn
from apps.fulfilment.models import ParcelReturn, ParcelReturnLine, Shipment, ShipmentLine
from apps.fulfilment.selectors import (
    find_return,
    has_parcels_on_the_way,
)
from apps.fulfilment.services.crediting import Credit, give_credit
from apps.fulfilment.services.delivering import finish_arrival
from apps.fulfilment.services.parcels import (
    lock_parcel,
    move_shipment,
    record_parcel,
    tell,
)
from apps.fulfilment.states import RETURN_TRANSITIONS, ReturnKind, ReturnState, ShipmentState
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import ARRIVED
from apps.orders.worth import Worth, worth_of_pieces
from apps.tenancy.retrying import repeated_on_deadlock


@dataclass(frozen=True)
class Pieces:
    """The returned pieces of an order line: pieces to restock and pieces to write off."""

    restock: int = 0
    write_off: int = 0

    @property
    def count(self) -> int:
        return self.restock + self.write_off


@cleans_text
@repeated_on_deadlock
def expect_return(
    *, shipment: Shipment, actor: Actor, reason: Annotated[str, Line(200)] = ""
) -> ParcelReturn:
    """Note that a parcel was not taken, or could not be delivered, and is on its way back. Repeatable."""
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        known = _expected(shipment)
        if known is not None:
            return known
        before = str(shipment.state)
        move_shipment(shipment, ShipmentState.RETURNING)
        shipment.back_at = None
        shipment.save(update_fields=["state", "back_at"])
        row = _create_return(order, shipment, ReturnKind.UNDELIVERED, reason, str(new_id()), actor)
        ParcelReturnLine.objects.bulk_create(
            ParcelReturnLine(parcel_return=row, shipment_line=line, quantity=line.out_quantity)
            for line in _returnable(shipment)
        )
        record_parcel(shipment, "shipment.refused", actor, reason=reason)
        orders.note_parcel(
            order=order,
            kind="order.parcel_refused",
            shipment_number=shipment.number,
            reason=reason,
            actor=actor,
        )
        facts = {"shipment_id": str(shipment.pk), "return_id": str(row.pk)}
        tell("shipment.refused", order, **facts)
        by = str(actor.kind)
        tell("shipment.return_expected", order, **facts, before=before, by=by, reason=reason)
    return row


@repeated_on_deadlock
def note_back(*, shipment: Shipment, at: datetime | None = None) -> Shipment:
    """Its carrier says that an undelivered parcel is back: staff look into it and record what came. Repeatable; a parcel that
    is not (any more) on its way back is left alone. The carrier's scan is the history of it."""
    with events.transaction_with_wake_up():
        _order, shipment = lock_parcel(shipment)
        if shipment.state == ShipmentState.RETURNING and shipment.back_at is None:
            shipment.back_at = min(at or now(), now())
            shipment.save(update_fields=["back_at"])
    return shipment


@repeated_on_deadlock
def resume_delivery(*, shipment: Shipment, actor: Actor) -> Shipment:
    """Record that a parcel does not come back after all: the carrier tries again, or had delivered it. Repeatable."""
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        if shipment.state == ShipmentState.SHIPPED:
            return shipment
        if shipment.state != ShipmentState.RETURNING:
            raise NotOnItsWayBack(
                gettext("Shipment %(number)s is not on its way back.") % {"number": shipment.number}
            )
        move_shipment(shipment, ShipmentState.SHIPPED)
        shipment.back_at = None
        shipment.save(update_fields=["state", "back_at"])
        known = _expected(shipment)
        if known is not None:
            move_return(known, ReturnState.CANCELLED)
            known.save(update_fields=["state"])
        record_parcel(shipment, "shipment.resumed", actor)
        orders.note_parcel(
            order=order,
            kind="order.parcel_resumed",
            shipment_number=shipment.number,
            actor=actor,
        )
    return shipment


@cleans_text
@repeated_on_deadlock
def receive_return(
    *,
    shipment: Shipment,
    lines: Mapping[UUID, Pieces],
    actor: Actor,
    credit: Credit | None = None,
    reason: Annotated[str, Line(200)] = "",
    request_key: Annotated[str, Code(100)] = "",
    only_while: ShipmentState | None = None,
) -> ParcelReturn:
    """Record what came back of a parcel (order line id -> pieces **now**): stock, money, states, in one transaction.

    Pieces return to the warehouse they were sent from; damaged pieces are written off at once. With `credit` the buyer
    is refunded; cash that was not collected is not due any more, for an undelivered parcel without being asked. The
    same `request_key` again answers the first return. A parcel that is not (any more) in the state `only_while` is left
    alone. Raises `ParcelMovedOn` for that, `InvalidReturn`, `LineNotReturnable`, `NotRefundable`.
    """
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        known = find_return(order=order, request_key=request_key)
        if known is not None:
            return known
        if only_while is not None and shipment.state != only_while:
            raise ParcelMovedOn.of(shipment.number, ShipmentState(shipment.state))
        chosen = _choose(shipment, lines)
        was_arrived = order.fulfilment_state in ARRIVED
        row = _open_return(order, shipment, reason, request_key, actor)
        goods = _write_lines(row, chosen)
        _take_back(order, shipment, row, chosen, actor)
        give_credit(order, row, goods, credit, actor)
        move_return(row, ReturnState.RECEIVED)
        row.received_at = now()
        row.save()
        _return_stock(order, row, chosen, actor)
        finish_arrival(order, was_arrived=was_arrived)
        tell("return.received", order, return_id=str(row.pk), return_number=row.number)
    return row


Chosen = Sequence[tuple[ShipmentLine, Pieces]]


def _choose(shipment: Shipment, lines: Mapping[UUID, Pieces]) -> Chosen:
    """The parcel's lines with their returned pieces; refuses pieces that are not in it."""
    by_line = {line.order_line_id: line for line in _returnable(shipment)}
    chosen = []
    for line_id, pieces in lines.items():
        if min(pieces.restock, pieces.write_off) < 0:
            raise InvalidReturn(gettext("A number of pieces can't be negative."))
        if not pieces.count:
            continue
        line = by_line.get(line_id)
        if line is None:
            raise InvalidReturn(
                gettext(
                    "One of these lines is not in this parcel, or has nothing that can come back."
                ),
                line_id=str(line_id),
                possible=0,
            )
        if pieces.count > (left := line.out_quantity):
            name = line.order_line.title
            raise InvalidReturn(
                gettext(
                    "%(count)s of %(name)s can't come back: %(left)s of this parcel are still out."
                )
                % {"count": pieces.count, "name": name, "left": left},
                line_id=str(line_id),
                possible=left,
            )
        if pieces.count > (free := line.order_line.free_quantity):
            raise InvalidReturn(
                gettext(
                    "%(count)s of %(name)s can't come back here: %(asked)s are in a return request. Record them there."
                )
                % {
                    "count": pieces.count,
                    "name": line.order_line.title,
                    "asked": line.order_line.requested_quantity,
                },
                line_id=str(line_id),
                possible=max(free, 0),
            )
        chosen.append((line, pieces))
    if not chosen:
        raise InvalidReturn(gettext("Give the number of returned pieces."))
    return chosen


def _returnable(shipment: Shipment) -> list[ShipmentLine]:
    """The parcel's lines of which pieces are out; downloads never come back."""
    lines = shipment.lines.select_related("order_line").order_by("order_line__position")
    return [line for line in lines if line.out_quantity and not line.order_line.is_digital]


def _expected(shipment: Shipment) -> ParcelReturn | None:
    return shipment.returns.filter(state=ReturnState.EXPECTED).first()


def _open_return(
    order: Order, shipment: Shipment, reason: str, request_key: str, actor: Actor
) -> ParcelReturn:
    """The row of the expected return, or a new row. The received pieces replace the expected ones: a parcel may contain
    fewer."""
    key = request_key or str(new_id())
    row = _expected(shipment)
    if row is None:
        kinds = {ShipmentState.DELIVERED: ReturnKind.SENT_BACK}
        kind = kinds.get(ShipmentState(shipment.state), ReturnKind.UNDELIVERED)
        return _create_return(order, shipment, kind, reason, key, actor)
    row.lines.all().delete()
    row.request_key, row.reason, row.actor_label = key, reason or row.reason, actor.label[:150]
    return row


def _create_return(
    order: Order,
    shipment: Shipment,
    kind: ReturnKind,
    reason: str,
    request_key: str,
    actor: Actor,
) -> ParcelReturn:
    return ParcelReturn.objects.create(
        order=order,
        shipment=shipment,
        number=f"{order.number}-R{ParcelReturn.objects.filter(order=order).count() + 1}",
        kind=kind,
        reason=reason,
        request_key=request_key,
        currency=order.currency,
        actor_label=actor.label[:150],
    )


def _write_lines(row: ParcelReturn, chosen: Chosen) -> Worth:
    """The lines of the return with their worth, before the order counts the pieces as returned. Returns the sum."""
    worths = [worth_of_pieces(line.order_line, pieces.count) for line, pieces in chosen]
    ParcelReturnLine.objects.bulk_create(
        ParcelReturnLine(
            parcel_return=row,
            shipment_line=line,
            quantity=pieces.count,
            restocked=pieces.restock,
            written_off=pieces.write_off,
            total_minor=worth.total_minor,
            tax_minor=worth.tax_minor,
            tax_components=worth.parts_json(),
        )
        for (line, pieces), worth in zip(chosen, worths, strict=True)
    )
    return sum(worths, Worth())


def _take_back(
    order: Order, shipment: Shipment, row: ParcelReturn, chosen: Chosen, actor: Actor
) -> None:
    """The parcel and the order count what is back."""
    for line, pieces in chosen:
        line.returned_quantity += pieces.count
    ShipmentLine.objects.bulk_update([line for line, _ in chosen], ["returned_quantity"])
    if not _returnable(shipment):
        move_shipment(shipment, ShipmentState.RETURNED)
        shipment.save(update_fields=["state"])
    record_parcel(shipment, "shipment.returned", actor, return_number=row.number)
    orders.mark_returned(
        order=order,
        lines={line.order_line_id: pieces.count for line, pieces in chosen},
        return_number=row.number,
        is_on_its_way=has_parcels_on_the_way(order),
        reason=row.reason,
        actor=actor,
        shipment_number=shipment.number,
        return_kind=str(row.kind),
    )


def _return_stock(order: Order, row: ParcelReturn, chosen: Chosen, actor: Actor) -> None:
    """Summed per variant: two lines may have the same variant. A bundle comes back as its parts."""
    good = orders.shelf_pieces((line.order_line, pieces.restock) for line, pieces in chosen)
    broken = orders.shelf_pieces((line.order_line, pieces.write_off) for line, pieces in chosen)
    inventory.return_stock(
        order_ref=order.pk,
        quantities=good,
        written_off=broken,
        reason=row.reason,
        reference=row.number,
        actor=actor,
    )


def move_return(row: ParcelReturn, target: ReturnState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The order is locked, the caller saves."""
    require_transition(
        RETURN_TRANSITIONS,
        subject=gettext("Return %(number)s") % {"number": row.number},
        current=ReturnState(row.state),
        target=target,
    )
    row.state = target
