"""The list of orders and the page of one order."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import RecordAdmin, call_for_each, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money, payment_badge
from apps.backoffice.filters import MomentRangeFilter
from apps.backoffice.sites import store_admin
from apps.backoffice.store import order_page
from apps.backoffice.store.dead_ends import dead_ends_view, press_view
from apps.backoffice.store.order_buttons import BUTTONS
from apps.backoffice.store.order_change import edit_view
from apps.backoffice.store.order_export import export_view
from apps.backoffice.store.order_systems import press_system_view
from apps.catalog.selectors import find_skus
from apps.common.text import line_of
from apps.fulfilment import services as fulfilment
from apps.fulfilment.selectors import find_orders_by_tracking
from apps.orders.finding import find_orders
from apps.orders.models import Order
from apps.orders.selectors import list_tags
from apps.tenancy.context import current_store


class TagFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = _("tag")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(tag, tag) for tag in list_tags()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return queryset.filter(tags__tag=self.value()) if self.value() else queryset


class HoldFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    title = _("hold")
    parameter_name = "hold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("on hold"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        held = queryset.filter(held_at__isnull=False, cancelled_at__isnull=True)
        return held if self.value() else queryset


class ConfirmationFilter(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    """Orders that are paid on delivery and that staff, or their buyers, still have to confirm."""

    title = _("confirmation")
    parameter_name = "confirmation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("awaited", _("to confirm"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if not self.value():
            return queryset
        return queryset.filter(confirm_by__isnull=False, cancelled_at__isnull=True)


@admin.register(Order, site=store_admin)
class OrderAdmin(RecordAdmin):
    list_display = (
        "number",
        "placed",
        "buyer",
        "pieces",
        "total",
        "shown_status",
        "shown_payment",
        "shown_goods",
        "shown_tags",
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("payment_state", ChoicesDropdownFilter),
        ("fulfilment_state", ChoicesDropdownFilter),
        HoldFilter,
        TagFilter,
        ConfirmationFilter,
        ("placed_at", MomentRangeFilter),
    )
    search_fields = ("number",)  # shows the field; `get_search_results` searches
    search_help_text = _("Order number, name, e-mail, phone, product, SKU or tracking number")
    actions = ("ship_selected",)
    change_list_template = "backoffice/orders.html"
    card = Card(
        "number",
        side=("total",),
        facts=("buyer",),
        end=("placed",),
        badges=("shown_status", "shown_payment", "shown_goods", "shown_tags"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).prefetch_related("lines", "tags")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        term = line_of(search_term)
        if not term:
            return queryset, False
        found = find_orders(term, skus=find_skus(term), country=current_store().country)
        return queryset.filter(pk__in=[*found, *find_orders_by_tracking(term)]), False

    def get_urls(self) -> list[Any]:
        doors = [
            path(
                f"<uuid:order_id>/{verb}/",
                self.admin_site.admin_view(view),
                name=f"orders_order_{verb}",
            )
            for verb, view in BUTTONS.items()
        ]
        decisions = [
            path(
                "export/",
                self.admin_site.admin_view(partial(export_view, admin=self)),
                name="orders_order_export",
            ),
            path(
                "<uuid:order_id>/edit/",
                self.admin_site.admin_view(edit_view),
                name="orders_order_edit",
            ),
            path(
                "<uuid:order_id>/system/<slug:code>/",
                self.admin_site.admin_view(press_system_view),
                name="orders_order_system",
            ),
            path(
                "decisions/",
                self.admin_site.admin_view(dead_ends_view),
                name="orders_order_decisions",
            ),
            path(
                "decisions/<str:code>/<str:key>/",
                self.admin_site.admin_view(press_view),
                name="orders_order_decide",
            ),
        ]
        return decisions + doors + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        order = self.get_object(request, object_id)
        if order is None or not self.has_view_permission(request, order):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return order_page.show(request, order)

    def has_ship_permission(self, request: HttpRequest) -> bool:
        return order_page.may(request, "ship")

    @admin.action(description=_("Ship everything that is left"), permissions=["ship"])
    def ship_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        actor = staff_actor(request)
        call_for_each(
            request,
            queryset,
            lambda order: fulfilment.ship_order(order=order, actor=actor),
            gettext("{count} orders shipped."),
        )

    @display(description=_("placed"), ordering="placed_at")
    def placed(self, order: Order) -> Any:
        return moment(order.placed_at)

    @display(description=_("customer"), ordering="email")
    def buyer(self, order: Order) -> str:
        return str(order.shipping_address.get("name") or order.email)

    @display(description=_("items"))
    def pieces(self, order: Order) -> int:
        return sum(line.quantity for line in order.lines.all())

    @display(description=_("total"), ordering="total_minor")
    def total(self, order: Order) -> str:
        return money(order.total_minor, order.currency)

    @display(description=_("status"), ordering="status")
    def shown_status(self, order: Order) -> SafeString:
        if order.awaits_confirmation:
            return badge("pending", gettext("to confirm"))
        return badge(order.status, order.get_status_display())

    @display(description=_("payment"), ordering="payment_state")
    def shown_payment(self, order: Order) -> SafeString:
        return payment_badge(order)

    @display(description=_("delivery"), ordering="fulfilment_state")
    def shown_goods(self, order: Order) -> SafeString:
        shown = badge(order.fulfilment_state, order.get_fulfilment_state_display())
        if not order.awaits_gift_cards:
            return shown
        return format_html("{} {}", shown, badge("warning", gettext("gift card to come")))

    @display(description=_("tags"))
    def shown_tags(self, order: Order) -> SafeString:
        held = [badge("warning", gettext("on hold"))] if order.is_on_hold else []
        words = [*held, *(badge("tag", each.tag) for each in order.tags.all())]
        return format_html_join(" ", "{}", ((each,) for each in words))
