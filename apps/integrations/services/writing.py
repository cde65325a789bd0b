"""Writes documents of orders: idempotent, in any order, and an older state never replaces a newer one."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError

from apps.common.clock import now
from apps.integrations.documents import OrderDocument
from apps.integrations.reading import storable
from apps.integrations.values import OrderFacts
from apps.tenancy.documents.access import ScopedCollection, scoped_collection

# A clock of the outside system may be ahead; a time further on is a mistake, and would keep out all that is newer.
_AHEAD: Final = timedelta(days=1)


def write_order(
    *, document: type[OrderDocument], facts: OrderFacts, message_id: str, received_at: datetime
) -> bool:
    """Write the state unless the document has a newer one. False where it was overtaken. One command, two where a scan
    came late."""
    collection: ScopedCollection[Any] = scoped_collection(document)
    scans = [storable(scan) for scan in facts.scans]
    added = {"$addToSet": {"scans": {"$each": scans}}} if scans else {}
    is_newest = _write_state(collection, facts, message_id, received_at, added)
    if added and not is_newest:
        collection.update_one({"ref": facts.ref}, added)
    return is_newest


def _write_state(
    collection: ScopedCollection[Any],
    facts: OrderFacts,
    message_id: str,
    received_at: datetime,
    added: dict[str, Any],
) -> bool:
    version = version_of(facts.changed_at, received_at, message_id)
    at = now()
    values = collection.values(
        number=facts.number,
        waybill=facts.waybill,
        status=facts.status,
        status_code=facts.status_code,
        changed_at=facts.changed_at,
        version=version,
        payload=storable(facts.payload),
        message_ref=message_id,
        updated_at=at,
    )
    first = {**collection.values(first_seen_at=at), **({} if added else {"scans": []})}
    try:
        collection.update_one(
            {"ref": facts.ref, "version": {"$lte": version}},
            {"$set": values, "$setOnInsert": first, **added},
            upsert=True,
        )
    except IntegrityError:  # it is there, in a newer version
        return False
    return True


def version_of(changed_at: datetime | None, received_at: datetime, message_id: str) -> str:
    """A text that sorts by the outside system's time, then by arrival."""
    if changed_at is None or changed_at > received_at + _AHEAD:
        changed_at = received_at
    return f"{_sortable(changed_at)} {_sortable(received_at)} {message_id}"


def _sortable(moment: datetime) -> str:
    """Not `strftime`, which writes the year 999 with three digits: it would sort behind all others."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
