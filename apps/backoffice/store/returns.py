"""Return requests: the list, the reasons buyers choose from, the store's rules."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin, RecordAdmin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, flag, moment, plain
from apps.backoffice.fields import AmountField
from apps.backoffice.sites import store_admin
from apps.backoffice.store import return_page
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.catalog.selectors import list_category_nodes
from apps.common.fields import set_money_of
from apps.returns.models import ReturnReason, ReturnRequest, ReturnSettings
from apps.returns.states import AWAITED, RequestState
from apps.tenancy.context import current_store


class WaitsFor(DropdownFilter):  # type: ignore[misc]  # unfold has no types
    """What staff have to do."""

    title = _("waits for")
    parameter_name = "waits"
    _states = {
        "decision": (RequestState.REQUESTED,),
        "parcel": AWAITED,
        "inspection": (RequestState.RECEIVED,),
        "money": (RequestState.INSPECTED,),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("decision", _("To decide")),
            ("parcel", _("The parcel")),
            ("inspection", _("To inspect")),
            ("money", _("The money")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ReturnRequest]
    ) -> QuerySet[ReturnRequest]:
        states = self._states.get(self.value() or "")
        return queryset.filter(state__in=states) if states else queryset


@admin.register(ReturnRequest, site=store_admin)
class ReturnRequestAdmin(RecordAdmin):
    list_display = ("number", "order_link", "buyer", "wished", "shown_state", "when")
    card = Card("number", side=("shown_state",), facts=("order_link", "wished"), end=("when",))
    list_select_related = ("order",)
    ordering = ("-created_at", "-id")
    list_filter = (WaitsFor, ("state", ChoicesDropdownFilter), ("wish", ChoicesDropdownFilter))
    search_fields = ("number", "order__number", "order__email", "tracking_number")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        doors = [
            path(f"<uuid:request_id>/{verb}/", view(press), name=f"returns_returnrequest_{verb}")
            for verb, press in return_page.BUTTONS.items()
        ]
        files = [
            path(
                "<uuid:request_id>/<slug:kind>.pdf",
                view(return_page.show_file),
                name="returns_returnrequest_file",
            ),
            path(
                "<uuid:request_id>/photos/<uuid:photo_id>/",
                view(return_page.show_photo),
                name="returns_returnrequest_photo",
            ),
        ]
        return [*doors, *files, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return return_page.show(request, found)

    @display(description=_("order"), ordering="order__number")
    def order_link(self, row: ReturnRequest) -> SafeString:
        url = reverse("store_admin:orders_order_change", args=[row.order_id])
        return format_html('<a href="{}">{}</a>', url, row.order.number)

    @display(description=_("customer"), ordering="order__email")
    def buyer(self, row: ReturnRequest) -> str:
        return str(row.order.shipping_address.get("name") or row.order.email)

    @display(description=_("wish"), ordering="wish")
    def wished(self, row: ReturnRequest) -> str:
        return row.get_wish_display()

    @display(description=_("state"), ordering="state")
    def shown_state(self, row: ReturnRequest) -> SafeString:
        return badge(row.state, row.get_state_display())

    @display(description=_("asked"), ordering="created_at")
    def when(self, row: ReturnRequest) -> Any:
        return moment(row.created_at)


@admin.register(ReturnReason, site=store_admin)
class ReturnReasonAdmin(Admin):
    list_display = ("name", "fault", "photo", "active", "place")
    card = Card(
        "name",
        end=("place",),
        badges=("fault", "photo", "active"),
        named=("place", "fault", "photo", "active"),
    )
    fields = ("name", "is_our_fault", "needs_photo", "is_active", "position")
    search_fields = ("name",)
    fault = flag("is_our_fault", _("the store's fault"))
    photo = flag("needs_photo", _("a photo is needed"))
    active = flag("is_active", _("active"))
    place = plain("position", _("order in lists"))
    empty_advice = _("Without a reason buyers are not asked for one.")


class ReturnSettingsForm(forms.ModelForm):
    approve_below_minor = AmountField(
        label=_("Approve at once below"),
        required=False,
        help_text=_("Returns worth less are approved by themselves. Empty: staff approve each."),
    )
    excluded_categories = forms.MultipleChoiceField(
        label=_("Categories that can't come back"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ReturnSettings
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        store = current_store()
        set_money_of(self, currency=store.currency, language=store.language)
        known = {
            str(node.id): " / ".join([*(name for name, _slug in node.ancestors), node.name])
            for node in list_category_nodes(include_inactive=True)
        }
        kept = [each for each in self.instance.excluded_categories if each not in known]
        field = cast(forms.MultipleChoiceField, self.fields["excluded_categories"])
        field.choices = [*known.items(), *((one, one) for one in kept)]


@admin.register(ReturnSettings, site=store_admin)
class ReturnSettingsAdmin(SingleRowAdmin):
    form = ReturnSettingsForm
    fieldsets = (
        (_("When"), {"fields": (("window_days", "send_within_days"), "approve_below_minor")}),
        (
            _("Money"),
            {
                "fields": (
                    "label_paid_by",
                    "refunds_shipping",
                    "offers_credit",
                    "restocking_percent",
                )
            },
        ),
        (_("Exchanges"), {"fields": ("offers_exchange", "exchange_days")}),
        (_("What can't come back"), {"fields": ("excluded_categories", "excluded_skus")}),
        (
            _("Where to send it"),
            {
                "fields": (
                    "name",
                    "line1",
                    "line2",
                    ("postal_code", "city"),
                    ("country", "region"),
                    "instructions",
                )
            },
        ),
    )
