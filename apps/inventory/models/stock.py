"""Warehouses, their stock, and the ledger behind it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now, today
from apps.events.append_only import AppendOnly, AppendOnlyQuerySet
from apps.inventory.states import (
    ConsignmentKind,
    ConsignmentState,
    MovementKind,
    ReservationState,
    StockPolicy,
)
from apps.tenancy.models import StoreModel


class Warehouse(StoreModel):
    """A place pieces are sent from. The smallest `priority` is asked first, among those that serve the buyer's place first.

    `serves` are the places of `inventory.areas`, one in a line.
    """

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
    serves = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["priority", "code"]

    def __str__(self) -> str:
        return self.name


class StockItem(StoreModel):
    """One variant in one warehouse. Only services change the counters; each change has its Movement.

    `reserved`: held by orders that are being paid. `allocated`: belongs to orders that count and have not left yet.
    `backorder_limit`: how many pieces may be promised beyond those on hand. Where the policy denies it, these are the
    pieces that were promised before: the limit falls with each piece that arrives (`services.ledger`).
    `expected_on`: when the next piece comes that is not promised yet; services renew it (`services.expecting`).
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
    low_noted_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Staff know that it is low.")
    )
    policy = models.CharField(
        max_length=10,
        choices=StockPolicy.choices,
        default=StockPolicy.DENY,
        db_default=StockPolicy.DENY,
    )
    backorder_limit = models.IntegerField(default=0, db_default=0)
    release_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True, editable=False)
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
                condition=Q(backorder_limit__gte=0), name="stock_backorder_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved") + F("allocated") - F("backorder_limit")),
                name="stock_not_oversold",
            ),
            models.CheckConstraint(
                condition=~Q(policy=StockPolicy.PREORDER) | Q(release_on__isnull=False),
                name="stock_preorder_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    @property
    def available(self) -> int:
        """Pieces on the shelf that are promised to no order; below zero where more are promised than are there."""
        return self.on_hand - self.reserved - self.allocated

    @property
    def owed(self) -> int:
        """Pieces that are promised and not there."""
        return max(-self.available, 0)

    @property
    def sellable(self) -> int:
        """How many more can be ordered, backorders included."""
        return self.available + self.backorder_limit

    def sellable_with(self, on_hand: int) -> int:
        """The same after a change of the pieces on hand."""
        available = self.available + on_hand - self.on_hand
        if self.policy == StockPolicy.DENY:
            return max(available, 0)
        return available + self.backorder_limit

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


class Consignment(StoreModel):
    """Pieces on their way to a warehouse: from another one (a transfer), or from a supplier (an incoming delivery).

    Pieces of a transfer that is sent belong to no warehouse and can't be sold; its lines have them.
    """

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=10, choices=ConsignmentKind.choices)
    state = models.CharField(
        max_length=10, choices=ConsignmentState.choices, default=ConsignmentState.DRAFT
    )
    source = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, null=True, blank=True, related_name="consignments_out"
    )
    destination = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="consignments_in"
    )
    supplier = models.CharField(max_length=120, blank=True, default="")
    expected_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("transfer or delivery")
        verbose_name_plural = _("transfers and deliveries")
        indexes = [models.Index(fields=["state", "expected_on"], name="consignment_state_expected")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ConsignmentKind.DELIVERY, source__isnull=True)
                | Q(kind=ConsignmentKind.TRANSFER, source__isnull=False),
                name="consignment_has_source",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=True) | ~Q(source=F("destination")),
                name="consignment_goes_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_transfer(self) -> bool:
        return self.kind == ConsignmentKind.TRANSFER

    @property
    def is_late(self) -> bool:
        is_due = self.expected_on is not None and self.expected_on < today()
        return is_due and self.state == ConsignmentState.SENT


class ConsignmentLine(StoreModel):
    """`received` of the pieces have arrived, `missing` of them will not."""

    consignment = models.ForeignKey(
        Consignment, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    variant_ref = models.CharField(max_length=36, db_index=True)
    sku = models.CharField(max_length=64)
    quantity = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["sku", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "variant_ref"], name="consignment_line_variant"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="consignment_line_quantity"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("received") + F("missing")),
                name="consignment_line_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"

    @property
    def on_the_way(self) -> int:
        """Pieces whose arrival is still awaited, once it is sent."""
        return self.quantity - self.received - self.missing
