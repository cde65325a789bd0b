"""Reads of bookings, carriers and followed parcels."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.clickpost.models import (
    Booking,
    CarrierAccount,
    CarrierRequest,
    ClickPostSettings,
    FollowedParcel,
)
from apps.clickpost.states import HAS_WAYBILL, HOLDS_PIECES
from apps.fulfilment.awaiting import waiting_lines
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import can_ship, list_sent_with
from apps.orders.models import Order
from apps.tenancy.single_rows import single_row


def get_settings() -> ClickPostSettings:
    """The store's settings; unsaved defaults where there are none yet."""
    return single_row(ClickPostSettings)


def list_accounts() -> list[CarrierAccount]:
    """The carriers that may be booked, in the store's order. One query."""
    return list(CarrierAccount.objects.filter(is_active=True))


def list_bookings_of(order: Order) -> list[Booking]:
    """Newest first. One query."""
    rows = Booking.objects.filter(order=order).select_related("shipment", "warehouse")
    return list(rows.order_by("-created_at", "-id"))


def labelled() -> QuerySet[Booking]:
    """Bookings with a label that is to be used: not those whose waybill is cancelled."""
    return Booking.objects.filter(state__in=HAS_WAYBILL).exclude(label_path="")


def find_label_of(shipment: Shipment) -> Booking | None:
    """The booking with the label of this parcel."""
    return labelled().filter(shipment=shipment).order_by("-created_at").first()


def list_followed(shipments: Sequence[UUID]) -> list[FollowedParcel]:
    return list(FollowedParcel.objects.filter(shipment__in=shipments).order_by("created_at", "id"))


def list_requests(shipments: Sequence[UUID]) -> list[CarrierRequest]:
    return list(CarrierRequest.objects.filter(shipment__in=shipments))


def pieces_to_book(order: Order) -> dict[UUID, int]:
    """What can be sent now and is in no booking: order line id -> how many. Nothing of an order that must not be shipped, is
    collected, or leaves with another one."""
    if not can_ship(order) or order.is_pickup or list_sent_with(order):
        return {}
    lines = list(order.lines.order_by("position"))
    waiting = waiting_lines(order, lines)
    held = _held_pieces(order)
    found = {}
    for line in lines:
        if line.is_digital:
            continue
        late = waiting[line.pk].quantity if line.pk in waiting else 0
        left = line.open_quantity - late - held.get(line.pk, 0)
        if left > 0:
            found[line.pk] = left
    return found


def _held_pieces(order: Order) -> dict[UUID, int]:
    """Those of parcels that are being booked in place of another one have left already."""
    held: dict[UUID, int] = {}
    rows = Booking.objects.filter(order=order, state__in=HOLDS_PIECES, shipment=None)
    for pieces in rows.values_list("pieces", flat=True):
        for line, count in pieces.items():
            held[UUID(line)] = held.get(UUID(line), 0) + int(count)
    return held


def find_obstacle(booking: Booking) -> str:
    """Why the pieces of a booking are not to be sent any more, in words; empty where they are."""
    if booking.replaces is not None and booking.replaces.shipment is not None:
        return ""
    order = Order.objects.get(pk=booking.order_id)
    if not can_ship(order):
        return gettext("The order is not to be shipped any more.")
    left = {str(line.pk): line.open_quantity for line in order.lines.all()}
    if any(left.get(line, 0) < count for line, count in booking.pieces.items()):
        return gettext("The pieces of this parcel have left, or were cancelled.")
    return ""


def due_bookings() -> QuerySet[Booking]:
    return Booking.objects.filter(due_at__isnull=False)
