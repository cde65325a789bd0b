"""Rows live in the store's own SQL database: stock is counted exactly, so it is never a document."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.inventory.states import MovementKind, ReservationState
from apps.tenancy.models import StoreModel


class Warehouse(StoreModel):
    """A place pieces are sent from. The smallest `priority` is asked first."""

    shown_on_pages = True

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    priority = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    line1 = models.CharField("address", max_length=200, blank=True, default="")
    line2 = models.CharField("address, second line", max_length=200, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    region = models.CharField(max_length=100, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["priority", "code"]

    def __str__(self) -> str:
        return self.name


class StockItem(StoreModel):
    """One variant in one warehouse. Only services change the counters; each change has its Movement.

    `reserved`: held by orders that are being paid. `allocated`: belongs to orders that count and have not left yet.
    """

    shown_on_pages = True

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="stock_items")
    variant_ref = models.CharField(max_length=36)
    sku = models.CharField(max_length=64, db_index=True)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    allocated = models.IntegerField(default=0)
    low_stock_at = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Warn when this many or fewer are available.")
    )
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["sku", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["variant_ref", "warehouse"], name="stock_variant_warehouse"
            ),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0), name="stock_reserved_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0), name="stock_allocated_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved") + F("allocated")), name="stock_not_oversold"
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def available(self) -> int:
        """The quantity that can be sold."""
        return self.on_hand - self.reserved - self.allocated

    @property
    def is_low(self) -> bool:
        return self.low_stock_at is not None and self.available <= self.low_stock_at


class Reservation(StoreModel):
    """The pieces of a stock item that belong to an order. `committed` of them have left, `returned` came back.

    It is made in the transaction that makes the order, so it never outlives an order that was not made.
    """

    order_ref = models.UUIDField()
    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    committed = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=ReservationState.choices, default=ReservationState.HELD
    )
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_ref", "stock_item"], name="reservation_order_item"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("committed")), name="reservation_committed_bounded"
            ),
            models.CheckConstraint(
                condition=Q(committed__gte=F("returned")), name="reservation_returned_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.stock_item_id} for {self.order_ref}"


class Movement(AppendOnly, StoreModel):
    """One line of the ledger: the sums of the deltas of a stock item always equal its counters."""

    stock_item = models.ForeignKey(
        StockItem, on_delete=models.PROTECT, related_name="movements", db_index=False
    )
    kind = models.CharField(max_length=10, choices=MovementKind.choices)
    on_hand_delta = models.IntegerField(default=0)
    reserved_delta = models.IntegerField(default=0)
    allocated_delta = models.IntegerField(default=0)
    order_ref = models.UUIDField(null=True, blank=True, db_index=True)
    reference = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text=_("Delivery note, shipment: recognises repeats."),
    )
    reason = models.CharField(max_length=200, blank=True, default="")
    actor_label = models.CharField(max_length=200, default="system")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = AppendOnlyQuerySet["Movement"].as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["stock_item", "id"], name="movement_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_delta:+d}/{self.reserved_delta:+d}/{self.allocated_delta:+d}"
