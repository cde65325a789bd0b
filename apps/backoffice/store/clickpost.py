"""ClickPost: settings, carriers, the meaning of its codes, and bookings with their labels."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, flag, moment, money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.connected import sees_of
from apps.backoffice.store.label_printing import PRINTS, LabelledAdmin, print_view
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.clickpost import services as clickpost
from apps.clickpost.models import Booking, CarrierAccount, ClickPostSettings, StatusCode
from apps.clickpost.selectors import labelled
from apps.clickpost.states import HAS_WAYBILL
from apps.fulfilment.states import ScanStatus
from apps.invoices.answers import pdf_answer

sees_bookings = sees_of("clickpost", "booking")
sees_settings = sees_of("clickpost", "clickpostsettings")
sees_carriers = sees_of("clickpost", "carrieraccount")
sees_codes = sees_of("clickpost", "statuscode")
_TONES = {"shipped": "active", "refused": "problem", "stray": "problem", "waiting": "pending"}


@admin.register(ClickPostSettings, site=store_admin)
class ClickPostSettingsAdmin(SingleRowAdmin):
    fields = (
        "booker",
        ("piece_weight_grams", "packing_weight_grams"),
        ("length_cm", "breadth_cm", "height_cm"),
        "pickup_email",
        ("silent_hours", "waybills_per_call"),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Orders are booked by themselves from the moment on at which that is chosen."""
        clickpost.begin_automatic(obj, form.initial)
        super().save_model(request, obj, form, change)


@admin.register(CarrierAccount, site=store_admin)
class CarrierAccountAdmin(Admin):
    empty_advice = _(
        "Without carriers ClickPost's own rules choose among all of your account. With them only these are booked, and staff can choose one."
    )
    list_display = ("name", "cp_id", "account_code", "active", "position")
    card = Card("name", side=("active",), facts=("account_code",), end=("cp_id",))
    active = flag("is_active", _("may be booked"))
    ordering = ("position", "name")
    search_fields = ("name", "account_code")
    fields = ("name", ("cp_id", "account_code"), "tracking_url", ("is_active", "position"))


@admin.register(StatusCode, site=store_admin)
class StatusCodeAdmin(Admin):
    """Unknown codes come first. Rows come by themselves."""

    list_display = ("shown_code", "name", "shown_status", "known", "seen_count")
    list_display_links = ("name",)
    card = Card("name", side=("known",), facts=("shown_status",), end=("shown_code", "seen_count"))
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("code", "name")
    ordering = ("is_mapped", "code")
    fields = ("code", "name", "status", "seen_count", "last_seen_at")
    readonly_fields = ("code", "name", "seen_count", "last_seen_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Parcels of which it is the newest news follow at once."""
        moved = clickpost.map_code(row=obj, status=obj.status)
        obj.is_mapped = True
        if moved:
            words = gettext("%(count)s parcels were brought up to date.") % {"count": moved}
            messages.success(request, words)

    @display(description=_("code"), ordering="code")
    def shown_code(self, row: StatusCode) -> str:
        return row.code

    @display(description=_("meaning"), ordering="status")
    def shown_status(self, row: StatusCode) -> str:
        return str(ScanStatus(row.status).label)

    @display(description=_("state"), ordering="is_mapped")
    def known(self, row: StatusCode) -> SafeString:
        if row.is_mapped:
            return badge("active", gettext("known"))
        return badge("problem", gettext("not known yet"))


@admin.register(Booking, site=store_admin)
class BookingAdmin(LabelledAdmin):
    """They are made and changed on the pages of their orders."""

    list_display = ("reference", "order_link", "shown_state", "carrier", "waybill", "label", "when")
    list_display_links = ("reference",)
    card = Card(
        "reference",
        side=("shown_state",),
        facts=("carrier", "waybill"),
        end=("when", "label"),
    )
    list_select_related = ("order",)
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("reference", "waybill", "order__number")
    ordering = ("-created_at", "-id")
    fields = (
        "reference",
        "order_link",
        "shown_state",
        "carrier",
        "waybill",
        "cash",
        "weight_grams",
        "label",
        "error",
        "label_error",
        "attempts",
        "actor_label",
        "created_at",
    )

    labels_of = staticmethod(clickpost.labels_of_bookings)

    def get_urls(self) -> list[Any]:
        several = path(
            "labels/", self.admin_site.admin_view(print_view), name="clickpost_booking_labels"
        )
        label = path(
            "<uuid:booking_id>/label/",
            self.admin_site.admin_view(self.show_label),
            name="clickpost_booking_label",
        )
        return [several, label, *super().get_urls()]

    def show_label(self, request: HttpRequest, booking_id: UUID) -> HttpResponse:
        """The carrier's label as a PDF file."""
        if not request.user.has_perm(PRINTS):
            raise PermissionDenied
        row = get_object_or_404(labelled(), pk=booking_id)
        try:
            content = clickpost.read_label(row)
        except OSError as error:
            raise Http404 from error
        return pdf_answer(content, f"{row.waybill}.pdf")

    @display(description=_("order"), ordering="order__number")
    def order_link(self, row: Booking) -> SafeString:
        url = reverse("store_admin:orders_order_change", args=[row.order_id])
        return format_html('<a href="{}">{}</a>', url, row.order.number)

    @display(description=_("state"), ordering="state")
    def shown_state(self, row: Booking) -> SafeString:
        return badge(_TONES.get(row.state, "held"), row.get_state_display())

    @display(description=_("label"))
    def label(self, row: Booking) -> SafeString | str:
        if not row.label_path or row.state not in HAS_WAYBILL:
            return "–"
        url = reverse("store_admin:clickpost_booking_label", args=[row.pk])
        return format_html('<a href="{}" target="_blank" rel="noopener">PDF</a>', url)

    @display(description=_("cash on delivery"))
    def cash(self, row: Booking) -> str:
        return money(row.cod_minor, row.order.currency)

    @display(description=_("created"), ordering="created_at")
    def when(self, row: Booking) -> Any:
        return moment(row.created_at)
