"""Stock: what is on hand, reserved and allocated, and the ledger behind it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.backoffice.base import Admin, RecordAdmin, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, flag, moment, plain, words
from apps.backoffice.sites import store_admin
from apps.backoffice.store.stock_list import CountForm, StockChangeList, StockColumns
from apps.catalog.selectors import find_variant_refs
from apps.common.errors import DomainError
from apps.common.fields import BlockField, LineField
from apps.common.form_errors import show_error
from apps.events import services as events
from apps.fulfilment import services as fulfilment
from apps.inventory import services as inventory
from apps.inventory.areas import read_places
from apps.inventory.models import Movement, StockItem, Warehouse
from apps.inventory.selectors import pieces_on_the_way
from apps.inventory.states import NO_LIMIT, StockPolicy

_PIECES = ("on_hand", "held", "to_send", "left")
_DELTAS = ("on_hand", "reserved", "allocated")


class StockForm(forms.ModelForm):
    """A stock count: the new number is the stock on the shelf; the ledger gets the difference."""

    counted = forms.IntegerField(
        min_value=0,
        max_value=100_000_000,
        label=_("On hand, counted"),
        widget=UnfoldAdminIntegerFieldWidget,
        show_hidden_initial=True,  # saving an old page does not restore pieces sold meanwhile
    )
    reason = LineField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    limit = forms.IntegerField(
        min_value=0,
        max_value=100_000_000,
        required=False,
        label=_("At most (pieces)"),
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("So many may be owed to customers beyond those on hand. Empty: any number."),
    )

    class Meta:
        model = StockItem
        fields = ("low_stock_at", "policy", "release_on")
        help_texts: ClassVar = {"release_on": _("Of a pre-order: nothing is sent before.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.instance
        self.fields["counted"].initial = item.on_hand
        if item.policy != StockPolicy.DENY and item.backorder_limit < NO_LIMIT:
            self.fields["limit"].initial = item.backorder_limit

    @property
    def changes_policy(self) -> bool:
        return bool({"policy", "limit", "release_on"} & set(self.changed_data))

    def clean(self) -> dict[str, Any] | None:
        """Only checks: counted stock is written when the whole page is saved."""
        values = super().clean()
        if not self.errors and "counted" in self.changed_data:
            try:
                inventory.require_countable(
                    stock_item=self.instance, on_hand=self.cleaned_data["counted"]
                )
            except DomainError as error:
                show_error(self, error)
        return values


def _change(name: str, description: str) -> Any:
    """A column of the ledger: `+3`, `-1`, nothing for nothing."""

    @display(description=description, ordering=name)
    def shown(admin: Any, movement: Movement) -> str:
        return f"{getattr(movement, name):+d}" if getattr(movement, name) else ""

    return shown


@display(description=_("when"), ordering="created_at")
def _when(admin: Any, movement: Movement) -> Any:
    return moment(movement.created_at)


@display(description=_("what"), ordering="kind")
def _kind(admin: Any, movement: Movement) -> str:
    return words(movement.get_kind_display())


@display(description=_("who"), ordering="actor_label")
def _who(admin: Any, movement: Movement) -> str:
    return movement.actor_label


class MovementInline(TabularInline):
    model = Movement
    extra = 0
    max_num = 0
    can_delete = False
    fields = readonly_fields = (
        "when", "shown_kind", "on_hand", "reserved", "allocated", "reason", "who",
    )  # fmt: skip
    per_page = 20
    hide_title = True
    when, shown_kind, who = _when, _kind, _who
    on_hand = _change("on_hand_delta", "on hand")
    reserved = _change("reserved_delta", "held")
    allocated = _change("allocated_delta", "to send")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LowStockFilter(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", "running low"), ("out", "sold out")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockItem]) -> QuerySet[StockItem]:
        left = F("on_hand") - F("reserved") - F("allocated")
        if self.value() == "low":
            return queryset.annotate(left=left).filter(left__lte=F("low_stock_at"))
        if self.value() == "out":
            return queryset.annotate(left=left).filter(left__lte=-F("backorder_limit"))
        return queryset


@admin.register(StockItem, site=store_admin)
class StockItemAdmin(StockColumns, Admin):
    form = StockForm
    list_display = (
        "picture", "product", "shown_sku", "warehouse", "on_hand", "held", "to_send", "left", "low",
    )  # fmt: skip
    list_display_links = ("product", "shown_sku")
    list_editable = ("on_hand",)
    list_select_related = ("warehouse",)
    list_filter = (LowStockFilter, "warehouse")
    search_fields = ("sku",)
    card = Card(
        "product",
        side=("low",),
        facts=("shown_sku",),
        end=("warehouse",),
        badges=_PIECES,
        figures=_PIECES,
    )
    search_help_text = _("Words of the product, its brand or tags, or a SKU")
    readonly_fields = ("sku", "warehouse", "held", "to_send", "left", "coming")
    fields = (
        ("sku", "warehouse"),
        ("counted", "low_stock_at"),
        "reason",
        ("held", "to_send", "left"),
        "policy",
        ("limit", "release_on"),
        "coming",
    )
    inlines = (MovementInline,)
    stamped_places: Mapping[str, str] = {"on_hand": "counted"}

    def stamped_names(self, request: HttpRequest, row: Any) -> tuple[str, ...]:
        return ("on_hand", "low_stock_at", "policy", "backorder_limit", "release_on")

    def writes(self, request: HttpRequest, name: str) -> bool:
        """Stock that was not counted stays unchanged."""
        sent = request.POST
        return name != "on_hand" or sent.get("counted") != sent.get("initial-counted")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StockChangeList]:
        return StockChangeList

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return CountForm

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[StockItem], search_term: str
    ) -> tuple[QuerySet[StockItem], bool]:
        """By SKU, and by what the product is called."""
        by_sku, _ = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return by_sku, False
        refs = find_variant_refs(search_term)
        return queryset.filter(Q(pk__in=by_sku.values("pk")) | Q(variant_ref__in=refs)), False

    def save_model(self, request: HttpRequest, obj: StockItem, form: Any, change: bool) -> None:
        if isinstance(form, CountForm):
            inventory.set_on_hand(
                stock_item=obj,
                on_hand=form.cleaned_data["on_hand"],
                seen=form.seen,
                reason="counted in the list",
                actor=staff_actor(request),
            )
            return
        if "counted" in form.changed_data:
            inventory.set_on_hand(
                stock_item=obj,
                on_hand=form.cleaned_data["counted"],
                reason=form.cleaned_data["reason"],
                actor=staff_actor(request),
            )
        inventory.set_low_stock_at(stock_item=obj, low_stock_at=obj.low_stock_at)
        if form.changes_policy:
            inventory.set_policy(
                stock_item=obj,
                policy=form.cleaned_data["policy"],
                limit=form.cleaned_data["limit"],
                release_on=form.cleaned_data["release_on"],
            )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a variant gets its stock row when the product is saved

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("SKU"), ordering="sku")
    def shown_sku(self, item: StockItem) -> str:
        return item.sku

    @display(description=_("held"), ordering="reserved")
    def held(self, item: StockItem) -> int:
        return item.reserved

    @display(description=_("to send"), ordering="allocated")
    def to_send(self, item: StockItem) -> int:
        return item.allocated

    @display(description=_("available"))
    def left(self, item: StockItem) -> int:
        return item.available

    @display(description=_("on the way"))
    def coming(self, item: StockItem) -> str:
        """How many, and when the next piece comes that is not promised."""
        found = pieces_on_the_way([item.variant_ref])
        pieces = found.get((item.variant_ref, item.warehouse_id), 0)
        if not (pieces and item.expected_on):
            return str(pieces)
        return gettext("%(pieces)s, the next free one on %(day)s") % {
            "pieces": pieces,
            "day": date_format(item.expected_on),
        }

    @display(description="")
    def low(self, item: StockItem) -> Any:
        if item.sellable <= 0:
            return badge("failed", "sold out")
        if item.policy == StockPolicy.PREORDER:
            return badge("pending", "pre-order")
        if item.available <= 0:
            return badge("pending", "on backorder")
        return badge("pending", "low") if item.is_low else ""


class WarehouseForm(forms.ModelForm):
    serves = BlockField(
        label=_("Serves first"),
        required=False,
        max_length=6_000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_(
            "Countries (IN), regions (IN-KA) or postal codes (IN 5600*), one in each line. Orders from there are sent from here "
            "if that takes no more parcels. Empty: no place in particular."
        ),
    )

    class Meta:
        model = Warehouse
        fields = (
            "name", "code", "priority", "is_active", "serves", "line1", "line2", "city", "region", "postal_code",
            "country", "phone",
        )  # fmt: skip

    def clean_serves(self) -> str:
        try:
            return read_places(self.cleaned_data["serves"])
        except ValueError as error:
            raise ValidationError(str(error)) from error


@admin.register(Warehouse, site=store_admin)
class WarehouseAdmin(Admin):
    form = WarehouseForm
    list_display = ("name", "short_code", "used", "city", "active")
    card = Card(
        "name", side=("active",), facts=("short_code", "city"), end=("used",), named=("used",)
    )
    short_code = plain("code", _("short code"))
    used = plain("priority", _("order of use"))
    active = flag("is_active", "active")
    search_fields = ("name", "code", "city")
    fields = (
        ("name", "code"),
        ("priority", "is_active"),
        "serves",
        ("line1", "line2"),
        ("city", "region"),
        ("postal_code", "country"),
        "phone",
    )

    def save_model(self, request: HttpRequest, obj: Warehouse, form: Any, change: bool) -> None:
        """Orders that wait at a pickup place with its address follow it, by a sweep."""
        with events.transaction_with_wake_up():
            if change:
                fulfilment.require_warehouse(warehouse=obj)
            super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data:
            inventory.follow_warehouse(warehouse=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its ledger is kept; deactivate it instead


@admin.register(Movement, site=store_admin)
class MovementAdmin(RecordAdmin):
    list_display = (
        "when",
        "stock_item",
        "shown_kind",
        "on_hand",
        "reserved",
        "allocated",
        "why",
        "who",
    )
    list_display_links = ("when", "stock_item")
    card = Card(
        "stock_item",
        side=("shown_kind",),
        facts=("who", "why"),
        end=("when",),
        badges=_DELTAS,
        named=_DELTAS,
    )
    why = plain("reason", _("reason"))
    when, shown_kind, who = _when, _kind, _who
    on_hand = _change("on_hand_delta", "on hand")
    reserved = _change("reserved_delta", "held")
    allocated = _change("allocated_delta", "to send")
    list_select_related = ("stock_item",)
    list_filter = (("kind", ChoicesDropdownFilter),)
    search_fields = ("stock_item__sku", "reference", "order_ref")
