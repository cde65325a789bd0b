"""The states of a shipment and of a return. Only `services` assigns them, and only through these tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentState(models.TextChoices):
    CREATED = "created", _("Created")
    SHIPPED = "shipped", _("Shipped")
    RETURNING = (
        "returning",
        _("On its way back"),
    )  # refused, or the carrier gave up: return to origin
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")


# "delivered -> shipped" undoes a mistake, "returning -> shipped" is a further delivery attempt.
SHIPMENT_TRANSITIONS: dict[ShipmentState, frozenset[ShipmentState]] = {
    ShipmentState.CREATED: frozenset({ShipmentState.SHIPPED}),
    ShipmentState.SHIPPED: frozenset(
        {ShipmentState.DELIVERED, ShipmentState.RETURNING, ShipmentState.RETURNED}
    ),
    ShipmentState.RETURNING: frozenset({ShipmentState.SHIPPED, ShipmentState.RETURNED}),
    ShipmentState.DELIVERED: frozenset({ShipmentState.SHIPPED, ShipmentState.RETURNED}),
    ShipmentState.RETURNED: frozenset(),
}

ON_THE_WAY = (ShipmentState.CREATED, ShipmentState.SHIPPED, ShipmentState.RETURNING)
"""Parcels that are neither with the buyer nor returned."""


RETURNABLE = (ShipmentState.SHIPPED, ShipmentState.RETURNING, ShipmentState.DELIVERED)


class ReturnState(models.TextChoices):
    EXPECTED = "expected", _("On its way back")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Not coming back")


RETURN_TRANSITIONS: dict[ReturnState, frozenset[ReturnState]] = {
    ReturnState.EXPECTED: frozenset({ReturnState.RECEIVED, ReturnState.CANCELLED}),
    ReturnState.RECEIVED: frozenset(),
    ReturnState.CANCELLED: frozenset(),
}


class ReturnKind(models.TextChoices):
    """Reports separate undelivered parcels from goods that the buyer returned."""

    UNDELIVERED = "undelivered", _("Never delivered")
    SENT_BACK = "sent_back", _("Sent back")
