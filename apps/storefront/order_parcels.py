"""The parcels of an order as its buyer sees them: where each one is, since when, and all of them in a few words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from apps.fulfilment.models import Shipment, ShipmentLine
from apps.fulfilment.services import SCAN_KINDS
from apps.fulfilment.states import ScanStatus, ShipmentState
from apps.orders.models import Order


class Place(StrEnum):
    """Where a parcel is. Headlines list the places in this order."""

    DELIVERED = "delivered"
    READY = "ready"
    TO_BUYER = "to_buyer"
    TO_US = "to_us"
    HERE = "here"  # undelivered, brought back by its carrier, not looked at yet
    BACK = "back"


_PLACES: Mapping[str, Place] = {
    ShipmentState.DELIVERED: Place.DELIVERED,
    ShipmentState.READY: Place.READY,
    ShipmentState.SHIPPED: Place.TO_BUYER,
    ShipmentState.FAILED: Place.TO_BUYER,
    ShipmentState.RETURNING: Place.TO_US,
    ShipmentState.RETURNED: Place.BACK,
}
_SCANS: Mapping[str, Any] = {status.value: status.label for status in ScanStatus}
# Plurals go by the number of parcels in that place.
_OF_ALL: Mapping[Place, Any] = {
    Place.DELIVERED: ngettext_lazy(
        "%(number)d of %(all)d parcels delivered",
        "%(number)d of %(all)d parcels delivered",
        "number",
    ),
    Place.READY: ngettext_lazy(
        "%(number)d of %(all)d parcels ready to be collected",
        "%(number)d of %(all)d parcels ready to be collected",
        "number",
    ),
    Place.TO_BUYER: ngettext_lazy(
        "%(number)d of %(all)d parcels on its way to you",
        "%(number)d of %(all)d parcels on their way to you",
        "number",
    ),
    Place.TO_US: ngettext_lazy(
        "%(number)d of %(all)d parcels on its way back to us",
        "%(number)d of %(all)d parcels on their way back to us",
        "number",
    ),
}
_OF_SOME: Mapping[Place, Any] = {
    Place.DELIVERED: ngettext_lazy(
        "%(number)d parcel delivered", "%(number)d parcels delivered", "number"
    ),
    Place.READY: ngettext_lazy(
        "%(number)d parcel ready to be collected",
        "%(number)d parcels ready to be collected",
        "number",
    ),
    Place.TO_BUYER: ngettext_lazy(
        "%(number)d parcel on its way to you", "%(number)d parcels on their way to you", "number"
    ),
    Place.TO_US: ngettext_lazy(
        "%(number)d parcel on its way back to us",
        "%(number)d parcels on their way back to us",
        "number",
    ),
}
_AND_MORE: Mapping[Place, Any] = {
    Place.READY: ngettext_lazy(
        "%(number)d ready to be collected", "%(number)d ready to be collected", "number"
    ),
    Place.TO_BUYER: ngettext_lazy(
        "%(number)d on its way to you", "%(number)d on their way to you", "number"
    ),
    Place.TO_US: ngettext_lazy(
        "%(number)d on its way back to us", "%(number)d on their way back to us", "number"
    ),
    Place.BACK: ngettext_lazy("%(number)d came back to us", "%(number)d came back to us", "number"),
}


@dataclass(frozen=True)
class Step:
    """A scan of the carrier, in words for the buyer. What the carrier remarks is for staff."""

    title: str
    place: str
    at: datetime


@dataclass(frozen=True)
class Parcel:
    """A shipped parcel; `number` counts from 1. `returned_at`: when something of it last came back. `proof_of`: the shipment
    whose delivery has a photo. `failed_id`: the shipment that waits for a decision after a failed attempt. `steps` are the
    carrier's scans, the newest first."""

    number: int
    place: Place
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    refused_at: datetime | None = None
    returned_at: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    received_by: str = ""
    proof_of: UUID | None = None
    items: Sequence[ShipmentLine] = ()
    cash_minor: int = 0
    failed_id: UUID | None = None
    is_answered: bool = False
    pickup_code: str = ""
    collect_by: date | None = None
    steps: Sequence[Step] = ()


