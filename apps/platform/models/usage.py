"""Rows of the platform home: how much each store uses. Counters only, no personal data of customers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.platform.tenancy.models import PlatformModel


class UsageMetric(PlatformModel):
    """One row per store and day."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="usage_metrics")
    on = models.DateField()
    products_created = models.PositiveIntegerField(default=0)
    products_updated = models.PositiveIntegerField(default=0)
    products_deleted = models.PositiveIntegerField(default=0)
    products_total = models.PositiveIntegerField(default=0)
    orders_created = models.PositiveIntegerField(default=0)
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


class ApiUsageLog(PlatformModel):
    """One API request. Written in batches outside the request and expired after a set time."""

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, null=True, blank=True, related_name="api_usage"
    )
    endpoint = models.CharField(max_length=200)
    method = models.CharField(max_length=8)
    status = models.PositiveSmallIntegerField()
    duration_ms = models.PositiveIntegerField()
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["store", "-created_at"], name="platform_api_usage_store"),
            models.Index(fields=["created_at"], name="platform_api_usage_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.status}"
