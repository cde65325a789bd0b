"""News of ClickPost about parcels: history, and the state of the parcel.

Messages come twice and in any order. Every scan is an event of the parcel, once. The state follows the newest state that was
ever heard: an older one changes nothing. A move of the state and the note of what was applied are one transaction.
"""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from apps.clickpost.codes import count_unknown, meaning_of, reason_of
from apps.clickpost.models import FollowedParcel
from apps.clickpost.newer import RANKS, is_newer, moment_of
from apps.clickpost.reading import News, Seen
from apps.clickpost.services.noting import note_carrier_cancelled
from apps.clickpost.states import ACTOR
from apps.common.clock import now
from apps.events import services as events
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.fulfilment.services import Scan
from apps.fulfilment.states import ScanStatus, ShipmentState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.tenancy.retrying import repeated_on_deadlock

SOURCE: Final = "clickpost"
_S, _P = ScanStatus, ShipmentState
_OVER: Final = (_S.DELIVERED, _S.RETURNED, _S.LOST, _S.CANCELLED)
_PROBLEMS: Final = (_S.LOST, _S.DAMAGED, _S.CANCELLED)
Move = Callable[[Shipment, News, Seen], None]


def apply_news(news: News) -> int:
    """Bring the parcels with this waybill to what is said of them. How many there are here: 0 for a waybill that no
    parcel has (yet)."""
    count_unknowns(news)
    parcels = _try_without_order(news)
    if parcels is None:
        parcels = list(FollowedParcel.objects.filter(waybill=news.waybill).order_by("shipment_id"))
        for parcel in parcels:
            apply_to(parcel, news)
    return len(parcels)


def count_unknowns(news: News) -> None:
    for code, name in {(each.code, each.name) for each in (*news.scans, news.latest)}:
        if code and not meaning_of(code)[1]:
            count_unknown(code, name)


@repeated_on_deadlock
def _try_without_order(news: News) -> list[FollowedParcel] | None:
    """What most messages need: history alone. None where the state of a parcel moves, which begins with the order's
    lock. Four statements."""
    with transaction.atomic():
        parcels = list(_locked().filter(waybill=news.waybill).order_by("shipment_id"))
        if any(_move_of(parcel, news.latest) is not None for parcel in parcels):
            return None
        for parcel in parcels:
            _write(parcel, news)
    return parcels


@repeated_on_deadlock
def apply_to(parcel: FollowedParcel, news: News, *, again: bool = False) -> None:
    """The same for one parcel, under the lock of its order. `again`: also where it is no newer than what was applied."""
    with events.transaction_with_wake_up():
        orders.lock_order(Order.objects.get(shipments=parcel.shipment_id))
        locked = _locked().get(pk=parcel.pk)
        move = _move_of(locked, news.latest, again=again)
        if move is not None:
            move(locked.shipment, news, news.latest)
            locked.shipment.refresh_from_db()
        _write(locked, news, again=again)


def _locked() -> QuerySet[FollowedParcel]:
    return FollowedParcel.objects.select_related("shipment").select_for_update()


def _write(parcel: FollowedParcel, news: News, *, again: bool = False) -> None:
    """History, and what was applied last. The parcel is locked."""
    scans = [scan for each in news.scans if (scan := scan_of(each)) is not None]
    fulfilment.write_scans(shipment=parcel.shipment, scans=scans, actor=ACTOR)
    latest, at = news.latest, moment_of(news.latest)
    if at is None or not (again or is_newer(parcel, latest)):
        return
    status, _is_known = meaning_of(latest.code, latest.bucket)
    FollowedParcel.objects.filter(pk=parcel.pk).update(
        last_code=latest.code,
        last_status=status,
        last_at=at,
        rank=RANKS[status],
        ndr_code=news.ndr_code,
        cp_id=news.cp_id or parcel.cp_id,
        expected_on=news.expected_on or parcel.expected_on,
        problem=_problem_of(parcel, status)[:300],
        is_over=status in _OVER,
        heard_at=now(),
    )
    if status == _S.CANCELLED:
        note_carrier_cancelled(waybill=parcel.waybill)


def scan_of(seen: Seen) -> Scan | None:
    """As fulfilment keeps it. None for one without a time or a code."""
    if seen.at is None or not seen.code:
        return None
    status, _is_known = meaning_of(seen.code, seen.bucket)
    return Scan(
        code=seen.code,
        status=status,
        at=seen.at,
        place=seen.place,
        remark=seen.words,
        source=SOURCE,
    )


