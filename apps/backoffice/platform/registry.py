"""The rest of the master database: plans, subscriptions, billing, usage, integrations, settings, hosts, the audit log."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin, RecordAdmin
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.records import AuditEntryAdmin, OutboxMessageAdmin
from apps.backoffice.sites import platform_admin
from apps.events.models import AuditEntry, OutboxMessage
from apps.platform.models import (
    ApiUsageLog,
    BillingTransaction,
    Domain,
    IntegrationConfig,
    Plan,
    PlatformSetting,
    Subscription,
    UsageMetric,
)

platform_admin.register(AuditEntry, AuditEntryAdmin)
platform_admin.register(OutboxMessage, OutboxMessageAdmin)


@admin.register(Plan, site=platform_admin)
class PlanAdmin(Admin):
    list_display = (
        "name",
        "monthly",
        "annual",
        "max_products",
        "max_orders_per_month",
        "max_storage_gb",
    )

    @display(description="a month", ordering="price_monthly_minor")
    def monthly(self, plan: Plan) -> str:
        return money(plan.price_monthly_minor, plan.currency)

    @display(description="a year", ordering="price_annual_minor")
    def annual(self, plan: Plan) -> str:
        return money(plan.price_annual_minor, plan.currency)


@admin.register(Domain, site=platform_admin)
class DomainAdmin(RecordAdmin):
    list_display = ("domain", "tenant", "is_primary", "created_at")
    list_select_related = ("tenant",)
    list_filter = ("is_primary",)
    search_fields = ("domain", "tenant__name", "tenant__slug")


@admin.register(Subscription, site=platform_admin)
class SubscriptionAdmin(RecordAdmin):
    list_display = ("store", "plan", "shown_status", "trial_ends_at", "period_ends_at")
    list_select_related = ("store", "plan")
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("store__name", "store__slug")

    @display(description="status", ordering="status")
    def shown_status(self, subscription: Subscription) -> SafeString:
        return badge(subscription.status, subscription.get_status_display())


@admin.register(BillingTransaction, site=platform_admin)
class BillingTransactionAdmin(RecordAdmin):
    list_display = (
        "store",
        "amount",
        "shown_status",
        "payment_method",
        "description",
        "processed_at",
    )
    list_select_related = ("store",)
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("store__name", "provider_ref")

    @display(description="amount", ordering="amount_minor")
    def amount(self, transaction: BillingTransaction) -> str:
        return money(transaction.amount_minor, transaction.currency)

    @display(description="status", ordering="status")
    def shown_status(self, transaction: BillingTransaction) -> SafeString:
        return badge(transaction.status, transaction.get_status_display())


@admin.register(UsageMetric, site=platform_admin)
class UsageMetricAdmin(RecordAdmin):
    list_display = (
        "on",
        "store",
        "orders_created",
        "value",
        "products_total",
        "api_calls",
        "api_errors",
    )
    list_select_related = ("store",)
    search_fields = ("store__name", "store__slug")
    date_hierarchy = "on"

    @display(description="order value", ordering="orders_value_minor")
    def value(self, metric: UsageMetric) -> str:
        return money(metric.orders_value_minor, metric.currency) if metric.currency else "-"


@admin.register(ApiUsageLog, site=platform_admin)
class ApiUsageLogAdmin(RecordAdmin):
    list_select_related = ("store",)
    search_fields = ("store__slug",)

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return [
            field.name
            for field in self.opts.fields
            if field.name not in ("id", "user_agent", "error")
        ]


@admin.register(IntegrationConfig, site=platform_admin)
class IntegrationConfigAdmin(RecordAdmin):
    """What is connected and whether it works. The secrets themselves are never shown."""

    list_display = ("store", "kind", "environment", "is_active", "last_checked_at", "last_error")
    list_select_related = ("store",)
    list_filter = ("kind", "environment", "is_active")
    search_fields = ("store__name", "store__slug", "kind")
    exclude = ("config",)


@admin.register(PlatformSetting, site=platform_admin)
class PlatformSettingAdmin(Admin):
    list_display = ("key", "description", "changed")
    search_fields = ("key", "description")

    @display(description="changed", ordering="updated_at")
    def changed(self, setting: PlatformSetting) -> Any:
        return moment(setting.updated_at)
