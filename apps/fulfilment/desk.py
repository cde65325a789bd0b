"""Lists of the desk of parcels: failed attempts, attempts to come, returns to origin, those that are back, parcels that stand
still, pickups that failed, lost and damaged parcels. Each is one statement; those that are counted or shown are few of a store's parcels, and
`fulfilment_shipment_state` finds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from apps.common.clock import now
from apps.common.json_text import json_text
from apps.common.text import fold
from apps.fulfilment.models import DeliverySettings, Shipment, ShipmentEvent
from apps.fulfilment.services.scanning import SCAN_KINDS
from apps.fulfilment.states import ShipmentState
from apps.tenancy.single_rows import single_row

# What people write about a parcel is no news of it.
OF_PEOPLE: Final = (
    "shipment.call_noted",
    "shipment.buyer_answered",
    "shipment.corrected",
    "shipment.proved",
)
PICKUP_FAILED, LOST, DAMAGED = "shipment.pickup_failed", "shipment.lost", "shipment.damaged"
_WAITS: Final = (ShipmentState.CREATED, ShipmentState.SHIPPED)
_TRAVELLING: Final = (ShipmentState.CREATED, ShipmentState.SHIPPED, ShipmentState.RETURNING)


@dataclass(frozen=True)
class Filters:
    """Empty: all. `carrier` is compared without case."""

    reason: str = ""
    carrier: str = ""

    def of(self, rows: QuerySet[Shipment], *, has_reason: bool) -> QuerySet[Shipment]:
        if self.carrier:
            rows = rows.filter(carrier__iexact=self.carrier)
        if self.reason and has_reason:
            rows = rows.filter(failure_reason=self.reason)
        return rows


def failed() -> QuerySet[Shipment]:
    """Failed attempts that wait for a decision, those whose buyer has waited longest first."""
    rows = _last_of("shipment.attempt_failed")
    waiting = Shipment.objects.filter(state=ShipmentState.FAILED)
    return waiting.annotate(failed_at=Subquery(rows.values("created_at")[:1])).order_by(
        "failed_at", "id"
    )


def coming() -> QuerySet[Shipment]:
    """Parcels that go to their buyers once more, the next attempt first."""
    rows = Shipment.objects.filter(state=ShipmentState.SHIPPED, failed_attempts__gt=0)
    return rows.order_by("next_attempt_on", "shipped_at", "id")


def returning() -> QuerySet[Shipment]:
    rows = Shipment.objects.filter(state=ShipmentState.RETURNING, back_at=None)
    return rows.order_by("shipped_at", "id")


def back() -> QuerySet[Shipment]:
    """Undelivered parcels that their carriers brought back, and of which is not recorded what came."""
    rows = Shipment.objects.filter(state=ShipmentState.RETURNING, back_at__isnull=False)
    return rows.order_by("back_at", "id")


def still() -> QuerySet[Shipment]:
    """On their way, and without news for as many days as the store says, the longest silent first."""
    since = now() - timedelta(days=single_row(DeliverySettings).still_days)
    fresh = _news().filter(created_at__gte=since)
    rows = Shipment.objects.filter(state__in=_TRAVELLING, back_at=None, created_at__lt=since)
    silent = with_last_news(rows.exclude(Exists(fresh)))
    return silent.annotate(silent_since=Coalesce("last_at", "created_at")).order_by(
        "silent_since", "id"
    )


def failed_pickups() -> QuerySet[Shipment]:
    """Parcels of which a failed pickup is the newest scan, by the carrier's clock: scans come in any order."""
    scans = ShipmentEvent.objects.filter(shipment=OuterRef("pk"), kind__in=sorted(SCAN_KINDS))
    at = Coalesce(json_text("data", "at"), Value(""), output_field=TextField())
    newest = scans.annotate(seen_at=at).order_by("-seen_at", "-sequence")
    rows = Shipment.objects.filter(state__in=_WAITS).annotate(
        last_scan=Subquery(newest.values("kind")[:1])
    )
    return with_last_news(rows.filter(last_scan=PICKUP_FAILED)).order_by("last_at", "id")


def lost() -> QuerySet[Shipment]:
    """Lost and damaged parcels that are neither delivered nor back."""
    events = ShipmentEvent.objects.filter(shipment=OuterRef("pk"), kind__in=(LOST, DAMAGED))
    rows = Shipment.objects.filter(state__in=(*_TRAVELLING, ShipmentState.FAILED))
    newest = events.order_by("-sequence")
    return with_last_news(rows.filter(Exists(events))).annotate(
        fate=Subquery(newest.values("kind")[:1]), fate_at=Subquery(newest.values("created_at")[:1])
    ).order_by("fate_at", "id")  # fmt: skip


def with_last_news(rows: QuerySet[Shipment]) -> QuerySet[Any]:
    """`last_kind`, `last_data` and `last_at` of the newest event that is not of people."""
    newest = _news().order_by("-sequence")
    return rows.annotate(
        last_kind=Subquery(newest.values("kind")[:1]),
        last_data=Subquery(newest.values("data")[:1]),
        last_at=Subquery(newest.values("created_at")[:1]),
    )


def with_last_call(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """`called_at` and `call` of the call that was noted last."""
    calls = _last_of("shipment.call_noted")
    return rows.annotate(
        called_at=Subquery(calls.values("created_at")[:1]), call=Subquery(calls.values("data")[:1])
    )


def list_carriers() -> list[str]:
    """The carriers of parcels that are not over, each in one spelling. One statement."""
    open_states = (*_TRAVELLING, ShipmentState.FAILED)
    rows = Shipment.objects.filter(state__in=open_states).exclude(carrier="")
    names = rows.order_by("carrier").values_list("carrier", flat=True).distinct()
    return [name for _key, name in sorted({fold(name): name for name in names}.items())]


@dataclass(frozen=True)
class DeskList:
    """`code` is in addresses. `has_reason`: its rows can be filtered by the reason of the failure."""

    code: str
    rows: Callable[[], QuerySet[Shipment]]
    has_reason: bool = False

    def find(self, filters: Filters) -> QuerySet[Shipment]:
        return filters.of(self.rows(), has_reason=self.has_reason)


LISTS: Final[Mapping[str, DeskList]] = {
    each.code: each
    for each in (
        DeskList("failed", failed, has_reason=True),
        DeskList("coming", coming, has_reason=True),
        DeskList("returning", returning, has_reason=True),
        DeskList("back", back, has_reason=True),
        DeskList("still", still),
        DeskList("pickups", failed_pickups),
        DeskList("lost", lost),
    )
}


def _news() -> QuerySet[ShipmentEvent]:
    return ShipmentEvent.objects.filter(shipment=OuterRef("pk")).exclude(kind__in=OF_PEOPLE)


def _last_of(kind: str) -> QuerySet[ShipmentEvent]:
    return ShipmentEvent.objects.filter(shipment=OuterRef("pk"), kind=kind).order_by("-sequence")
