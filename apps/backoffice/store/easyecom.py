"""EasyEcom: orders there, locations and warehouses, what statuses mean, SKUs that do not match, levels that differ."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin, RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, plain, stored
from apps.backoffice.sites import store_admin
from apps.backoffice.store.connected import sees_of
from apps.easyecom import services as easyecom
from apps.easyecom.models import Location, PushedOrder, StatusMeaning, StockLevel, UnmatchedSku
from apps.easyecom.states import Meaning

_TONES: Final = {
    "refused": "problem",
    "stayed": "problem",
    "sent": "done",
    "cancelled": "cancelled",
}


sees_orders = sees_of("easyecom", "pushedorder")
sees_locations = sees_of("easyecom", "location")
sees_statuses = sees_of("easyecom", "statusmeaning")
sees_skus = sees_of("easyecom", "unmatchedsku")
sees_levels = sees_of("easyecom", "stocklevel")


class MappedAdmin(Admin):
    """Rows that EasyEcom brings and staff map."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LocationForm(forms.ModelForm):
    class Meta:
        model = Location
        fields = ("warehouse",)
        help_texts = {
            "warehouse": _(
                "Its levels count here. Without a warehouse they are only counted in the list."
            )
        }


@admin.register(Location, site=store_admin)
class LocationAdmin(MappedAdmin):
    form = LocationForm
    empty_advice = _(
        "The locations of your EasyEcom account appear here within a day, or with the first level."
    )
    list_display = ("place", "key", "warehouse", "times_skipped", "heard")
    card = Card("place", side=("warehouse",), facts=("key",), end=("heard",))
    fields = ("name", "key", "number", "warehouse")
    readonly_fields = ("name", "key", "number")
    list_select_related = ("warehouse",)

    def save_model(self, request: HttpRequest, obj: Location, form: Any, change: bool) -> None:
        easyecom.map_location(row=obj, warehouse=obj.warehouse)

    @display(description=_("location"), ordering="name")
    def place(self, row: Location) -> str:
        return str(row)

    @display(description=_("last heard of"), ordering="seen_at")
    def heard(self, row: Location) -> Any:
        return moment(row.seen_at)


class StatusForm(forms.ModelForm):
    class Meta:
        model = StatusMeaning
        fields = ("meaning",)
        help_texts = {
            "meaning": _("Invoices that have this status by now are looked at again at once.")
        }


@admin.register(StatusMeaning, site=store_admin)
class StatusMeaningAdmin(MappedAdmin):
    form = StatusForm
    empty_advice = _("The statuses of EasyEcom appear here once the store is connected.")
    list_display = ("name", "where", "value", "shown_meaning", "times_seen", "seen")
    list_filter = (("meaning", ChoicesDropdownFilter), ("source", ChoicesDropdownFilter))
    search_fields = ("value", "label")
    card = Card("name", side=("shown_meaning",), facts=("where", "value"), end=("seen",))
    fields = ("label", "source", "value", "meaning")
    readonly_fields = ("label", "source", "value")
    ordering = ("meaning", "source", "value")

    def save_model(self, request: HttpRequest, obj: StatusMeaning, form: Any, change: bool) -> None:
        easyecom.map_status(row=obj, meaning=Meaning(obj.meaning))

    @display(description=_("status"), ordering="label")
    def name(self, row: StatusMeaning) -> str:
        return str(row)

    @display(description=_("which value"), ordering="source")
    def where(self, row: StatusMeaning) -> str:
        return str(row.get_source_display())

    @display(description=_("means here"), ordering="meaning")
    def shown_meaning(self, row: StatusMeaning) -> SafeString | str:
        if row.meaning == Meaning.UNKNOWN:
            return badge("problem", str(Meaning.UNKNOWN.label))
        return str(row.get_meaning_display())

    @display(description=_("last seen"), ordering="seen_at")
    def seen(self, row: StatusMeaning) -> Any:
        return moment(row.seen_at)


@admin.register(UnmatchedSku, site=store_admin)
class UnmatchedSkuAdmin(RecordAdmin):
    empty_advice = _(
        "SKUs that only one side has are listed here. Products are compared once a day."
    )
    list_display = ("sku", "title", "where", "why", "times_seen", "seen")
    list_filter = (("side", ChoicesDropdownFilter),)
    search_fields = ("sku", "title")
    card = Card("sku", side=("where",), facts=("title", "why"), end=("seen",))
    fields = ("sku", "title", "where", "why", "times_seen", "seen")
    ordering = ("-created_at",)
    why = stored("reason", _("why"))

    @display(description=_("where it is"), ordering="side")
    def where(self, row: UnmatchedSku) -> str:
        return str(row.get_side_display())

    @display(description=_("last seen"), ordering="seen_at")
    def seen(self, row: UnmatchedSku) -> Any:
        return moment(row.seen_at)


class DifferenceFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = _("difference")
    parameter_name = "differs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("differs")), ("missing", _("promised and not there"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "yes":
            return queryset.exclude(difference=0)
        return queryset.filter(missing__gt=0) if self.value() else queryset


@admin.register(StockLevel, site=store_admin)
class StockLevelAdmin(RecordAdmin):
    empty_advice = _("The levels that EasyEcom sends of mapped locations appear here.")
    list_display = ("sku", "location", "level", "ours", "difference", "missing", "heard")
    list_filter = (DifferenceFilter,)
    search_fields = ("sku",)
    list_select_related = ("location",)
    card = Card(
        "sku",
        side=("level",),
        facts=("location", "ours", "difference"),
        end=("heard",),
        named=("level", "ours", "difference"),
    )
    fields = ("sku", "location", "level", "ours", "difference", "missing", "heard")
    ordering = ("-id",)
    ours = plain("ours", _("here before"))

    @display(description=_("heard"), ordering="heard_at")
    def heard(self, row: StockLevel) -> Any:
        return moment(row.heard_at)


@admin.register(PushedOrder, site=store_admin)
class PushedOrderAdmin(RecordAdmin):
    """What is done about one is on the page of its order."""

    empty_advice = _("Orders that are sent to EasyEcom appear here.")
    list_display = ("order", "shown_state", "attempts", "why", "doubtful", "sent_on", "page")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("order__number", "order_ref", "invoice_ref")
    list_select_related = ("order",)
    card = Card("order", side=("shown_state",), facts=("why",), end=("sent_on",))
    fields = (
        "order", "shown_state", "attempts", "why", "doubtful", "order_ref", "invoice_ref",
        "queue_ref", "sent_on", "page",
    )  # fmt: skip
    ordering = ("-created_at",)
    why = stored("last_error", _("what went wrong"))
    doubtful = stored("doubt", _("to be looked at"))

    @display(description=_("state"), ordering="state")
    def shown_state(self, row: PushedOrder) -> SafeString:
        return badge(_TONES.get(row.state, "pending"), row.get_state_display())

    @display(description=_("sent"), ordering="sent_at")
    def sent_on(self, row: PushedOrder) -> Any:
        return moment(row.sent_at)

    @display(description=_("its page"))
    def page(self, row: PushedOrder) -> SafeString:
        url = reverse("store_admin:orders_order_change", args=[row.order_id])
        return format_html('<a href="{}">{}</a>', url, _("Open the order"))
