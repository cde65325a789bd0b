"""The states of a shipment and of a return. Only `services` assigns them, and only through these tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentState(models.TextChoices):
    CREATED = "created", _("Created")
    SHIPPED = "shipped", _("Shipped")
    READY = "ready", _("Ready to be collected")  # at its pickup place
    FAILED = "failed", _("Delivery failed")  # an attempt (NDR): staff say what is next
    RETURNING = (
        "returning",
        _("On its way back"),
    )  # refused, or the carrier gave up: return to origin
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")


# "delivered -> shipped" and "delivered -> ready" undo a mistake; "failed -> shipped" and "returning -> shipped" are further
# delivery attempts, "failed -> returning" is the return to origin (RTO).
SHIPMENT_TRANSITIONS: dict[ShipmentState, frozenset[ShipmentState]] = {
    ShipmentState.CREATED: frozenset({ShipmentState.SHIPPED, ShipmentState.READY}),
    ShipmentState.SHIPPED: frozenset(
        {
            ShipmentState.DELIVERED,
            ShipmentState.FAILED,
            ShipmentState.RETURNING,
            ShipmentState.RETURNED,
        }
    ),
    ShipmentState.READY: frozenset({ShipmentState.DELIVERED, ShipmentState.RETURNED}),
    ShipmentState.FAILED: frozenset(
        {
            ShipmentState.SHIPPED,
            ShipmentState.DELIVERED,
            ShipmentState.RETURNING,
            ShipmentState.RETURNED,
        }
    ),
    ShipmentState.RETURNING: frozenset({ShipmentState.SHIPPED, ShipmentState.RETURNED}),
    ShipmentState.DELIVERED: frozenset(
        {ShipmentState.SHIPPED, ShipmentState.READY, ShipmentState.RETURNED}
    ),
    ShipmentState.RETURNED: frozenset(),
}

ON_THE_WAY = (
    ShipmentState.CREATED,
    ShipmentState.SHIPPED,
    ShipmentState.READY,
    ShipmentState.FAILED,
    ShipmentState.RETURNING,
)
"""Parcels that are neither with the buyer nor returned."""


RETURNABLE = (
    ShipmentState.SHIPPED,
    ShipmentState.READY,
    ShipmentState.FAILED,
    ShipmentState.RETURNING,
    ShipmentState.DELIVERED,
)


class FailureReason(models.TextChoices):
    """Why a parcel was not delivered (NDR), as carriers report it."""

    UNAVAILABLE = "unavailable", _("The customer was not there")
    REFUSED = "refused", _("The customer refused it")
    RESCHEDULED = "rescheduled", _("The customer wants another day")
    NOT_TRIED = "not_tried", _("The carrier did not try")
    UNREACHABLE = "unreachable", _("The customer was not reached by phone")
    ADDRESS = "address", _("The address is wrong or incomplete")
    PAYMENT = "payment", _("The customer had no cash")
    OUT_OF_AREA = "out_of_area", _("The carrier does not deliver there")
    SELF_COLLECT = "self_collect", _("The customer collects it from the carrier")
    OPEN_DELIVERY = "open_delivery", _("The customer wants to open it first")
    MISROUTED = "misrouted", _("The carrier sent it to a wrong place")
    OTHER = "other", _("Another reason")


class AnswerWish(models.TextChoices):
    """What a buyer answers to a failed attempt."""

    AGAIN = "again", _("Bring it again")
    RETURN = "return", _("I do not want it")


class AnswersRule(models.TextChoices):
    STAFF = "staff", _("Staff decide")
    APPLY = "apply", _("Another attempt is made at once")


class ScanStatus(models.TextChoices):
    """What a scan of a carrier says, in words that hold for every carrier. Buyers read the labels."""

    BOOKED = "booked", _("Booked with the carrier")
    PICKUP_FAILED = "pickup_failed", _("Not fetched by the carrier yet")
    PICKED_UP = "picked_up", _("Fetched by the carrier")
    IN_TRANSIT = "in_transit", _("In transit")
    DELAYED = "delayed", _("Delayed")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    FAILED = "failed", _("Could not be delivered")
    DELIVERED = "delivered", _("Delivered")
    RETURNING = "returning", _("On its way back")
    RETURNED = "returned", _("Back at the sender")
    LOST = "lost", _("Lost by the carrier")
    DAMAGED = "damaged", _("Damaged")
    CANCELLED = "cancelled", _("Cancelled at the carrier")
    OTHER = "other", _("News of the carrier")


class UndeliveredRefund(models.TextChoices):
    """What a buyer who has paid gets back for a parcel that never reached them."""

    NOTHING = "nothing", _("Nothing by itself: staff decide")
    GOODS = "goods", _("The goods, not the delivery")
    ALL = "all", _("The goods and the delivery")


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
