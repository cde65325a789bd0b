"""Seals of the audit log, a chain of days: each covers the entries since the one before, and names its digest.

Triggers refuse changes of the log; who may disable triggers can still change it. Then the seals of that day and of all later
ones no longer fit. The digest is in the platform's log as well, which can be kept where the database's administrator can't
write.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

import structlog
from django.utils.translation import gettext

from apps.common.clock import now
from apps.events.models import AuditEntry, AuditSeal

log = structlog.get_logger(__name__)

# An entry has the time of its making and is there with its commit: the longest work commits within this time.
SETTLED_AFTER: Final = timedelta(hours=6)
_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class SealFault:
    """A day that does not fit its seal any more, as a sentence for a person."""

    on: date
    reason: str

    def __str__(self) -> str:
        return f"{self.on}: {self.reason}"


def seal_days() -> int:
    """Seal the days of the active home that are over; the number of seals. Two statements where there are none to make.

    A day without entries has no seal: the next one covers it. Two at once: the second one's seal is refused by the
    database, and it goes on with the next day.
    """
    count, before = 0, AuditSeal.objects.first()
    until = _start_of((now() - SETTLED_AFTER).astimezone(UTC).date())
    while True:
        entries = AuditEntry.objects.filter(created_at__lt=until)
        if before is not None:
            entries = entries.filter(created_at__gte=_end_of(before.on))
        first = entries.order_by("created_at").values_list("created_at", flat=True).first()
        if first is None:
            return count
        before = _seal(first.astimezone(UTC).date(), before)
        count += 1


def check_seals() -> list[SealFault]:
    """What differs from its seal in the active home. Reads the whole log, a thousand entries at a time."""
    faults, before = [], None
    for seal in AuditSeal.objects.order_by("on").iterator(chunk_size=_AT_ONCE):
        previous = before.digest if before is not None else ""
        if seal.previous != previous:
            faults.append(SealFault(seal.on, gettext("the seal before it is missing or differs.")))
        entries, digest = _digest(seal.on, before, previous=seal.previous)
        if entries != seal.entries:
            words = gettext("%(sealed)s entries were sealed, %(entries)s are there.")
            faults.append(SealFault(seal.on, words % {"sealed": seal.entries, "entries": entries}))
        elif digest != seal.digest:
            faults.append(SealFault(seal.on, gettext("an entry was changed after it was sealed.")))
        before = seal
    return faults


def _seal(on: date, before: AuditSeal | None) -> AuditSeal:
    previous = before.digest if before is not None else ""
    entries, digest = _digest(on, before, previous=previous)
    facts = {"entries": entries, "digest": digest, "previous": previous}
    seal, is_new = AuditSeal.objects.get_or_create(on=on, defaults=facts)
    if is_new:
        log.info("A day of the audit log is sealed.", on=str(on), entries=entries, digest=digest)
    return seal


def _digest(on: date, before: AuditSeal | None, *, previous: str) -> tuple[int, str]:
    """The number of entries since the seal before, and the SHA-256 of its digest and of each of them, by id."""
    rows = AuditEntry.objects.filter(created_at__lt=_end_of(on)).order_by("id")
    if before is not None:
        rows = rows.filter(created_at__gte=_end_of(before.on))
    sealed, count = sha256(previous.encode()), 0
    for line in _lines(rows.iterator(chunk_size=_AT_ONCE)):
        sealed.update(line)
        count += 1
    return count, sealed.hexdigest()


def _lines(entries: Iterator[AuditEntry]) -> Iterator[bytes]:
    """The same on every kind of database, so that a store may move."""
    for entry in entries:
        facts: dict[str, Any] = {
            "id": str(entry.pk),
            "at": entry.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": [entry.actor_kind, str(entry.actor_ref or ""), entry.actor_label],
            "action": entry.action,
            "target": [entry.target_type, entry.target_ref, entry.target_label],
            "before": entry.before,
            "after": entry.after,
            "from": [entry.door, entry.ip or ""],
        }
        yield json.dumps(facts, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _end_of(day: date) -> datetime:
    return _start_of(day + timedelta(days=1))
