"""The desk of parcels that did not reach their buyers: failed attempts, and returns to origin."""

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.parcel_presses import NO_REFUND, REFUNDS
from apps.backoffice.store.single_row import SingleRowAdmin
from apps.backoffice.typed import MOST_PIECES
from apps.common.text import whole_number
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import DeliverySettings, Shipment
from apps.fulfilment.states import ShipmentState
from apps.fulfilment.undelivered import list_failed, list_returning

_DESK = "store_admin:fulfilment_shipment_undelivered"
_SEES, _CHANGES, _RETURNS = (
    "fulfilment.view_shipment",
    "fulfilment.change_shipment",
    "fulfilment.add_parcelreturn",
)
_MOST_DIGITS = 6


def show_undelivered(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(_SEES):
        raise PermissionDenied
    context = {
        **store_admin.each_context(request),
        "title": gettext("Undelivered parcels"),
        "failed": list_failed(),
        "returning": list_returning(),
        "may_change": request.user.has_perm(_CHANGES),
        "may_refund": request.user.has_perm(REFUNDS),
        "may_return": request.user.has_perm(_RETURNS),
    }
    return TemplateResponse(request, "backoffice/undelivered.html", context)


@posted(_DESK)
def inspect_undelivered(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """A parcel is back: what is broken is written off, the rest goes to stock. A second press changes nothing.

    What was paid is refunded by the store's rule where the role may refund.
    """
    if not request.user.has_perm(_RETURNS):
        raise PermissionDenied
    parcel = get_object_or_404(Shipment.objects.select_related("order"), pk=shipment_id)
    lines = {
        line.order_line_id: _pieces(request, line.order_line_id, line.out_quantity)
        for line in parcel.lines.select_related("order_line")
        if line.out_quantity and not line.order_line.is_digital
    }
    may_refund = request.user.has_perm(REFUNDS)
    done = gettext("Recorded. The stock is counted again, and the customer gets a mail.")
    call_service(
        request,
        lambda: fulfilment.receive_return(
            shipment=parcel,
            lines=lines,
            credit=fulfilment.credit_for_undelivered(parcel.order) if may_refund else None,
            only_while=ShipmentState.RETURNING,
            request_key=f"undelivered-{parcel.number}-{parcel.failed_attempts}",
            actor=staff_actor(request),
        ),
        done if may_refund else f"{done} {NO_REFUND}",
    )
    return HttpResponseRedirect(reverse(_DESK))


def _pieces(request: HttpRequest, line_id: UUID, out: int) -> fulfilment.Pieces:
    """At most what is in the parcel is written off."""
    typed = whole_number(request.POST.get(f"write_off-{line_id}", ""), most=MOST_PIECES)
    broken = min(typed or 0, out)
    return fulfilment.Pieces(restock=out - broken, write_off=broken)


@admin.register(DeliverySettings, site=store_admin)
class DeliverySettingsAdmin(SingleRowAdmin):
    fields = ("undelivered_refund", "buyers_answers", "still_days", "remittance_days")