def parcels_of(shipments: Iterable[Shipment], cash: Mapping[UUID, int]) -> list[Parcel]:
    """The shipped parcels in their order. Prefetch lines and events: no query of its own.

    `cash`: what is to be paid with them, by their ids.
    """
    left = [shipment for shipment in shipments if shipment.state in _PLACES]
    return [_read(number, each, cash.get(each.pk, 0)) for number, each in enumerate(left, 1)]


def _read(number: int, shipment: Shipment, cash_minor: int) -> Parcel:
    place = Place.HERE if shipment.is_back else _PLACES[shipment.state]
    return Parcel(
        number=number,
        place=place,
        shipped_at=shipment.shipped_at,
        delivered_at=shipment.delivered_at,
        refused_at=_last(shipment, "shipment.refused") if place == Place.TO_US else None,
        returned_at=shipment.back_at
        if place == Place.HERE
        else _last(shipment, "shipment.returned"),
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        tracking_url=shipment.tracking_url,
        received_by=shipment.received_by,
        proof_of=shipment.pk if shipment.proof_photo and place == Place.DELIVERED else None,
        items=sorted(shipment.lines.all(), key=lambda item: item.order_line.position),
        cash_minor=cash_minor,
        failed_id=shipment.pk if shipment.state == ShipmentState.FAILED else None,
        is_answered=shipment.buyers_answer is not None,
        pickup_code=shipment.pickup_code,
        collect_by=shipment.collect_by,
        steps=_steps_of(shipment),
    )


def _steps_of(shipment: Shipment) -> list[Step]:
    scans = [event.data for event in shipment.events.all() if event.kind in SCAN_KINDS]
    steps = [
        Step(_SCANS.get(scan["status"], ""), scan["place"], datetime.fromisoformat(scan["at"]))
        for scan in scans
        if scan["status"] != ScanStatus.OTHER
    ]
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _last(shipment: Shipment, kind: str) -> datetime | None:
    return max(
        (event.created_at for event in shipment.events.all() if event.kind == kind), default=None
    )


def with_places(orders: QuerySet[Order]) -> QuerySet[Order]:
    """For `places_of`: where a list's orders have parcels, in the list's own query."""
    parcels = Shipment.objects.filter(order=OuterRef("pk"))
    asked: dict[Place, Q] = {}
    for state, place in _PLACES.items():
        asked[place] = asked.get(place, Q()) | Q(state=state)
    asked[Place.HERE] = asked[Place.TO_US] & Q(back_at__isnull=False)
    asked[Place.TO_US] &= Q(back_at=None)
    return orders.annotate(
        **{f"has_{place}": Exists(parcels.filter(which)) for place, which in asked.items()}
    )


def places_of(order: Any) -> list[Place]:
    """Every place at which an order of `with_places` has a parcel, once."""
    return [place for place in Place if getattr(order, f"has_{place}")]


def told_as(place: Place) -> Place:
    """Whether staff have looked at what came back is nothing that a buyer reads."""
    return Place.BACK if place == Place.HERE else place


def spread_of(places: Iterable[Place], *, more_follows: bool) -> str:
    """`1 of 2 parcels delivered, 1 on its way back to us`: for parcels in two places and more.

    Before the last parcel is shipped, the total is unknown: `1 parcel delivered, 1 on its way to you`.
    """
    counts = Counter(map(told_as, places))
    found = [place for place in Place if counts[place]]
    first = (_OF_SOME if more_follows else _OF_ALL)[found[0]]
    said = [_count(first, counts[found[0]], counts.total())]
    said += [_count(_AND_MORE[place], counts[place], counts.total()) for place in found[1:]]
    parcels = ", ".join(said)
    return _("%(parcels)s, the rest to follow") % {"parcels": parcels} if more_follows else parcels


def _count(words: Promise, number: int, whole: int) -> str:
    return str(words % {"number": number, "all": whole})  # type: ignore[operator]  # a lazy plural


def parcels_in(parcels: Sequence[Parcel], place: Place) -> list[Parcel]:
    return [parcel for parcel in parcels if parcel.place == place]
