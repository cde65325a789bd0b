"""Reads of shipments, and what can be done with an order now."""

from uuid import UUID

from apps.fulfilment.errors import ShipmentNotFound
from apps.fulfilment.models import Shipment
from apps.orders.models import Order
from apps.orders.states import CANCELLABLE_FULFILMENT, SHIPPABLE_PAYMENT, FulfilmentState


def list_shipments_of(order: Order) -> list[Shipment]:
    """The order's parcels with lines and events, oldest first: three queries."""
    return list(
        Shipment.objects.filter(order=order)
        .prefetch_related("lines__order_line", "events")
        .order_by("created_at", "id")
    )


def get_shipment(*, order: Order, shipment_id: UUID) -> Shipment:
    """A parcel of this order. Raises `ShipmentNotFound`."""
    shipment = Shipment.objects.filter(order=order, pk=shipment_id).first()
    if shipment is None:
        raise ShipmentNotFound()
    return shipment


def can_ship(order: Order) -> bool:
    """Whether staff see "ship": paid or cash on delivery, and something is left. The service has the last word."""
    return (
        not order.is_cancelled
        and order.payment_state in SHIPPABLE_PAYMENT
        and order.fulfilment_state in (FulfilmentState.UNFULFILLED, FulfilmentState.PARTIAL)
    )


def can_cancel(order: Order) -> bool:
    """Whether "cancel" is shown: nothing has left yet. The service has the last word."""
    return not order.is_cancelled and order.fulfilment_state in CANCELLABLE_FULFILMENT
