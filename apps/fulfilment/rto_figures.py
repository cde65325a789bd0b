"""Figures of failed attempts and returns to origin: by reason and carrier, and the share that never arrived."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from apps.common.clock import now
from apps.common.ids import first_id_of
from apps.common.json_text import json_text
from apps.common.text import fold
from apps.fulfilment.models import ParcelReturn, Shipment, ShipmentEvent
from apps.fulfilment.states import FailureReason, ReturnKind, ReturnState

DAYS: Final = 90
MOST_CODES: Final = 20


@dataclass(frozen=True)
class Share:
    """Parcels that are over, and how many of them never arrived."""

    name: str
    over: int
    never: int

    @property
    def percent(self) -> int:
        return round(100 * self.never / self.over) if self.over else 0


def failures_by_reason_and_carrier() -> tuple[Counter[str], Counter[str]]:
    """Failed attempts of the last 90 days. One statement: events sort by their ids."""
    events = ShipmentEvent.objects.filter(
        pk__gte=first_id_of(now() - timedelta(days=DAYS)), kind="shipment.attempt_failed"
    )
    grouped = events.order_by().annotate(reason=json_text("data", "reason"))
    rows = grouped.values_list("reason", "shipment__carrier").annotate(Count("pk"))
    reasons, carriers = Counter[str](), Counter[str]()
    spelled: dict[str, str] = {}
    for reason, carrier, count in rows:
        reasons[_label_of(reason)] += count
        carriers[spelled.setdefault(fold(carrier), carrier)] += count
    return reasons, carriers


def shares_by_carrier() -> list[Share]:
    """Of the parcels of the last 90 days that are over, by carrier, the worst first. One statement."""
    spelled: dict[str, str] = {}
    over, never = Counter[str](), Counter[str]()
    for row in _grouped(F("carrier")):
        name = spelled.setdefault(fold(row["group"]), row["group"])
        over[name] += row["over"]
        never[name] += row["never"]
    return sorted((Share(name, over[name], never[name]) for name in over), key=_by_never)


def shares_by_postal_code() -> list[Share]:
    """The same by postal code, where something never arrived: the 20 with most of it. One statement."""
    rows = _grouped(json_text("order__shipping_address", "postal_code")).filter(never__gt=0)
    found = rows.order_by("-never", "group")[:MOST_CODES]
    return [Share(row["group"] or "", row["over"], row["never"]) for row in found]


def _grouped(by: Any) -> QuerySet[Any, dict[str, Any]]:
    never = ParcelReturn.objects.filter(shipment=OuterRef("pk"), kind=ReturnKind.UNDELIVERED)
    rows = Shipment.objects.filter(
        pk__gte=first_id_of(now() - timedelta(days=DAYS)), pickup_code=""
    ).annotate(group=by, is_never=Exists(never.exclude(state=ReturnState.CANCELLED)))
    over = rows.filter(Q(delivered_at__isnull=False) | Q(is_never=True))
    found: QuerySet[Any, Any] = (
        over.order_by()
        .values("group")
        .annotate(over=Count("pk"), never=Count("pk", filter=Q(is_never=True)))
    )
    return found


def _by_never(share: Share) -> tuple[int, int, str]:
    return -share.percent, -share.never, share.name


def _label_of(reason: str | None) -> str:
    known = reason if reason in FailureReason.values else FailureReason.OTHER
    return str(FailureReason(known).label)
