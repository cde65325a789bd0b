"""The rest of the master database: subscriptions, hosts, the audit log."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.backoffice.audit_log import AuditEntryAdmin
from apps.backoffice.base import Admin, RecordAdmin, sentence_of
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.platform.plans import shown_kinds
from apps.backoffice.records import OutboxMessageAdmin
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.common.fields import HostField
from apps.common.text import NotText
from apps.common.web import clean_host
from apps.events.models import AuditEntry, OutboxMessage
from apps.platform import services
from apps.platform.models import Domain, Subscription

platform_admin.register(AuditEntry, AuditEntryAdmin)
platform_admin.register(OutboxMessage, OutboxMessageAdmin)


class DomainForm(forms.ModelForm):
    """One more host for a store."""

    domain = HostField(
        label=_("Host"),
        max_length=253,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "Such as shop.example.com or मसाला.भारत; letters beyond a to z are kept as xn--."
        ),
    )

    class Meta:
        model = Domain
        fields = ("domain", "tenant", "is_primary")

    def _post_clean(self) -> None:
        """The service checks and writes; a taken host is an error of its field."""
        if self.errors:
            return
        try:
            self.instance = services.add_domain(
                store=self.cleaned_data["tenant"],
                host=self.cleaned_data["domain"],
                is_primary=self.cleaned_data["is_primary"],
            )
        except DomainError as error:
            self.add_error("domain", sentence_of(error))


@admin.register(Domain, site=platform_admin)
class DomainAdmin(Admin):
    """Hosts are added and removed, never renamed: bookmarks and links contain them."""

    form = DomainForm
    list_display = ("domain", "tenant", "is_primary", "added")
    card = Card(
        "domain", side=("is_primary",), facts=("tenant",), end=("added",), named=("is_primary",)
    )
    list_select_related = ("tenant",)
    list_filter = ("is_primary",)
    search_fields = ("domain", "tenant__name", "tenant__slug")
    autocomplete_fields = ("tenant",)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A host in letters of any script is looked up as it is kept."""
        with suppress(NotText):
            search_term = clean_host(search_term)
        return super().get_search_results(request, queryset, search_term)

    @display(description=_("added"), ordering="created_at")
    def added(self, domain: Domain) -> Any:
        return moment(domain.created_at)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Domain, form: Any, change: bool) -> None:
        """Written by the form."""

    def delete_model(self, request: HttpRequest, obj: Domain) -> None:
        services.remove_domain(domain=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and not (obj and obj.is_primary)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # one at a time, and never the primary one


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
