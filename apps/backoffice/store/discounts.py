"""Discounts of a store: coupons, automatic ones, batches of codes, and the orders that used them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, exact_moment, money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.discount_form import DiscountForm
from apps.backoffice.store.discount_page import page_urls
from apps.common.clock import now
from apps.discounts import services as discounts
from apps.discounts.kinds import Kind
from apps.discounts.models import Discount
from apps.pricing.rules import percent_text


@admin.register(Discount, site=store_admin)
class DiscountAdmin(Admin):
    form = DiscountForm
    list_display = ("name", "shown_code", "what", "state", "uses", "until")
    card = Card(
        "name",
        side=("what",),
        facts=("shown_code",),
        end=("until",),
        badges=("state", "uses"),
        named=("uses", "until"),
    )
    list_filter = (
        ("trigger", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
    )
    search_fields = ("name", "codes__key")
    list_select_related = ("allowance",)
    readonly_fields = ("uses_link",)
    conditional_fields = {
        "code": "trigger == 'code'",
        "percent": "kind == 'percent' || kind == 'buy_get'",
        "amount_minor": "kind == 'amount' || kind == 'amount_each'",
        "buy_quantity": "kind == 'buy_get'",
        "get_quantity": "kind == 'buy_get'",
        "get_product_refs": "kind == 'buy_get'",
        "most_pieces": "kind == 'buy_get'",
    }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        uses = ("uses_link",) if obj is not None else ()
        return (
            (None, {"fields": (*uses, "name", ("trigger", "code"), "is_active")}),
            (
                _("What is taken off"),
                {
                    "fields": (
                        "kind",
                        ("percent", "amount_minor"),
                        ("buy_quantity", "get_quantity"),
                        "get_product_refs",
                        "most_pieces",
                    )
                },
            ),
            (_("Products"), {"fields": ("product_refs", "category_refs")}),
            (
                _("Conditions"),
                {
                    "fields": (
                        ("min_spend_minor", "min_pieces"),
                        "audience",
                        "group_refs",
                        "countries",
                    )
                },
            ),
            (_("When"), {"fields": ("starts_at", "ends_at")}),
            (_("How often"), {"fields": (("limit", "per_buyer_limit"),)}),
            (_("Together with other discounts"), {"fields": (("is_combinable", "sequence"),)}),
        )

    def get_urls(self) -> list[Any]:
        return [*page_urls(self), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        discounts.save_discount(discount=obj, limit=form.cleaned_data.get("limit"))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        discounts.delete_discount(discount=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_free = obj is None or not obj.redemptions.exists()
        return is_free and super().has_delete_permission(request, obj)

    @display(description=_("code"), ordering="code")
    def shown_code(self, row: Discount) -> str:
        return row.get_trigger_display() if row.is_automatic else row.code or gettext("batches")

    @display(description=_("what is taken off"))
    def what(self, row: Discount) -> str:
        return words_of(row)

    @display(description=_("state"))
    def state(self, row: Discount) -> SafeString:
        if not row.is_active:
            return badge("void", gettext("off"))
        if row.ends_at is not None and row.ends_at <= now():
            return badge("expired", gettext("ended"))
        if row.starts_at is not None and row.starts_at > now():
            return badge("draft", gettext("not yet"))
        return badge("active", gettext("active"))

    @display(description=_("used"), ordering="allowance__used")
    def uses(self, row: Discount) -> str:
        return str(row.allowance)

    @display(description=_("until"), ordering="ends_at")
    def until(self, row: Discount) -> str:
        return exact_moment(row.ends_at) if row.ends_at else "-"

    @display(description=_("Uses and codes"))
    def uses_link(self, row: Discount) -> SafeString:
        used = row.allowance.used
        words = ngettext("Used once", "Used %(count)s times", used) % {"count": used}
        return format_html(
            '<a href="{}">{}</a>',
            reverse("store_admin:discounts_discount_uses", args=[row.pk]),
            gettext("%(used)s: orders, codes of batches, and why it does not apply")
            % {"used": words if used else gettext("Not used yet")},
        )


def words_of(row: Discount) -> str:
    """`10 % off`, in a few words."""
    percent = f"{percent_text(row.percent)} %" if row.percent else ""
    amount = money(row.amount_minor, row.currency) if row.amount_minor else ""
    if row.kind == Kind.PERCENT:
        return gettext("%(amount)s off") % {"amount": percent}
    if row.kind == Kind.AMOUNT:
        return gettext("%(amount)s off") % {"amount": amount}
    if row.kind == Kind.AMOUNT_EACH:
        return gettext("%(amount)s off each piece") % {"amount": amount}
    if row.kind == Kind.BUY_GET:
        return gettext("buy %(buy)s, get %(get)s %(percent)s cheaper") % {
            "buy": row.buy_quantity,
            "get": row.get_quantity,
            "percent": percent,
        }
    return str(row.get_kind_display())
