"""What ClickPost says about a parcel, in a webhook or as an answer: pure.

The outer values are the scan that a message is about; `additional.latest_status` is where the parcel is by then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from apps.inbox.errors import MalformedMessage
from apps.integrations.reading import field_of, flag_of, moment_in_india, text_of

# The parts of a scan that documents keep.
SCANNED: Final = ("clickpost_status_code", "status", "remark", "location", "timestamp")
_MOST_SCANS: Final = 500


@dataclass(frozen=True)
class Seen:
    """One scan. `name` is ClickPost's word for the code, `words` are the carrier's."""

    code: str
    name: str
    bucket: str
    place: str
    words: str
    at: datetime | None


@dataclass(frozen=True)
class News:
    """`reference` is ours, as ClickPost got it. `ndr_code` says why a delivery failed. `is_reverse`: a parcel that the
    buyer sends back."""

    waybill: str
    reference: str
    cp_id: int | None
    scans: Sequence[Seen]
    latest: Seen
    ndr_code: str = ""
    expected_on: date | None = None
    is_reverse: bool = False


def latest_of(parcel: Mapping[str, Any]) -> Mapping[str, Any]:
    latest = _inner(parcel, "additional").get("latest_status")
    return latest if isinstance(latest, dict) else parcel


def scans_of(parcel: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The scan of a webhook, or all of an answer."""
    given = parcel.get("scans")
    if not isinstance(given, list):
        return [parcel] if "timestamp" in parcel else []
    return [each for each in given[:_MOST_SCANS] if isinstance(each, dict) and "timestamp" in each]


def number_of(parcel: Mapping[str, Any]) -> str:
    """Our reference: of the shipment, or of the order."""
    for row, name in (
        (latest_of(parcel), "reference_number"),
        (parcel, "reference_number"),
        (_inner(parcel, "shipment_details"), "reference_number"),
        (_inner(parcel, "additional"), "order_id"),
        (parcel, "order_id"),
    ):
        if found := field_of(row, name):
            return found
    return ""


def read_news(parcel: Mapping[str, Any]) -> News:
    """Raises `MalformedMessage`."""
    more = _inner(parcel, "additional")
    return News(
        waybill=field_of(parcel, "waybill", limit=80),
        reference=number_of(parcel),
        cp_id=_whole(parcel.get("cp_id")),
        scans=[_seen(each) for each in scans_of(parcel)],
        latest=_seen(latest_of(parcel)),
        ndr_code=_short(more.get("ndr_status_code"), 10),
        expected_on=_day(more.get("courier_partner_edd")),
        is_reverse=flag_of(more.get("is_rvp")),
    )


def parcel_of(documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The newest of the documents of a waybill, as one message with every scan."""
    newest = max(documents, key=lambda each: str(each.get("version", "")))
    payload = newest.get("payload")
    scans = newest.get("scans")
    return {**(payload if isinstance(payload, dict) else {}), "scans": scans or []}


def _seen(scan: Mapping[str, Any]) -> Seen:
    words = _short(scan.get("remark"), 200) or _short(scan.get("status"), 200)
    return Seen(
        code=field_of(scan, "clickpost_status_code", limit=40),
        name=_short(scan.get("clickpost_status_description"), 120),
        bucket=_short(scan.get("clickpost_status_bucket"), 10),
        place=_short(scan.get("location"), 120) or _short(scan.get("clickpost_city"), 120),
        words=words,
        at=moment_in_india(scan.get("timestamp"), name="timestamp"),
    )


def _inner(parcel: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parcel.get(name)
    return value if isinstance(value, dict) else {}


def _short(value: Any, most: int) -> str:
    """Words beside the point never refuse a message: they are cut."""
    try:
        return text_of(value, limit=100_000)[:most]
    except MalformedMessage:
        return ""


def _whole(value: Any) -> int | None:
    text = _short(value, 20)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(_short(value, 10))
    except ValueError:
        return None
