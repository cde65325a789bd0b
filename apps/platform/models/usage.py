"""Rows of the platform home: how much each store uses. Counters only, no personal data of customers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.tenancy.models import PlatformModel


class UsageMetric(PlatformModel):
    """One row per store and day."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="usage_metrics")
    on = models.DateField()
    products_created = models.PositiveIntegerField(default=0)
    products_updated = models.PositiveIntegerField(default=0)
    products_deleted = models.PositiveIntegerField(default=0)
    products_total = models.PositiveIntegerField(default=0)
    orders_created = models.PositiveIntegerField(default=0)
    # Those beyond the month's limit of the plan. They were taken all the same.
    orders_over = models.PositiveIntegerField(_("orders beyond the limit"), default=0, db_default=0)
    orders_value_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    storage_uploaded_bytes = models.PositiveBigIntegerField(default=0)
    storage_deleted_bytes = models.PositiveBigIntegerField(default=0)
    storage_total_bytes = models.PositiveBigIntegerField(default=0)
    api_calls = models.PositiveBigIntegerField(default=0)
    api_errors = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a store")
        verbose_name_plural = _("usage")
        ordering: ClassVar = ["-on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "on"], name="platform_usage_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.store} on {self.on}"
