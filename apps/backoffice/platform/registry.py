"""The rest of the master database: subscriptions, the audit log."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.audit_log import AuditEntryAdmin
from apps.backoffice.base import RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.platform.plans import shown_kinds
from apps.backoffice.records import OutboxMessageAdmin
from apps.backoffice.sites import platform_admin
from apps.events.models import AuditEntry, OutboxMessage
from apps.platform.models import Subscription

platform_admin.register(AuditEntry, AuditEntryAdmin)
platform_admin.register(OutboxMessage, OutboxMessageAdmin)


@admin.register(Subscription, site=platform_admin)
class SubscriptionAdmin(RecordAdmin):
    list_display = ("store", "plan", "shown_status", "trial_ends", "period_ends")
    card = Card(
        "store",
        side=("shown_status",),
        facts=("plan",),
        end=("period_ends",),
        named=("period_ends",),
    )
    fields = (
        "store",
        "plan_page",
        "shown_status",
        "interval",
        "monthly",
        "annual",
        "max_products",
        "max_orders_per_month",
        "max_storage_gb",
        "max_api_calls_per_month",
        "max_staff_accounts",
        "max_stores_per_owner",
        "max_custom_domains",
        "kinds",
        "trial_ends_at",
        "period_started_at",
        "period_ends_at",
        "due_at",
        "is_ending",
        "next_plan",
        "cancelled_at",
    )
    list_select_related = ("store", "plan")
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("store__name", "store__slug")

    @display(description=_("plan"))
    def plan_page(self, subscription: Subscription) -> SafeString:
        """With the page where it is changed, cancelled, billed."""
        url = reverse("platform_admin:platform_store_plan", args=[subscription.store_id])
        return format_html('<a href="{}">{}</a>', url, subscription.plan)

    @display(description=_("kinds of database"))
    def kinds(self, subscription: Subscription) -> str:
        return shown_kinds(subscription)

    @display(description=_("a month"))
    def monthly(self, subscription: Subscription) -> str:
        return money(subscription.price_monthly_minor, subscription.currency)

    @display(description=_("a year"))
    def annual(self, subscription: Subscription) -> str:
        return money(subscription.price_annual_minor, subscription.currency)

    @display(description=_("trial ends"), ordering="trial_ends_at")
    def trial_ends(self, subscription: Subscription) -> Any:
        return moment(subscription.trial_ends_at)

    @display(description=_("period ends"), ordering="period_ends_at")
    def period_ends(self, subscription: Subscription) -> Any:
        return moment(subscription.period_ends_at)

    @display(description=_("status"), ordering="status")
    def shown_status(self, subscription: Subscription) -> SafeString:
        return badge(subscription.status, subscription.get_status_display())
