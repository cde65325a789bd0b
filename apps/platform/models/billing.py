"""Rows of the platform home: plans, and what stores subscribed to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.platform.models.stores import Store
from apps.platform.states import SubscriptionStatus
from apps.tenancy.models import PlatformModel


class BillingInterval(models.TextChoices):
    MONTHLY = "monthly", _("monthly")
    ANNUAL = "annual", _("annual")


class LimitName(models.TextChoices):
    """What a plan limits. The column of a plan is `max_` and the name, with the unit in it."""

    PRODUCTS = "products", _("products")
    ORDERS = "orders_per_month", _("orders per month")
    STORAGE = "storage_gb", _("GB of storage")
    API_CALLS = "api_calls_per_month", _("API calls per month")
    STAFF = "staff_accounts", _("staff accounts")
    STORES = "stores_per_owner", _("stores per owner")
    DOMAINS = "custom_domains", _("custom domains")


class PlanLimits(models.Model):
    """The limits of a plan; null means unlimited. Copied into the subscription at subscribe time."""

    max_products = models.PositiveIntegerField(_("products"), null=True, blank=True)
    max_orders_per_month = models.PositiveIntegerField(_("orders per month"), null=True, blank=True)
    max_storage_gb = models.PositiveIntegerField(_("storage in GB"), null=True, blank=True)
    max_api_calls_per_month = models.PositiveIntegerField(
        _("API calls per month"), null=True, blank=True
    )
    max_staff_accounts = models.PositiveIntegerField(_("staff accounts"), null=True, blank=True)
    max_stores_per_owner = models.PositiveIntegerField(_("stores per owner"), null=True, blank=True)
    max_custom_domains = models.PositiveIntegerField(_("custom domains"), null=True, blank=True)
    # Codes of `DatabaseType` with blanks between; empty: every kind of database.
    placements = models.CharField(
        _("kinds of database"), max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True

    @property
    def numbers(self) -> dict[str, int | None]:
        """By the name of the limit; None means without limit."""
        return {name: getattr(self, f"max_{name}") for name in LimitName.values}

    @property
    def placement_codes(self) -> frozenset[str]:
        """The allowed kinds of database; none means all."""
        return frozenset(self.placements.split())

    def copy_limits_to(self, other: "PlanLimits") -> None:
        for field in PlanLimits._meta.local_fields:
            setattr(other, field.attname, getattr(self, field.attname))


class Plan(PlatformModel, PlanLimits):
    """What the platform sells to merchants."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("offered"), default=True)
    trial_days = models.PositiveSmallIntegerField(_("trial days"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class PlanPrice(PlatformModel):
    """What a plan costs in one currency."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="prices", verbose_name=_("plan")
    )
    currency = models.CharField(_("currency"), max_length=3)
    monthly_minor = models.PositiveBigIntegerField(_("price a month"))
    annual_minor = models.PositiveBigIntegerField(_("price a year"))

    class Meta:
        verbose_name = _("price of a plan")
        verbose_name_plural = _("prices of plans")
        ordering: ClassVar = ["plan__position", "plan__code", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "currency"], name="platform_plan_price_one_a_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.currency}"


class Subscription(PlatformModel, PlanLimits):
    """What one store agreed to, with the prices and limits of that day."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(
        max_length=12, choices=SubscriptionStatus.choices, default=SubscriptionStatus.TRIAL
    )
    interval = models.CharField(
        max_length=10, choices=BillingInterval.choices, default=BillingInterval.MONTHLY
    )
    price_monthly_minor = models.PositiveBigIntegerField(_("monthly price (minor units)"))
    price_annual_minor = models.PositiveBigIntegerField(_("annual price (minor units)"))
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    provider = models.CharField(max_length=20, blank=True)
    provider_ref = models.CharField(max_length=120, blank=True)
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    period_started_at = models.DateTimeField(null=True, blank=True)
    period_ends_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Periods are whole months, or years, after this moment: a subscription of 31 January ends on 28 February, then on
    # 31 March.
    anchored_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When something is to be done about it next. Empty: nothing, as for free plans and for what is not billed here.
    due_at = models.DateTimeField(_("next step"), null=True, blank=True, editable=False)
    # No earlier suspension: the clock came late, so its reminders did, too.
    open_until = models.DateTimeField(null=True, blank=True, editable=False)
    # It ends with the trial or the period.
    is_ending = models.BooleanField(_("ends"), default=False, db_default=False, editable=False)
    # What it becomes with the end of the period.
    next_plan = models.ForeignKey(
        Plan,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("plan afterwards"),
    )
    next_interval = models.CharField(
        max_length=10, choices=BillingInterval.choices, blank=True, default="", db_default=""
    )
    # Why the store was closed because of this subscription; a store that was closed for another reason stays closed.
    suspension_reason = models.TextField(blank=True, editable=False, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="platform_subscription_due",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store"],
                condition=models.Q(status__in=["trial", "active", "past_due"]),
                name="platform_subscription_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} · {self.plan} ({self.status})"

    @property
    def price_minor(self) -> int:
        """Of one period."""
        is_annual = self.interval == BillingInterval.ANNUAL
        return self.price_annual_minor if is_annual else self.price_monthly_minor
