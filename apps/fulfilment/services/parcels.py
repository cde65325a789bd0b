"""Shared functions of the services: the lock of a parcel, its transitions and history, and messages about the order."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.states import require_transition
from apps.events import services as events
from apps.fulfilment.errors import ShipmentNotFound
from apps.fulfilment.models import Shipment, ShipmentEvent
from apps.fulfilment.states import SHIPMENT_TRANSITIONS, ShipmentState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.auditing import note


def lock_parcel(shipment: Shipment) -> tuple[Order, Shipment]:
    """Lock the parcel's order, then the parcel. Raises `ShipmentNotFound`."""
    order = orders.lock_order(Order.objects.get(pk=shipment.order_id))
    return order, lock_shipment(shipment.pk)


def lock_shipment(shipment_id: UUID) -> Shipment:
    try:
        return Shipment.objects.select_for_update().get(pk=shipment_id)
    except Shipment.DoesNotExist:
        raise ShipmentNotFound() from None


def move_shipment(shipment: Shipment, target: ShipmentState) -> None:
    """Assign the state, or raise `TransitionNotAllowed`. The row is locked, the caller saves."""
    require_transition(
        SHIPMENT_TRANSITIONS,
        subject=gettext("Shipment %(number)s") % {"number": shipment.number},
        current=ShipmentState(shipment.state),
        target=target,
    )
    shipment.state = target


def record_parcel(shipment: Shipment, kind: str, actor: Actor, **data: Any) -> ShipmentEvent:
    """Write a permanent event of the parcel."""
    facts = {"order": shipment.order.number, **data.get("after", data)}
    note(kind, shipment, before=data.get("before"), after=facts)
    return ShipmentEvent.objects.create(
        shipment=shipment,
        sequence=shipment.events.count() + 1,
        kind=kind,
        data=data,
        actor_label=actor.label[:150],
    )


def tell(topic: str, order: Order, **facts: Any) -> None:
    """Emit a message about an order, in the transaction of the change."""
    payload = {"order_id": str(order.pk), "number": order.number, **facts}
    events.emit(topic=topic, key=str(order.pk), payload=payload)
