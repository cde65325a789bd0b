"""What ClickPost last said of parcels beside what they are here: reads of both, a page at a time.

A document that is newer than what was applied is news that got lost between the two: a worker died, a message was given up,
a parcel got its number while its consumer was down. Where all news is applied and the states still differ, people decided here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from apps.clickpost.codes import meaning_of
from apps.clickpost.models import FollowedParcel
from apps.clickpost.newer import is_newer
from apps.clickpost.reading import News, parcel_of, read_news
from apps.common.clock import now
from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ON_THE_WAY, ScanStatus, ShipmentState
from apps.inbox.errors import MalformedMessage
from apps.integrations.documents import ClickPostOrder
from apps.tenancy.documents.access import scoped_collection

_S, _P = ScanStatus, ShipmentState
_PORTION: Final = 1_000
# What has an end there is looked at for so long after its last news.
_ENDED: Final = timedelta(days=7)
_AT_HOME: Final = (_S.RETURNING, _S.RETURNED)
# A failed attempt is none of them: staff may have ordered another one.
_CONTRADICTIONS: Final[Mapping[ShipmentState, Sequence[ScanStatus]]] = {
    _P.CREATED: (_S.DELIVERED, *_AT_HOME),
    _P.SHIPPED: (_S.DELIVERED, *_AT_HOME),
    _P.FAILED: (_S.DELIVERED, *_AT_HOME),
    _P.RETURNING: (_S.DELIVERED,),
    _P.DELIVERED: (_S.OUT_FOR_DELIVERY, _S.FAILED, *_AT_HOME, _S.LOST),
}
# Staff know of a delivery before the carrier reports it.
_EARLIER_THERE: Final = (_S.BOOKED, _S.PICKUP_FAILED, _S.PICKED_UP, _S.IN_TRANSIT, _S.DELAYED)


@dataclass(frozen=True)
class Unapplied:
    """News of the documents that the parcel does not have. `since`: when it was written."""

    shipment: Shipment
    waybill: str
    news: News
    since: datetime


def unapplied_news(*, before: datetime) -> Iterator[Unapplied]:
    """News written before then. For each thousand parcels one statement and one command, by the index of waybills."""
    for followed in _portions(_current().select_related("shipment")):
        documents = _documents_of((row.waybill for row in followed), before)
        for row in followed:
            found = documents.get(row.waybill)
            if found is not None and is_newer(row, found[0].latest) and _moves(found[0]):
                yield Unapplied(row.shipment, row.waybill, *found)
    for shipments in _portions(_unfollowed()):
        documents = _documents_of((row.tracking_number for row in shipments), before)
        for shipment in shipments:
            found = documents.get(shipment.tracking_number)
            if found is not None:
                yield Unapplied(shipment, shipment.tracking_number, *found)


def contradicting(*, before: datetime) -> QuerySet[FollowedParcel]:
    """Parcels whose state here and newest news exclude each other."""
    return _current().filter(_pairs(_CONTRADICTIONS), heard_at__lt=before)


def delivered_early(*, before: datetime) -> QuerySet[FollowedParcel]:
    """Delivered here, and on their way for ClickPost."""
    return _current().filter(_pairs({_P.DELIVERED: _EARLIER_THERE}), heard_at__lt=before)


def _pairs(table: Mapping[ShipmentState, Sequence[ScanStatus]]) -> Q:
    found = Q()
    for state, statuses in table.items():
        found |= Q(shipment__state=state, last_status__in=statuses)
    return found


def _current() -> QuerySet[FollowedParcel]:
    """Those with the number that their parcel has now, until some days after their end there."""
    rows = FollowedParcel.objects.filter(
        Q(is_over=False) | Q(is_over=True, heard_at__gt=now() - _ENDED)
    )
    rows = rows.annotate(number=Upper("shipment__tracking_number"))
    return rows.filter(number=Upper(F("waybill")))


def _unfollowed() -> QuerySet[Shipment]:
    followed = FollowedParcel.objects.filter(shipment=OuterRef("pk"))
    rows = Shipment.objects.filter(~Exists(followed), state__in=ON_THE_WAY)
    return rows.exclude(tracking_number="")


def _portions(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    last = None
    while True:
        page = rows.order_by("pk") if last is None else rows.filter(pk__gt=last).order_by("pk")
        found = list(page[:_PORTION])
        if found:
            yield found
        if len(found) < _PORTION:
            return
        last = found[-1].pk


def _documents_of(waybills: Iterable[str], before: datetime) -> dict[str, tuple[News, datetime]]:
    """By waybill: the newest state of the documents, and when it was written. One command."""
    collection = scoped_collection(ClickPostOrder)
    wanted = {"waybill": {"$in": sorted(set(waybills))}}
    kept: dict[str, list[dict[str, Any]]] = {}
    for document in collection.find(wanted):
        kept.setdefault(str(document["waybill"]), []).append(document)
    late = {}
    for waybill, documents in kept.items():
        written = max(collection.load(each).updated_at for each in documents)
        news = _read(documents)
        if news is not None and written < before:
            late[waybill] = (news, written)
    return late


def _moves(news: News) -> bool:
    """Messages about orders report bookings, too, and no parcel is moved by them."""
    return meaning_of(news.latest.code, news.latest.bucket)[0] != _S.BOOKED


def _read(documents: Sequence[dict[str, Any]]) -> News | None:
    """None for what moves no parcel: another form, which the inbox has refused as well, and parcels of buyers."""
    try:
        news = read_news(parcel_of(documents))
    except MalformedMessage:
        return None
    return None if news.is_reverse else news
