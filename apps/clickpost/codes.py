"""What ClickPost's codes mean here: rows that staff change, seeded from the table of its documentation."""

import time
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db.models import F

from apps.clickpost.models import StatusCode
from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import now
from apps.fulfilment.states import FailureReason, ScanStatus
from apps.tenancy.context import current_store

_S = ScanStatus
# Code, ClickPost's name, meaning. Names are written in several ways: the number decides.
DEFAULTS: Final = (
    ("1", "OrderPlaced", _S.BOOKED),
    ("2", "PickupPending", _S.BOOKED),
    ("3", "PickupFailed", _S.PICKUP_FAILED),
    ("4", "PickedUp", _S.PICKED_UP),
    ("5", "InTransit", _S.IN_TRANSIT),
    ("6", "OutForDelivery", _S.OUT_FOR_DELIVERY),
    ("7", "NotServiceable", _S.FAILED),
    ("8", "Delivered", _S.DELIVERED),
    ("9", "FailedDelivery", _S.FAILED),
    ("10", "Cancelled", _S.CANCELLED),
    ("11", "RTO-Requested", _S.OTHER),
    ("12", "RTO-Marked", _S.RETURNING),
    ("13", "RTO-OutForDelivery", _S.RETURNING),
    ("14", "RTO-Delivered", _S.RETURNED),
    ("15", "RTO-Failed", _S.RETURNING),
    ("16", "Lost", _S.LOST),
    ("17", "Damaged", _S.DAMAGED),
    ("18", "ShipmentDelayed", _S.DELAYED),
    ("19", "ContactCustomerCare", _S.DELAYED),
    ("20", "ShipmentHeld", _S.DELAYED),
    ("21", "RTO-InTransit", _S.RETURNING),
    ("23", "Expired", _S.OTHER),
    ("25", "OutForPickup", _S.BOOKED),
    ("26", "RTO-ContactCustomerCare", _S.RETURNING),
    ("27", "RTO-ShipmentDelay", _S.RETURNING),
    ("28", "AwbRegistered", _S.BOOKED),
    ("30", "ExchangePickup", _S.OTHER),
    ("31", "ExchangeInTransit", _S.OTHER),
    ("32", "ExchangeDelivered", _S.OTHER),
    ("101", "ReturnOrderPlaced", _S.OTHER),
    ("1004", "DestinationHubIn", _S.IN_TRANSIT),
    ("1005", "OriginCityIn", _S.IN_TRANSIT),
    ("1006", "OriginCityOut", _S.IN_TRANSIT),
)
_BUCKETS: Final[Mapping[str, ScanStatus]] = {
    "1": _S.BOOKED,
    "2": _S.PICKED_UP,
    "3": _S.IN_TRANSIT,
    "4": _S.OUT_FOR_DELIVERY,
    "5": _S.FAILED,
    "6": _S.DELIVERED,
    "7": _S.RETURNING,
    "8": _S.LOST,
    "9": _S.DAMAGED,
}
_R = FailureReason
_REASONS: Final[Mapping[str, FailureReason]] = {
    "1": _R.UNAVAILABLE,
    "2": _R.REFUSED,
    "3": _R.RESCHEDULED,
    "4": _R.NOT_TRIED,
    "5": _R.UNREACHABLE,
    "6": _R.ADDRESS,
    "7": _R.PAYMENT,
    "8": _R.OUT_OF_AREA,
    "9": _R.REFUSED,
    "10": _R.SELF_COLLECT,
    "12": _R.OPEN_DELIVERY,
    "13": _R.MISROUTED,
}
_NOT_SERVICEABLE: Final = "7"
# A process sees a change of the rows after so many seconds at the latest.
_KNOWN_FOR: Final = 5.0
_Table = Mapping[str, ScanStatus]
_known = BoundedMemory[UUID, tuple[float, _Table]](lambda: 1000)


def seed_codes() -> None:
    """The rows that are not there yet. What staff changed stays."""
    rows = [StatusCode(code=code, name=name, status=status) for code, name, status in DEFAULTS]
    StatusCode.objects.bulk_create(rows, ignore_conflicts=True)
    forget_codes()


def meaning_of(code: str, bucket: str = "") -> tuple[ScanStatus, bool]:
    """What a code means, and whether that is known. Of an unknown one its bucket counts."""
    table = _read_table()
    if code in table:
        return table[code], True
    return _BUCKETS.get(bucket, _S.OTHER), False


def count_unknown(code: str, name: str) -> None:
    """Keep a code that has no meaning yet. One statement, two at the first time."""
    seen = StatusCode.objects.filter(code=code)
    if not seen.update(seen_count=F("seen_count") + 1, last_seen_at=now()):
        row = StatusCode(code=code, name=name, is_mapped=False, seen_count=1, last_seen_at=now())
        StatusCode.objects.bulk_create([row], ignore_conflicts=True)


def reason_of(ndr_code: str, code: str) -> FailureReason:
    """Why a delivery failed, by number: texts are written as carriers like."""
    if code == _NOT_SERVICEABLE and ndr_code not in _REASONS:
        return _R.OUT_OF_AREA
    return _REASONS.get(ndr_code, _R.OTHER)


def forget_codes() -> None:
    _known.clear()


def _read_table() -> _Table:
    """The known codes. No statement for some seconds after the last."""
    store_id = current_store().id
    kept = _known.get(store_id)
    if kept is not None and time.monotonic() - kept[0] < _KNOWN_FOR:
        return kept[1]
    rows = list(StatusCode.objects.values_list("code", "status", "is_mapped"))
    if not rows:  # connected by an earlier release
        seed_codes()
        rows = list(StatusCode.objects.values_list("code", "status", "is_mapped"))
    table = {code: ScanStatus(status) for code, status, is_mapped in rows if is_mapped}
    _known.put(store_id, (time.monotonic(), table))
    return table