def _move_of(parcel: FollowedParcel, latest: Seen, *, again: bool = False) -> Move | None:
    """What the newest state changes in the parcel, if it does."""
    if not (again or is_newer(parcel, latest)):
        return None
    status, _is_known = meaning_of(latest.code, latest.bucket)
    return _MOVES.get((ShipmentState(parcel.shipment.state), status))


def _deliver(shipment: Shipment, news: News, latest: Seen) -> None:
    fulfilment.mark_delivered(shipment=shipment, actor=ACTOR, at=latest.at)


def _deliver_after_all(shipment: Shipment, news: News, latest: Seen) -> None:
    fulfilment.resume_delivery(shipment=shipment, actor=ACTOR)
    _deliver(shipment, news, latest)


def _fail(shipment: Shipment, news: News, latest: Seen) -> None:
    reason = reason_of(news.ndr_code, latest.code)
    fulfilment.note_failed_attempt(
        shipment=shipment, reason=reason.value, note=latest.words, actor=ACTOR
    )


def _try_again(shipment: Shipment, news: News, latest: Seen) -> None:
    fulfilment.attempt_again(shipment=shipment, actor=ACTOR)


def _resume(shipment: Shipment, news: News, latest: Seen) -> None:
    fulfilment.resume_delivery(shipment=shipment, actor=ACTOR)


def _return(shipment: Shipment, news: News, latest: Seen) -> None:
    fulfilment.expect_return(shipment=shipment, reason=latest.words, actor=ACTOR)


def _bring_back(shipment: Shipment, news: News, latest: Seen) -> None:
    if shipment.state != ShipmentState.RETURNING:
        _return(shipment, news, latest)
    fulfilment.note_back(shipment=shipment, at=latest.at)


# What is delivered comes back by no scan: staff decide (`problem`). A failed parcel that goes through a hub stays one; only
# when it is out for delivery the carrier tries again.
_MOVES: Final[dict[tuple[ShipmentState, ScanStatus], Move]] = {
    (_P.SHIPPED, _S.DELIVERED): _deliver,
    (_P.FAILED, _S.DELIVERED): _deliver,
    (_P.RETURNING, _S.DELIVERED): _deliver_after_all,
    (_P.SHIPPED, _S.FAILED): _fail,
    (_P.FAILED, _S.OUT_FOR_DELIVERY): _try_again,
    (_P.RETURNING, _S.OUT_FOR_DELIVERY): _resume,
    (_P.SHIPPED, _S.RETURNING): _return,
    (_P.FAILED, _S.RETURNING): _return,
    (_P.SHIPPED, _S.RETURNED): _bring_back,
    (_P.FAILED, _S.RETURNED): _bring_back,
    (_P.RETURNING, _S.RETURNED): _bring_back,
}
_CONTRADICTS_DELIVERY: Final = (_S.OUT_FOR_DELIVERY, _S.FAILED, _S.RETURNING, _S.RETURNED, _S.LOST)


def _problem_of(parcel: FollowedParcel, status: ScanStatus) -> str:
    """What staff have to decide; empty for all that goes its way."""
    state = ShipmentState(parcel.shipment.state)
    if state == _P.DELIVERED and status in _CONTRADICTS_DELIVERY:
        words = {"status": status.label}
        return gettext("The carrier says “%(status)s”, and here the parcel is delivered.") % words
    if status in _PROBLEMS and state in (_P.SHIPPED, _P.FAILED, _P.RETURNING):
        return gettext("The carrier says “%(status)s”.") % {"status": status.label}
    return ""


def reapply(parcels: Sequence[UUID], code: str) -> int:
    """After staff said what a code means: parcels of which it is the newest news follow it. How many there are."""
    rows = FollowedParcel.objects.filter(Q(pk__in=list(parcels)), last_code=code)
    done = 0
    for parcel in rows.select_related("shipment"):
        latest = Seen(code=code, name="", bucket="", place="", words="", at=parcel.last_at)
        news = News(parcel.waybill, "", parcel.cp_id, [], latest, ndr_code=parcel.ndr_code)
        apply_to(parcel, news, again=True)
        done += 1
    return done
