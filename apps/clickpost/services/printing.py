"""Labels of several parcels as one file to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from apps.clickpost.models import Booking
from apps.clickpost.services.labels import read_label
from apps.clickpost.states import HAS_WAYBILL, BookingState
from apps.common.pdf_files import PdfJoiner
from apps.fulfilment.models import Shipment

MOST_LABELS: Final = 100
_MOST_BYTES: Final = 50 * 1024 * 1024


@dataclass
class Wanted:
    """A parcel of which the label is wanted. `fault`: why it is not in the file; empty where it is."""

    name: str
    order_number: str
    order_id: UUID
    booking: Booking | None
    fault: str = ""


def labels_of_bookings(bookings: Sequence[Booking]) -> list[Wanted]:
    """In their order. They have their orders."""
    return [
        Wanted(row.reference, row.order.number, row.order_id, row, _fault_of(row))
        for row in bookings
    ]


def labels_of_shipments(shipments: Sequence[Shipment]) -> list[Wanted]:
    """In their order: the newest label of each parcel, or why there is none. One query. They have their orders."""
    rows = Booking.objects.filter(shipment__in=shipments).order_by("created_at", "id")
    newest: dict[UUID | None, Booking] = {}
    for row in rows:
        kept = newest.get(row.shipment_id)
        if kept is None or not _fault_of(row) or _fault_of(kept):
            newest[row.shipment_id] = row
    return [
        Wanted(each.number, each.order.number, each.order_id, found, _fault_of(found))
        for each in shipments
        for found in (newest.get(each.pk),)
    ]


def print_labels(wanted: Sequence[Wanted]) -> bytes:
    """One file with the labels in this order, each once; empty where none can be printed. What is left out gets its
    `fault`: a file that is gone, broken or no PDF keeps no other one back."""
    joiner, done, room = PdfJoiner(), set[UUID](), _MOST_BYTES
    for each in wanted:
        if each.fault or each.booking is None:
            continue
        if each.booking.pk in done:
            each.fault = gettext("Its label is there already: another parcel shares it.")
            continue
        try:
            content = read_label(each.booking)
        except OSError:
            each.fault = gettext("The file is not there any more.")
            continue
        room -= len(content)
        if room < 0 or len(content) > settings.CLICKPOST_LABEL_BYTES:
            each.fault = gettext("The files are too large together. Print it in another file.")
            continue
        each.fault = joiner.add(content)
        if not each.fault:
            done.add(each.booking.pk)
    return joiner.joined() if done else b""


def _fault_of(row: Booking | None) -> str:
    if row is None:
        return gettext("It was not booked at ClickPost.")
    if row.state == BookingState.CANCELLED:
        return gettext("Its waybill is cancelled.")
    if row.state not in HAS_WAYBILL:
        return gettext("It is not booked yet.")
    if not row.label_path:
        return row.label_error or gettext("The carrier gave no label.")
    return ""
