"""Stock takes: what was expected, what was counted, and when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.inventory.models.stock import StockItem, Warehouse
from apps.inventory.states import StockTakeState
from apps.tenancy.models import StoreModel


class StockTake(StoreModel):
    """A count of a warehouse. `open_slot` is the warehouse while it is open: at most one is open in each."""

    name = models.CharField(max_length=120)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="stock_takes")
    state = models.CharField(
        max_length=10, choices=StockTakeState.choices, default=StockTakeState.DRAFT
    )
    skus = models.TextField(
        blank=True, default="", help_text=_("One SKU a line; empty: everything in the warehouse.")
    )
    open_slot = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.CharField(max_length=200, blank=True, default="", editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.CharField(max_length=200, blank=True, default="", editable=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class StockTakeLine(StoreModel):
    """One row of stock in a count. `expected`: on hand when the count was opened; `at_count`: when it was counted.

    `has_moved`: pieces left or came between two of its scans, so its number may be off by them.
    """

    take = models.ForeignKey(
        StockTake, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="+")
    variant_ref = models.CharField(max_length=36)
    sku = models.CharField(max_length=64)
    expected = models.IntegerField()
    counted = models.IntegerField(null=True, blank=True)
    at_count = models.IntegerField(null=True, blank=True)
    has_moved = models.BooleanField(default=False)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["sku", "id"]
        constraints = [
            models.UniqueConstraint(fields=["take", "stock_item"], name="stock_take_line_once"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True)
                | Q(counted__gte=0, at_count__isnull=False, counted_at__isnull=False),
                name="stock_take_line_counted",
            ),
        ]
        indexes = [models.Index(fields=["take", "sku"], name="stock_take_line_sku")]

    def __str__(self) -> str:
        return self.sku

    @property
    def difference(self) -> int | None:
        """What is to be booked: pieces that moved before the count or after it are no difference. None: not counted."""
        if self.counted is None or self.at_count is None:
            return None
        return self.counted - self.at_count
