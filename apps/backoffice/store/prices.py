"""Customer groups, price lists, sales, and the history of prices; which price a customer pays, and why."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.backoffice.base import Admin, RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, exact_moment, money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.price_forms import GroupForm, PriceListForm, SaleForm
from apps.backoffice.store.price_page import why_view
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.common.clock import now
from apps.platform.auditing import audited
from apps.prices import services as prices
from apps.prices.models import CustomerGroup, PriceChange, PriceList, PriceSettings, Sale
from apps.pricing.rules import percent_text


def state_of(row: PriceList | Sale) -> SafeString:
    if not row.is_active:
        return badge("void", gettext("off"))
    if row.ends_at is not None and row.ends_at <= now():
        return badge("expired", gettext("ended"))
    if row.starts_at is not None and row.starts_at > now():
        return badge("draft", gettext("not yet"))
    return badge("active", gettext("active"))


def span_of(row: PriceList | Sale) -> str:
    ends = [exact_moment(each) if each else "" for each in (row.starts_at, row.ends_at)]
    return " – ".join(ends) if any(ends) else gettext("always")


@admin.register(CustomerGroup, site=store_admin)
class CustomerGroupAdmin(Admin):
    form = GroupForm
    fields = ("name", "members")
    list_display = ("name", "member_count")
    search_fields = ("name",)
    card = Card("name", side=("member_count",))
    empty_advice = _("A group has price lists and discounts of its own, such as resellers.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(counted=Count("members"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        prices.save_group(group=obj)
        prices.set_members(group=obj, customer_ids=form.customer_ids)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        prices.delete_group(group=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_free = obj is None or not obj.price_lists.exists()
        return is_free and super().has_delete_permission(request, obj)

    @display(description=_("customers"))
    def members(self, row: CustomerGroup) -> str:
        """For those who only look: the form has a field of this name."""
        found = row.members.order_by("customer__email")
        return "\n".join(found.values_list("customer__email", flat=True))

    @display(description=_("customers"), ordering="counted")
    def member_count(self, row: Any) -> str:
        return ngettext("%(count)s customer", "%(count)s customers", row.counted) % {
            "count": row.counted
        }


@admin.register(PriceList, site=store_admin)
class PriceListAdmin(Admin):
    form = PriceListForm
    list_display = ("name", "whose", "currency", "priority", "state", "span")
    list_filter = ("group", "is_active")
    list_select_related = ("group",)
    search_fields = ("name", "prices__sku")
    card = Card(
        "name", side=("state",), facts=("whose", "span"), end=("priority",), named=("priority",)
    )
    fieldsets = (
        (None, {"fields": ("name", "is_active", ("group", "currency"))}),
        (_("Prices"), {"fields": ("prices",)}),
        (_("When"), {"fields": ("starts_at", "ends_at")}),
        (_("Together with other prices"), {"fields": ("priority", "joins_sales")}),
    )
    empty_advice = _("A price list has prices for a group of customers, or for larger quantities.")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(why_view)
        return [path("why/", view, name="prices_pricelist_why"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        prices.save_price_list(price_list=obj, prices=form.rows)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        prices.delete_price_list(price_list=obj)

    @display(description=_("prices"))
    def prices(self, row: PriceList) -> str:
        """For those who only look: the form has a field of this name."""
        return self.form(instance=row).rows_as_text()

    @display(description=_("for"), ordering="group__name")
    def whose(self, row: PriceList) -> str:
        return row.group.name if row.group else gettext("everyone")

    @display(description=_("state"))
    def state(self, row: PriceList) -> SafeString:
        return state_of(row)

    @display(description=_("when"), ordering="starts_at")
    def span(self, row: PriceList) -> str:
        return span_of(row)


@admin.register(Sale, site=store_admin)
class SaleAdmin(Admin):
    form = SaleForm
    list_display = ("name", "what", "state", "span")
    list_filter = ("is_active",)
    search_fields = ("name", "prices__sku")
    card = Card("name", side=("state",), facts=("what", "span"))
    fieldsets = (
        (None, {"fields": ("name", "is_active")}),
        (_("When"), {"fields": ("starts_at", "ends_at")}),
        (_("What is taken off"), {"fields": ("percent", "product_refs", "category_refs")}),
        (_("Prices of its own"), {"fields": ("currency", "prices")}),
    )
    empty_advice = _("A sale lowers prices for everyone from one moment to another, by itself.")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        prices.save_sale(sale=obj, prices=form.rows)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        prices.delete_sale(sale=obj)

    @display(description=_("prices of its own"))
    def prices(self, row: Sale) -> str:
        """For those who only look: the form has a field of this name."""
        return self.form(instance=row).rows_as_text()

    @display(description=_("what is taken off"))
    def what(self, row: Sale) -> str:
        if row.percent:
            return gettext("%(amount)s off") % {"amount": f"{percent_text(row.percent)} %"}
        return gettext("prices of its own")

    @display(description=_("state"))
    def state(self, row: Sale) -> SafeString:
        return state_of(row)

    @display(description=_("when"), ordering="starts_at")
    def span(self, row: Sale) -> str:
        return span_of(row)


@admin.register(PriceChange, site=store_admin)
class PriceChangeAdmin(RecordAdmin):
    list_display = ("sku", "amount", "own", "moment", "cause")
    list_filter = ("currency",)
    search_fields = ("sku", "variant_ref")
    search_help_text = _("SKU")
    fields = ("sku", "amount", "own", "moment", "cause")
    readonly_fields = fields
    card = Card("sku", side=("amount",), facts=("moment", "cause"), end=("own",), named=("own",))

    @display(description=_("everyone paid"), ordering="amount_minor")
    def amount(self, row: PriceChange) -> str:
        if row.amount_minor is None:
            return gettext("not on sale")
        return money(row.amount_minor, row.currency)

    @display(description=_("own price"), ordering="own_minor")
    def own(self, row: PriceChange) -> str:
        return money(row.own_minor, row.currency)

    @display(description=_("from"), ordering="at")
    def moment(self, row: PriceChange) -> str:
        return exact_moment(row.at)


@admin.register(PriceSettings, site=store_admin)
class PriceSettingsAdmin(SingleRowAdmin):
    fields = ("prior_price",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with audited("price_settings.changed", obj):
            obj.save()
