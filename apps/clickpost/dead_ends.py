"""Bookings, requests and parcels at ClickPost that go no further by themselves."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.clickpost import services
from apps.clickpost.models import Booking, CarrierRequest, FollowedParcel
from apps.clickpost.states import AT_WORK, BookingState, RequestState
from apps.common.actor import Actor
from apps.platform.dead_ends import STUCK_AFTER, DeadEnd, Kind, Rows, dead_end, states, stuck_before
from apps.tenancy.context import current_store

_SEES, _CHANGES = "clickpost.view_booking", "clickpost.change_booking"


def _refused() -> QuerySet[Booking]:
    """Refused, or without an answer for an hour. A sandbox books nothing."""
    silent = Q(state__in=AT_WORK, created_at__lt=stuck_before()) & ~Q(error="")
    rows = Booking.objects.filter(Q(state=BookingState.REFUSED) | silent)
    ordered = rows.select_related("order").order_by("created_at", "id")
    return ordered.none() if current_store().is_sandbox else ordered


def _stray() -> QuerySet[Booking]:
    rows = Booking.objects.filter(state=BookingState.STRAY).select_related("order")
    return rows.none() if current_store().is_sandbox else rows.order_by("updated_at", "id")


def _requests() -> QuerySet[CarrierRequest]:
    silent = Q(state=RequestState.WAITING, created_at__lt=stuck_before())
    rows = CarrierRequest.objects.filter(Q(state=RequestState.REFUSED) | silent)
    ordered = rows.select_related("shipment").order_by("created_at", "id")
    return ordered.none() if current_store().is_sandbox else ordered


def _problems() -> QuerySet[FollowedParcel]:
    rows = FollowedParcel.objects.exclude(problem="").select_related("shipment")
    return rows.none() if current_store().is_sandbox else rows.order_by("last_at", "id")


def _of_booking(row: Booking) -> DeadEnd:
    advice = gettext(
        "Correct the order's address or phone with “Change the order…”, or the warehouse, and then try again; or book it with another carrier."
    )
    is_refused = row.state == BookingState.REFUSED
    return DeadEnd(
        key=str(row.pk),
        what=gettext("Booking %(reference)s with a carrier") % {"reference": row.reference},
        since=row.updated_at if is_refused else row.created_at + STUCK_AFTER,
        why=f"{row.error} {advice}" if is_refused else row.error,
        order_id=row.order_id,
        part="send-to" if is_refused else "",
        remedy=gettext("Correct the order") if is_refused else "",
    )


def _of_stray(row: Booking) -> DeadEnd:
    advice = gettext("Cancel the waybill %(waybill)s on ClickPost's dashboard, or try again.")
    return DeadEnd(
        key=str(row.pk),
        what=gettext("Waybill %(waybill)s that is not to be used") % {"waybill": row.waybill},
        since=row.updated_at,
        why=f"{row.error} {advice % {'waybill': row.waybill}}",
        order_id=row.order_id,
    )


def _of_request(row: CarrierRequest) -> DeadEnd:
    words = {"act": row.get_act_display(), "parcel": row.shipment.number}
    return DeadEnd(
        key=str(row.pk),
        what=gettext("Parcel %(parcel)s: %(act)s") % words,
        since=row.created_at if row.state == RequestState.REFUSED else row.created_at + STUCK_AFTER,
        why=row.answer or gettext("ClickPost has not answered."),
        order_id=row.shipment.order_id,
    )


def _of_problem(row: FollowedParcel) -> DeadEnd:
    return DeadEnd(
        key=str(row.pk),
        what=gettext("Parcel %(number)s") % {"number": row.shipment.number},
        since=row.last_at or row.created_at,
        why=row.problem,
        order_id=row.shipment.order_id,
    )


def _try_again(row: Booking, actor: Actor) -> None:
    """At once: what ClickPost says to it is the answer to the button."""
    if row.state == BookingState.REFUSED:
        services.retry_booking(booking=row, actor=actor)
    else:
        services.make_due(booking=row)
    services.send_due_bookings(only=row)


def _cancel_again(row: Booking, actor: Actor) -> None:
    services.cancel_booking(booking=row, actor=actor)
    services.send_due_bookings(only=row)


def _ask_again(row: CarrierRequest, actor: Actor) -> None:
    services.retry_request(request=row, actor=actor)
    services.send_due_requests()


dead_end(
    Kind(
        code="clickpost.refused",
        title=_("Parcels that could not be booked with a carrier"),
        button=_("Try again"),
        found=Rows(_refused),
        describe=_of_booking,
        resolve=_try_again,
        sees=_SEES,
        needs=_CHANGES,
        covers=states(
            BookingState.WAITING,
            BookingState.BOOKED,
            BookingState.REFUSED,
            BookingState.CANCELLING,
        ),
    )
)
dead_end(
    Kind(
        code="clickpost.stray",
        title=_("Waybills that the carrier did not cancel"),
        button=_("Cancel it again"),
        found=Rows(_stray),
        describe=_of_stray,
        resolve=_cancel_again,
        sees=_SEES,
        needs=_CHANGES,
        covers=states(BookingState.STRAY),
    )
)
dead_end(
    Kind(
        code="clickpost.request",
        title=_("Decisions that a carrier did not take"),
        button=_("Send it again"),
        found=Rows(_requests),
        describe=_of_request,
        resolve=_ask_again,
        sees=_SEES,
        needs=_CHANGES,
        covers=states(RequestState.WAITING, RequestState.REFUSED),
    )
)
dead_end(
    Kind(
        code="clickpost.problem",
        title=_("Parcels of which the carrier says something else"),
        button=_("Decide"),
        found=Rows(_problems),
        describe=_of_problem,
        resolve=None,
        sees=_SEES,
        needs=_CHANGES,
    )
)
