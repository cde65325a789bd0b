"""Rows of the platform home: what stores agreed to, change by change, and figures by days that are computed from it.

Amounts a year are in minor units of their currency. A month's revenue is a twelfth, divided where it is shown, so that sums
and movements stay exact.
"""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models import Store
from apps.platform.states import SubscriptionStatus
from apps.tenancy.models import PlatformModel


class AgreementChange(PlatformModel):
    """What a store and its subscription became at a moment. Written once, in the transaction of the change; the rows of a
    store that is deleted stay, under a key that names no store, so there is no foreign key.

    `yearly_minor` is what the store pays a year: 0 in a trial, on a free plan, where nothing is billed, and while it is closed.
    """

    store_key = models.UUIDField()
    at = models.DateTimeField()
    is_open = models.BooleanField()
    # Empty: it is gone.
    status = models.CharField(
        max_length=12, choices=SubscriptionStatus.choices, blank=True, default=""
    )
    plan = models.CharField(max_length=40, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    yearly_minor = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store_key", "at"], name="insight_agreement_store_at"),
        ]

    def __str__(self) -> str:
        return f"{self.store_key}: {self.plan} {self.status}"


class GoneDay(PlatformModel):
    """A day of a store that was deleted since: figures of the past still have it."""

    store_key = models.UUIDField()
    on = models.DateField(db_index=True)
    orders_created = models.PositiveIntegerField(default=0)
    orders_value_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="")
    api_calls = models.PositiveBigIntegerField(default=0)
    api_errors = models.PositiveBigIntegerField(default=0)
    storage_total_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store_key", "on"], name="insight_gone_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.store_key} on {self.on}"


class PlatformDay(PlatformModel):
    """One day of the whole platform. `apps/insight/definitions.py` says what each column means."""

    on = models.DateField(_("day"), unique=True)
    stores_open = models.PositiveIntegerField(default=0)
    stores_opened = models.PositiveIntegerField(default=0)
    stores_active = models.PositiveIntegerField(default=0)
    stores_paying = models.PositiveIntegerField(default=0)
    trials_running = models.PositiveIntegerField(default=0)
    trials_started = models.PositiveIntegerField(default=0)
    trials_ended = models.PositiveIntegerField(default=0)
    trials_converted = models.PositiveIntegerField(default=0)
    orders = models.PositiveBigIntegerField(default=0)
    storage_bytes = models.PositiveBigIntegerField(default=0)
    api_calls = models.PositiveBigIntegerField(default=0)
    api_errors = models.PositiveBigIntegerField(default=0)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("day of the platform")
        verbose_name_plural = _("figures")
        ordering: ClassVar = ["on"]

    def __str__(self) -> str:
        return str(self.on)


class RevenueDay(PlatformModel):
    """Recurring revenue of one currency and plan at the end of a day, and what moved it on that day. Amounts are a year's."""

    on = models.DateField(_("day"))
    currency = models.CharField(_("currency"), max_length=3)
    plan = models.CharField(_("plan"), max_length=40)
    stores = models.PositiveIntegerField(default=0)
    yearly_minor = models.BigIntegerField(default=0)
    new_minor = models.BigIntegerField(default=0)
    expansion_minor = models.BigIntegerField(default=0)
    contraction_minor = models.BigIntegerField(default=0)
    churn_minor = models.BigIntegerField(default=0)
    reactivation_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["on", "currency", "plan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["on", "currency", "plan"], name="insight_revenue_one_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.currency} {self.plan}"


class SalesDay(PlatformModel):
    """Orders of all stores that sell in one currency on one day, and their value."""

    on = models.DateField(_("day"))
    currency = models.CharField(_("currency"), max_length=3)
    orders = models.PositiveBigIntegerField(default=0)
    value_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["on", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["on", "currency"], name="insight_sales_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.currency}"


class CohortMonth(PlatformModel):
    """Of the stores that opened in one month: how many were active and how many paid in a later one."""

    opened = models.DateField(_("opened"))
    month = models.DateField(_("month"))
    stores = models.PositiveIntegerField(default=0)
    active = models.PositiveIntegerField(default=0)
    paying = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["opened", "month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opened", "month"], name="insight_cohort_once"),
        ]

    def __str__(self) -> str:
        return f"{self.opened:%Y-%m} in {self.month:%Y-%m}"


class StoreSpan(PlatformModel):
    """What one store did in the last 30, 90 or 365 days, and in as many before."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField()
    orders = models.PositiveBigIntegerField(_("orders"), default=0)
    orders_before = models.PositiveBigIntegerField(_("orders before"), default=0)
    value_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="")
    # In the platform's currency; empty where there is no rate.
    converted_minor = models.BigIntegerField(null=True)
    storage_bytes = models.PositiveBigIntegerField(default=0)
    api_calls = models.PositiveBigIntegerField(_("API calls"), default=0)
    api_calls_before = models.PositiveBigIntegerField(default=0)
    api_errors = models.PositiveBigIntegerField(_("API errors"), default=0)
    api_errors_before = models.PositiveBigIntegerField(default=0)
    # Means of the days' values, by calls; empty where no call has a time.
    api_p50_ms = models.PositiveIntegerField(null=True)
    api_p95_ms = models.PositiveIntegerField(null=True)
    # In thousandths; 0 where there is too little to compare. A fall of orders, a rise of the share of errors.
    orders_fall = models.PositiveIntegerField(default=0)
    errors_rise = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("store compared")
        verbose_name_plural = _("stores compared")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "days"], name="insight_span_once"),
        ]

    def __str__(self) -> str:
        return f"{self.store_id}: {self.days} days"


class ExchangeRate(PlatformModel):
    """What one unit of a currency is worth in the platform's, from a day on."""

    currency = models.CharField(_("currency"), max_length=3)
    on = models.DateField(_("from"))
    rate = models.DecimalField(
        _("rate"),
        max_digits=18,
        decimal_places=9,
        validators=[MinValueValidator(0)],
        help_text=_("What one unit of it is worth in the platform's currency."),
    )

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering: ClassVar = ["-on", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "on"], name="insight_rate_one_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="insight_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on}"
