"""What the platform sells: plans with their limits, and their prices, one per currency."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import money
from apps.backoffice.fields import AmountField
from apps.backoffice.platform.plans import shown_kinds
from apps.backoffice.sites import platform_admin
from apps.common.currencies import selling_currencies
from apps.common.fields import set_money_of
from apps.common.places import currency_choices
from apps.platform.models import DatabaseType, Plan, PlanPrice


class PlanForm(forms.ModelForm):
    placements = forms.MultipleChoiceField(
        label=_("Kinds of database"),
        choices=DatabaseType.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None chosen: every kind."),
    )

    class Meta:
        model = Plan
        fields = (
            "name", "code", "description", "trial_days",
            "max_products", "max_orders_per_month", "max_storage_gb", "max_api_calls_per_month",
            "max_staff_accounts", "max_stores_per_owner", "max_custom_domains", "placements",
            "is_active", "position",
        )  # fmt: skip
        help_texts = dict.fromkeys(
            (name for name in fields if name.startswith("max_")), _("Empty: without limit.")
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["placements"] = self.instance.placements.split()

    def clean_placements(self) -> str:
        return " ".join(self.cleaned_data["placements"])


@admin.register(Plan, site=platform_admin)
class PlanAdmin(Admin):
    """A change counts for stores that subscribe from now on; others keep what they agreed to."""

    form = PlanForm
    list_display = ("name", "monthly", "max_products", "max_orders_per_month", "kinds", "is_active")
    card = Card(
        "name",
        side=("monthly",),
        facts=("max_products",),
        end=("max_orders_per_month",),
        named=("max_products", "max_orders_per_month"),
    )
    readonly_fields = ("prices",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        found: QuerySet[Plan] = super().get_queryset(request).prefetch_related("prices")
        return found

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [*PlanForm.Meta.fields]
        return [*fields[:3], "prices", *fields[3:]] if obj else fields

    @display(description=_("a month"))
    def monthly(self, plan: Plan) -> str:
        return ", ".join(
            money(price.monthly_minor, price.currency) for price in plan.prices.all()
        ) or gettext("no price")

    @display(description=_("kinds of database"))
    def kinds(self, plan: Plan) -> str:
        return shown_kinds(plan)

    @display(description=_("prices"))
    def prices(self, plan: Plan) -> SafeString:
        links = format_html_join(
            ", ",
            '<a href="{}">{}</a>',
            (
                (
                    reverse("platform_admin:platform_planprice_change", args=[price.pk]),
                    gettext("%(monthly)s a month, %(annual)s a year")
                    % {
                        "monthly": money(price.monthly_minor, price.currency),
                        "annual": money(price.annual_minor, price.currency),
                    },
                )
                for price in plan.prices.all()
            ),
        )
        add = reverse("platform_admin:platform_planprice_add")
        link = format_html('<a href="{}?plan={}">{}</a>', add, plan.pk, gettext("add a currency"))
        return format_html("{}, {}", links, link) if links else link


class PlanPriceForm(forms.ModelForm):
    currency = forms.ChoiceField(
        label=_("Currency"), choices=currency_choices, widget=UnfoldAdminSelectWidget
    )
    monthly_minor = AmountField(label=_("Price a month"))
    annual_minor = AmountField(label=_("Price a year"))

    class Meta:
        model = PlanPrice
        fields = ("plan", "currency", "monthly_minor", "annual_minor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self.data.get(self.add_prefix("currency"), "") if self.is_bound else ""
        is_known = typed in selling_currencies()
        currency = typed if is_known else self.instance.currency or "USD"
        set_money_of(self, currency=currency, language="en")


@admin.register(PlanPrice, site=platform_admin)
class PlanPriceAdmin(Admin):
    """A change counts for stores that subscribe from now on."""

    form = PlanPriceForm
    list_display = ("plan", "currency", "monthly", "annual")
    list_select_related = ("plan",)
    list_filter = ("plan",)
    card = Card("plan", side=("monthly",), facts=("currency",), end=("annual",), named=("annual",))

    @display(description=_("a month"), ordering="monthly_minor")
    def monthly(self, price: PlanPrice) -> str:
        return money(price.monthly_minor, price.currency)

    @display(description=_("a year"), ordering="annual_minor")
    def annual(self, price: PlanPrice) -> str:
        return money(price.annual_minor, price.currency)
