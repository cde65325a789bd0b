"""Rows live in the store's database: shipments, what is in them, and what happened to them."""

from django.db import models
from django.db.models import Q

from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.fulfilment.states import ShipmentState
from apps.platform.tenancy.models import StoreModel


class Shipment(StoreModel):
    """One parcel. `request_key` makes a double click ship once."""

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="shipments")
    number = models.CharField(max_length=40, unique=True)
    carrier = models.CharField(max_length=80, blank=True, default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="", db_index=True)
    tracking_url = models.URLField(max_length=500, blank=True, default="")
    state = models.CharField(
        max_length=12, choices=ShipmentState.choices, default=ShipmentState.CREATED
    )
    request_key = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=now)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "request_key"], name="fulfilment_shipment_request_once"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(StoreModel):
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        "orders.OrderLine", on_delete=models.PROTECT, related_name="shipment_lines"
    )
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "order_line"], name="fulfilment_shipment_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="fulfilment_shipment_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.order_line_id}"


class ShipmentEvent(AppendOnly, StoreModel):
    """A fact about a shipment, kept for ever: shipped, delivered, and what carriers will add."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict, blank=True)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=now)

    objects = AppendOnlyQuerySet["ShipmentEvent"].as_manager()

    class Meta:
        ordering = ["shipment", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "sequence"], name="fulfilment_shipment_event_sequence"
            )
        ]

    def __str__(self) -> str:
        return self.kind
