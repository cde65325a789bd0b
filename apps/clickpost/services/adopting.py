"""A parcel becomes one that ClickPost follows: from its first news, or from the day it has a number."""

from typing import Annotated

from django.db.models import Q

from apps.clickpost.models import Booking, FollowedParcel
from apps.clickpost.reading import News, parcel_of, read_news
from apps.clickpost.services.tracking import apply_to
from apps.common.typed_text import Code, cleans_text
from apps.fulfilment.models import Shipment
from apps.inbox.errors import MalformedMessage
from apps.integrations.documents import ClickPostOrder
from apps.tenancy.documents.access import scoped_collection


def adopt_waybill(news: News) -> int:
    """Follow the parcels here with the waybill of news that came before it was awaited. How many there are."""
    numbers = {news.waybill, news.waybill.upper(), news.waybill.lower()}
    found = Shipment.objects.filter(tracking_number__in=numbers)
    return sum(follow(shipment=each, waybill=news.waybill, news=news) is not None for each in found)


def adopt_shipment(shipment: Shipment) -> FollowedParcel | None:
    """A parcel has a number: news of it that came before are applied. None for a number that ClickPost neither booked nor
    spoke of."""
    waybill = shipment.tracking_number
    if not waybill:
        return None
    booking = Booking.objects.filter(Q(shipment=shipment) | Q(order=shipment.order_id))
    known = booking.filter(waybill=waybill).first()
    earlier = _news_before(waybill)
    if known is None and earlier is None:
        return None
    return follow(
        shipment=shipment,
        waybill=waybill,
        cp_id=known.cp_id if known is not None else None,
        news=None,
        earlier=earlier,
    )


@cleans_text
def follow(
    *,
    shipment: Shipment,
    waybill: Annotated[str, Code(80)],
    news: News | None,
    cp_id: int | None = None,
    earlier: News | None = None,
) -> FollowedParcel:
    """The row of the parcel, made where there is none; then all that is known of it is applied. Repeatable."""
    row = FollowedParcel(
        shipment=shipment,
        waybill=waybill,
        cp_id=cp_id or (news.cp_id if news is not None else None),
    )
    FollowedParcel.objects.bulk_create([row], ignore_conflicts=True)
    parcel = FollowedParcel.objects.get(shipment=shipment, waybill=waybill)
    for each in (earlier or _news_before(waybill), news):
        if each is not None:
            apply_to(parcel, each)
    _stop_following(shipment, waybill)
    return parcel


def _stop_following(shipment: Shipment, but: str) -> None:
    """The parcel has another number now."""
    FollowedParcel.objects.filter(shipment=shipment, is_over=False).exclude(waybill=but).update(
        is_over=True, problem=""
    )


def _news_before(waybill: str) -> News | None:
    """What the documents have of it: every scan, and the newest state. One read."""
    collection = scoped_collection(ClickPostOrder)
    found = list(collection.find({"waybill": waybill}).limit(2))
    if not found:
        return None
    try:
        return read_news(parcel_of(found))
    except MalformedMessage:  # a payload of another form, which the inbox has refused as well
        return None
