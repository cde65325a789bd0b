"""Ships parcels, and corrects their carrier data."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from apps.common.actor import Actor
from apps.common.clock import now, today
from apps.common.ids import new_id
from apps.common.typed_text import Code, Line, WebAddress, cleans_text
from apps.events import services as events
from apps.fulfilment.awaiting import arrived_lines
from apps.fulfilment.errors import NotTogether
from apps.fulfilment.models import Shipment, ShipmentLine
from apps.fulfilment.selectors import still_leaves_with
from apps.fulfilment.services.capturing import capture_for_parcel, lacks_money, quantities_of
from apps.fulfilment.services.parcels import lock_parcel, move_shipment, record_parcel, tell
from apps.fulfilment.states import ShipmentState
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine
from apps.payments.errors import CaptureFailed
from apps.tenancy.retrying import repeated_on_deadlock

_ATTEMPTS = 3
_CODE_LENGTH = 6
_CLEAR = "ACDEFGHJKLMNPQRTUVWXY34679"  # no two of them look alike


@cleans_text
def ship_order(
    *,
    order: Order,
    actor: Actor,
    lines: Mapping[UUID, int] | None = None,
    carrier: Annotated[str, Line(80)] = "",
    tracking_number: Annotated[str, Code(80)] = "",
    tracking_url: Annotated[str, WebAddress(500)] = "",
    request_key: Annotated[str, Code(100)] = "",
    beside: Order | None = None,
) -> Shipment:
    """Send pieces (line id -> how many), or everything that is left and there. Their stock goes down here.

    Where a bank holds the money, the parcel's part is captured first, outside any transaction; the last parcel takes the
    rest. The same `request_key` again answers the first shipment: give the form's token, so that a double click ships
    once. Raises `NothingToShip`, `NotArrived` for awaited pieces, `CaptureFailed` or `GatewayUnavailable` when the money
    does not come, `NotTogether` where it does not leave with the order `beside` any more, and what `orders.mark_shipped` refuses: not paid, cancelled, more than is left.
    """
    details = {
        "carrier": carrier,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url,
    }
    lines = arrived_lines(order, lines, request_key)
    for _ in range(_ATTEMPTS):
        _require_beside(order, beside)
        capture_for_parcel(order=order, lines=lines, request_key=request_key, actor=actor)
        shipment = _ship(order, lines, request_key, actor, details, beside)
        if shipment is not None:
            return shipment
    raise CaptureFailed


@repeated_on_deadlock
def _ship(
    order: Order,
    lines: Mapping[UUID, int] | None,
    request_key: str,
    actor: Actor,
    details: Mapping[str, str],
    beside: Order | None = None,
) -> Shipment | None:
    """One transaction. None when another parcel has left meanwhile with money that was captured for this one."""
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        known = Shipment.objects.filter(order=order, request_key=request_key).first()
        if request_key and known is not None:
            return known
        _require_beside(order, beside)
        order_lines = list(order.lines.order_by("position"))
        quantities = quantities_of(order_lines, lines)
        if lacks_money(order, order_lines, quantities):
            return None
        number = f"{order.number}-S{Shipment.objects.filter(order=order).count() + 1}"
        orders.mark_shipped(
            order=order,
            lines=quantities,
            shipment_number=number,
            carrier=details["carrier"],
            tracking_number=details["tracking_number"],
            actor=actor,
        )
        shipment = _create_shipment(order, number, quantities, request_key, actor, details)
        _commit_stock(order, shipment, order_lines, quantities, actor)
        tell("order.shipped", order, shipment_id=str(shipment.pk), shipment=shipment.number)
    return shipment


def _require_beside(order: Order, beside: Order | None) -> None:
    """Before any money is taken for the parcel, and again under the order's lock: both orders as they are stored."""
    if beside is None:
        return
    order.refresh_from_db()
    beside.refresh_from_db()
    if not still_leaves_with(order, beside):
        raise NotTogether


@cleans_text
@repeated_on_deadlock
def correct_shipment(
    *,
    shipment: Shipment,
    actor: Actor,
    carrier: Annotated[str, Line(80)],
    tracking_number: Annotated[str, Code(80)],
    tracking_url: Annotated[str, WebAddress(500)],
    is_buyer_told: bool = False,
) -> Shipment:
    """Replace the carrier data. A repeated call changes nothing; `is_buyer_told` sends a mail."""
    details = {
        "carrier": carrier,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url,
    }
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        before = {name: getattr(shipment, name) for name in details}
        if details == before:
            return shipment
        for name, value in details.items():
            setattr(shipment, name, value)
        shipment.save(update_fields=[*details])
        event = record_parcel(shipment, "shipment.corrected", actor, before=before, after=details)
        orders.note_parcel(
            order=order,
            kind="order.parcel_corrected",
            shipment_number=shipment.number,
            actor=actor,
            carrier=details["carrier"],
            tracking_number=details["tracking_number"],
        )
        tell(
            "shipment.corrected",
            order,
            shipment_id=str(shipment.pk),
            event_id=str(event.pk),
            is_buyer_told=is_buyer_told,
        )
    return shipment


def _create_shipment(
    order: Order,
    number: str,
    quantities: Mapping[UUID, int],
    request_key: str,
    actor: Actor,
    details: Mapping[str, str],
) -> Shipment:
    shipment = Shipment(
        order=order,
        number=number,
        request_key=request_key or str(new_id()),
        shipped_at=now(),
        **details,
    )
    if order.is_pickup:
        _wait_at_counter(shipment, order)
    else:
        move_shipment(shipment, ShipmentState.SHIPPED)
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in quantities.items()
    )
    record_parcel(shipment, "shipment.ready" if order.is_pickup else "shipment.shipped", actor)
    return shipment


def _wait_at_counter(shipment: Shipment, order: Order) -> None:
    """Ready to be collected, by a code that the buyer gets, until a day."""
    move_shipment(shipment, ShipmentState.READY)
    shipment.pickup_code = "".join(secrets.choice(_CLEAR) for _ in range(_CODE_LENGTH))
    shipment.collect_by = today() + timedelta(days=int((order.pickup or {}).get("days_kept", 7)))


def _commit_stock(
    order: Order,
    shipment: Shipment,
    order_lines: list[OrderLine],
    quantities: Mapping[UUID, int],
    actor: Actor,
) -> None:
    """Demand is summed per variant: two lines may have the same variant, or parts of it. Downloads have no stock."""
    pieces = orders.shelf_pieces(
        (line, quantities[line.pk]) for line in order_lines if line.pk in quantities
    )
    if pieces:
        inventory.commit_stock(
            order_ref=order.pk, quantities=pieces, reference=shipment.number, actor=actor
        )
