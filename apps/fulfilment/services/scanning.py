"""Scans of carriers become events of parcels: each once, in whatever order and however often they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q

from apps.common.actor import Actor
from apps.common.text import line_of
from apps.fulfilment.models import Shipment, ShipmentEvent
from apps.fulfilment.services.parcels import lock_shipment
from apps.fulfilment.states import ScanStatus
from apps.tenancy.inserting import insert_values
from apps.tenancy.retrying import repeated_on_deadlock

# What a desk looks for by itself; all others are `shipment.scanned`.
_KINDS: Final = {
    ScanStatus.PICKUP_FAILED: "shipment.pickup_failed",
    ScanStatus.LOST: "shipment.lost",
    ScanStatus.DAMAGED: "shipment.damaged",
}
SCANNED: Final = "shipment.scanned"
SCAN_KINDS: Final = frozenset({SCANNED, *_KINDS.values()})


@dataclass(frozen=True)
class Scan:
    """What a carrier saw. `code` is the carrier's, `status` what it means, `at` when it was."""

    code: str
    status: ScanStatus
    at: datetime
    place: str = ""
    remark: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """The same for a scan that comes again: its source, code and second."""
        moment = self.at.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
        return f"{self.source[:20]} {self.code[:40]} {moment}"

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code[:40],
            "status": str(self.status.value),
            "place": line_of(self.place, most=120),
            "remark": line_of(self.remark, most=200),
            "at": self.at.astimezone(UTC).isoformat(),
        }


@repeated_on_deadlock
def record_scans(*, shipment: Shipment, scans: Sequence[Scan], actor: Actor) -> int:
    """Write those that are not there yet; they change no state. Three statements, two where nothing is new. Returns how
    many are new."""
    with transaction.atomic():
        lock_shipment(shipment.pk)
        return write_scans(shipment=shipment, scans=scans, actor=actor)


def write_scans(*, shipment: Shipment, scans: Sequence[Scan], actor: Actor) -> int:
    """As `record_scans`, for a caller who has locked the parcel."""
    if not scans:
        return 0
    by_key = {scan.key: scan for scan in scans}
    rows = ShipmentEvent.objects.filter(shipment=shipment)
    is_known = Count("pk", filter=Q(source_key__in=list(by_key)))
    found = rows.aggregate(count=Count("pk"), known=is_known)
    if found["known"] == len(by_key):
        return 0
    if found["known"]:
        known = set(rows.filter(source_key__in=list(by_key)).values_list("source_key", flat=True))
        by_key = {key: scan for key, scan in by_key.items() if key not in known}
    fresh = sorted(by_key.values(), key=lambda scan: (scan.at, scan.code))
    insert_values(
        ShipmentEvent,
        [
            {
                "shipment_id": shipment.pk,
                "sequence": found["count"] + number,
                "kind": _KINDS.get(scan.status, SCANNED),
                "data": scan.as_json(),
                "actor_label": actor.label[:150],
                "source_key": scan.key,
            }
            for number, scan in enumerate(fresh, 1)
        ],
    )
    return len(fresh)
