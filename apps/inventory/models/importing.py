"""Files of stock that staff bring in."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.common.clock import now
from apps.inventory.states import StockImportState
from apps.tenancy.models import StoreModel


class StockImport(StoreModel):
    """An uploaded table. It is checked from the first to the last row, shown, and then applied from the first to the last;
    `done_rows` is how far the present one of the two has come, `moved_at` when it came so far. `failure` says why it ended, or,
    of one that is not at its end, what keeps it from going on.
    """

    name = models.CharField(max_length=200)
    file = models.CharField(
        max_length=200, editable=False, help_text=_("In the store's private files.")
    )
    state = models.CharField(
        max_length=10, choices=StockImportState.choices, default=StockImportState.CHECKING
    )
    reason = models.CharField(max_length=200, blank=True, default="")
    row_count = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    change_count = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    applied_count = models.PositiveIntegerField(default=0)
    preview = models.JSONField(default=list, blank=True)
    failure = models.TextField(blank=True, default="")
    actor_label = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=now, editable=False)
    moved_at = models.DateTimeField(default=now, db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(row_count__gte=F("done_rows")), name="stock_import_done_bounded"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StockImportFault(StoreModel):
    """A row that was not taken, as it was written, and why."""

    batch = models.ForeignKey(
        StockImport, on_delete=models.CASCADE, related_name="faults", db_index=False
    )
    row = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    message = models.CharField(max_length=400)

    class Meta:
        ordering = ["batch", "row"]
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="stock_import_fault")]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"
