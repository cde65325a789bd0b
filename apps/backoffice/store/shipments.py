"""Parcels on their way."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment
from apps.backoffice.filters import values_filter
from apps.backoffice.sites import store_admin
from apps.backoffice.store.label_printing import LabelledAdmin
from apps.backoffice.store.undelivered import (
    inspect_undelivered,
    note_call,
    show_figures,
    show_undelivered,
)
from apps.clickpost import services as clickpost
from apps.clickpost.selectors import find_label_of
from apps.fulfilment.models import Shipment
from apps.invoices import services as invoices
from apps.invoices.answers import pdf_answer
from apps.pictures.private import private_picture_answer


@admin.register(Shipment, site=store_admin)
class ShipmentAdmin(LabelledAdmin):
    list_display = ("number", "order_link", "carrier", "tracking_number", "shown_state", "when")
    card = Card(
        "number", side=("shown_state",), facts=("carrier", "tracking_number"), end=("when",)
    )
    list_select_related = ("order",)
    ordering = ("-created_at", "-id")
    list_filter = (("state", ChoicesDropdownFilter), values_filter("carrier", "carrier", str))
    search_fields = ("number", "tracking_number", "order__number", "order__email")

    fields = (
        "order_link",
        "number",
        "shown_state",
        "carrier",
        "tracking_number",
        "tracking_url",
        "created_at",
        "shipped_at",
        "delivered_at",
        "received_by",
        "slip",
        "carrier_label",
    )

    labels_of = staticmethod(clickpost.labels_of_shipments)

    def get_urls(self) -> list[Any]:
        door = path(
            "<uuid:shipment_id>/slip/",
            self.admin_site.admin_view(self.show_slip),
            name="fulfilment_shipment_slip",
        )
        proof = path(
            "<uuid:shipment_id>/proof/",
            self.admin_site.admin_view(self.show_proof),
            name="fulfilment_shipment_proof",
        )
        desk = path(
            "undelivered/",
            self.admin_site.admin_view(show_undelivered),
            name="fulfilment_shipment_undelivered",
        )
        inspect = path(
            "<uuid:shipment_id>/inspect/",
            self.admin_site.admin_view(inspect_undelivered),
            name="fulfilment_shipment_inspect",
        )
        figures = path(
            "undelivered/figures/",
            self.admin_site.admin_view(show_figures),
            name="fulfilment_shipment_figures",
        )
        call = path(
            "<uuid:shipment_id>/call/",
            self.admin_site.admin_view(note_call),
            name="fulfilment_shipment_call",
        )
        return [door, proof, desk, figures, inspect, call, *super().get_urls()]

    def show_slip(self, request: HttpRequest, shipment_id: UUID) -> HttpResponse:
        """The packing slip as a PDF file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shipment = get_object_or_404(Shipment.objects.select_related("order"), pk=shipment_id)
        return pdf_answer(invoices.print_slip(shipment=shipment), f"{shipment.number}.pdf")

    def show_proof(self, request: HttpRequest, shipment_id: UUID) -> HttpResponse:
        """The photo of the delivery."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shipment = get_object_or_404(Shipment.objects.exclude(proof_photo=""), pk=shipment_id)
        return private_picture_answer(shipment.proof_photo)

    @display(description=_("packing slip"))
    def slip(self, shipment: Shipment) -> SafeString:
        url = reverse("store_admin:fulfilment_shipment_slip", args=[shipment.pk])
        return format_html('<a href="{}" target="_blank" rel="noopener">PDF</a>', url)

    @display(description=_("label of the carrier"))
    def carrier_label(self, shipment: Shipment) -> SafeString | str:
        booking = find_label_of(shipment)
        if booking is None:
            return "–"
        url = reverse("store_admin:clickpost_booking_label", args=[booking.pk])
        return format_html('<a href="{}" target="_blank" rel="noopener">PDF</a>', url)

    @display(description=_("order"), ordering="order__number")
    def order_link(self, shipment: Shipment) -> SafeString:
        url = reverse("store_admin:orders_order_change", args=[shipment.order_id])
        return format_html('<a href="{}">{}</a>', url, shipment.order.number)

    @display(description=_("state"), ordering="state")
    def shown_state(self, shipment: Shipment) -> SafeString:
        return badge(shipment.state, shipment.shown_state)

    @display(description=_("shipped"), ordering="shipped_at")
    def when(self, shipment: Shipment) -> Any:
        return moment(shipment.shipped_at)
