"""Rows of the platform home: how much each store uses. Counters only, no personal data of customers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.tenancy.models import PlatformModel


class UsageMetric(PlatformModel):
    """One row per store and day, of the store's time zone: what happened on it, and the totals at its end.

    `reconciled_at` and `corrections`: when the day, once over, was compared with the store, and what differed, as
    `{"orders_created": [counted, found]}`.
    """

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="usage_metrics", verbose_name=_("store")
    )
    on = models.DateField(_("day"))
    products_created = models.PositiveIntegerField(_("products created"), default=0)
    products_updated = models.PositiveIntegerField(_("products changed"), default=0)
    products_deleted = models.PositiveIntegerField(_("products deleted"), default=0)
    products_total = models.PositiveIntegerField(_("products"), default=0)
    orders_created = models.PositiveIntegerField(_("orders"), default=0)
    # Those beyond the month's limit of the plan. They were taken all the same.
    orders_over = models.PositiveIntegerField(_("orders beyond the limit"), default=0, db_default=0)
    orders_value_minor = models.BigIntegerField(_("order value"), default=0)
    currency = models.CharField(max_length=3, blank=True)
    storage_uploaded_bytes = models.PositiveBigIntegerField(_("bytes uploaded"), default=0)
    storage_deleted_bytes = models.PositiveBigIntegerField(_("bytes deleted"), default=0)
    storage_total_bytes = models.PositiveBigIntegerField(_("bytes stored"), default=0)
    api_calls = models.PositiveBigIntegerField(_("API calls"), default=0)
    api_errors = models.PositiveBigIntegerField(_("API errors"), default=0)
    # From the log of calls, once the day is over; empty without calls, or without the log.
    api_p50_ms = models.PositiveIntegerField(_("API: half answered in, ms"), null=True, blank=True)
    api_p95_ms = models.PositiveIntegerField(_("API: 95 % answered in, ms"), null=True, blank=True)
    reconciled_at = models.DateTimeField(_("compared with the store"), null=True, blank=True)
    corrections = models.JSONField(_("corrected"), null=True, blank=True)

    class Meta:
        verbose_name = _("day of a store")
        verbose_name_plural = _("usage")
        ordering: ClassVar = ["-on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "on"], name="platform_usage_one_a_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["on"], name="platform_usage_on")]

    def __str__(self) -> str:
        return f"{self.store} on {self.on}"
