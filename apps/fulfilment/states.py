"""The states of a shipment. Only `services` assigns them, and only through this table."""

from django.db import models


class ShipmentState(models.TextChoices):
    CREATED = "created", "Created"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"


SHIPMENT_MOVES: dict[ShipmentState, frozenset[ShipmentState]] = {
    ShipmentState.CREATED: frozenset({ShipmentState.SHIPPED}),
    ShipmentState.SHIPPED: frozenset({ShipmentState.DELIVERED}),
    ShipmentState.DELIVERED: frozenset(),
}
