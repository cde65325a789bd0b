"""Asks ClickPost about parcels that were not heard of for some hours: the net below the webhooks.

An answer becomes a message of the inbox in the form of a webhook, so that documents, history and states go one way.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Annotated, Any, Final

import orjson
from django.db.models import F, Q, QuerySet

from apps.clickpost.client import KIND, ClickPostClient
from apps.clickpost.errors import ClickPostRefused
from apps.clickpost.models import Booking, FollowedParcel
from apps.clickpost.selectors import get_settings
from apps.common.clock import now
from apps.common.errors import Unavailable
from apps.common.typed_text import Code, Said, cleans_text
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.inbox.tasks import start_handling
from apps.integrations.errors import NotConnected
from apps.integrations.reading import INDIA, moment_in_india
from apps.tenancy.context import current_store

TRACKING: Final = "tracking"
_MOST_CALLS: Final = 40
# A parcel without an end after so long is one for people.
_ASKED_FOR: Final = timedelta(days=45)
_PAYLOAD: Final = (
    "clickpost_status_code",
    "clickpost_status_description",
    "clickpost_status_bucket",
    "reference_number",
    "status",
    "remark",
    "location",
    "timestamp",
)


def ask_about_silent_parcels() -> int:
    """Ask about the longest unheard parcels of each carrier, some in one call. How many answers came. A sandbox asks
    nothing. What does not answer is asked again at the next sweep."""
    if current_store().is_sandbox:
        return 0
    settings = get_settings()
    silent_since = now() - timedelta(hours=settings.silent_hours)
    rows = FollowedParcel.objects.filter(
        Q(asked_at=None) | Q(asked_at__lt=silent_since),
        is_over=False,
        heard_at__lt=silent_since,
        created_at__gt=now() - _ASKED_FOR,
        cp_id__isnull=False,
    ).order_by("cp_id", F("asked_at").asc(nulls_first=True), "heard_at", "id")
    return _ask(rows)


def ask_about(parcels: QuerySet[FollowedParcel]) -> int:
    """Ask about these, whenever they were heard of. How many answers came. A sandbox asks nothing."""
    if current_store().is_sandbox:
        return 0
    return _ask(parcels.filter(cp_id__isnull=False).order_by("cp_id", "heard_at", "id"))


def _ask(rows: QuerySet[FollowedParcel]) -> int:
    each_call = get_settings().waybills_per_call
    answered = 0
    for cp_id, waybills in _calls(list(rows[: _MOST_CALLS * each_call]), each_call):
        try:
            found = ClickPostClient().track(waybills, cp_id=cp_id)
        except (Unavailable, NotConnected):
            break
        except ClickPostRefused:
            found = {}
        FollowedParcel.objects.filter(waybill__in=waybills, cp_id=cp_id).update(asked_at=now())
        references = _references(found)
        for waybill, answer in found.items():
            known = references.get(waybill, "")
            kept = take_answer(waybill=waybill, cp_id=cp_id, answer=answer, reference=known)
            answered += kept is not None
    return answered


def _references(waybills: Collection[str]) -> dict[str, str]:
    """What ClickPost knows the parcels by, as webhooks name it: our booking's reference, or the order's number."""
    rows = FollowedParcel.objects.filter(waybill__in=waybills)
    found = dict(rows.values_list("waybill", "shipment__order__number"))
    booked = Booking.objects.filter(waybill__in=waybills)
    return {**found, **dict(booked.values_list("waybill", "reference"))}


@cleans_text
def take_answer(
    *,
    waybill: Annotated[str, Code(80)],
    cp_id: int,
    answer: Mapping[str, Any],
    reference: Annotated[str, Said(120)],
) -> InboxMessage | None:
    """Keep an answer as a message; the same answer again is the same message. None where it says nothing."""
    latest = answer.get("latest_status")
    if not isinstance(latest, dict) or not latest:
        return None
    latest = {"reference_number": reference, **latest}
    given = answer.get("additional")
    additional = {**(given if isinstance(given, dict) else {}), "latest_status": _plain(latest)}
    scans = answer.get("scans")
    parcel = {
        "waybill": waybill,
        "cp_id": cp_id,
        **_plain(latest),
        "additional": additional,
        "scans": [_plain(each) for each in scans or [] if isinstance(each, dict)]
        if isinstance(scans, list)
        else [],
    }
    message = inbox.receive(
        source=KIND,
        topic=TRACKING,
        body=orjson.dumps(parcel, option=orjson.OPT_SORT_KEYS),
        subject=str(latest.get("reference_number") or waybill)[:120],
        headers={"origin": "track-order"},
    )
    start_handling(message)
    return message


def _calls(rows: Sequence[FollowedParcel], most: int) -> Iterator[tuple[int, list[str]]]:
    for cp_id, group in groupby(rows, key=lambda row: row.cp_id):
        waybills = list(dict.fromkeys(row.waybill for row in group))
        for start in range(0, len(waybills), most):
            yield cp_id or 0, waybills[start : start + most]


def _plain(scan: Mapping[str, Any]) -> dict[str, Any]:
    """A scan as a webhook writes it, its Indian time with the T and Z of one: so it is the same scan in the documents."""
    found = {name: scan[name] for name in _PAYLOAD if scan.get(name) is not None}
    moment = moment_in_india(scan.get("timestamp"))
    if moment is not None:
        found["timestamp"] = f"{moment.astimezone(INDIA):%Y-%m-%dT%H:%M:%S}Z"
    return found
