"""Failed attempts of delivery (NDR), and what is done next: another attempt, or the return to origin by `expect_return`."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.errors import InvalidInput
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.fulfilment.errors import ParcelMovedOn
from apps.fulfilment.models import Shipment, ShipmentEvent
from apps.fulfilment.redirections import check_day, find_redirection
from apps.fulfilment.services.parcels import lock_parcel, move_shipment, record_parcel, tell
from apps.fulfilment.states import FailureReason, ShipmentState
from apps.orders import services as orders
from apps.tenancy.retrying import repeated_on_deadlock

_CHANGED = ("failed_attempts", "failure_reason", "next_attempt_on", "redirection", "state")


@cleans_text
@repeated_on_deadlock
def note_failed_attempt(
    *,
    shipment: Shipment,
    reason: Annotated[str, Line(40)],
    actor: Actor,
    note: Annotated[str, Line(200)] = "",
) -> Shipment:
    """Record that a carrier could not deliver the parcel; it waits for a decision. Repeatable.

    Raises `InvalidInput` for an unknown reason.
    """
    if reason not in FailureReason.values:
        raise InvalidInput(fields={"reason": [gettext("This is not one of the choices.")]})
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        if shipment.state == ShipmentState.FAILED:
            return shipment
        move_shipment(shipment, ShipmentState.FAILED)
        shipment.failed_attempts += 1
        shipment.failure_reason, shipment.next_attempt_on = reason, None
        shipment.save(update_fields=_CHANGED)
        record_parcel(shipment, "shipment.attempt_failed", actor, reason=reason, note=note)
        orders.note_parcel(
            order=order,
            kind="order.attempt_failed",
            shipment_number=shipment.number,
            reason=str(FailureReason(reason).label),
            actor=actor,
        )
        tell("shipment.attempt_failed", order, shipment_id=str(shipment.pk))
    return shipment


@cleans_text
@repeated_on_deadlock
def attempt_again(
    *,
    shipment: Shipment,
    actor: Actor,
    on: date | None = None,
    phone: Annotated[str, Line(40)] = "",
    address: Mapping[str, Any] | None = None,
) -> Shipment:
    """Send the parcel to its buyer once more, perhaps on a day, to another number or address. Repeatable.

    The address is in the order's country and region, for the tax is that of the place. Raises `InvalidInput` by field, and
    `ParcelMovedOn` for a parcel without a failed attempt.
    """
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        if shipment.state == ShipmentState.SHIPPED:
            return shipment
        if shipment.state != ShipmentState.FAILED:
            raise ParcelMovedOn.of(shipment.number, ShipmentState(shipment.state))
        redirection = find_redirection(order, phone, address)
        check_day(on)
        move_shipment(shipment, ShipmentState.SHIPPED)
        shipment.next_attempt_on = on
        shipment.redirection = {**(shipment.redirection or {}), **redirection} or None
        shipment.save(update_fields=_CHANGED)
        facts = {"on": on.isoformat() if on else "", "changed": sorted(redirection)}
        record_parcel(shipment, "shipment.attempt_again", actor, **facts)
        orders.note_parcel(
            order=order,
            kind="order.attempt_again",
            shipment_number=shipment.number,
            actor=actor,
        )
        tell(
            "shipment.attempt_again",
            order,
            shipment_id=str(shipment.pk),
            attempt=shipment.failed_attempts + 1,
            by=str(actor.kind),
            **facts,
        )
    return shipment


@cleans_text
@repeated_on_deadlock
def note_call(
    *, shipment: Shipment, note: Annotated[str, Line(200)], actor: Actor
) -> ShipmentEvent:
    """Record what a call about a parcel came to. **Every call counts.** Raises `InvalidInput` without words."""
    if not note:
        raise InvalidInput(fields={"note": [gettext("Say what the call came to.")]})
    with events.transaction_with_wake_up():
        _order, shipment = lock_parcel(shipment)
        return record_parcel(shipment, "shipment.call_noted", actor, note=note)
