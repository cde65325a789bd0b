"""Looks for the records of hosts: when a merchant asks for it, and by the clock."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db.models import Q

from apps.common.clock import now
from apps.platform.agreements import host_changed
from apps.platform.auditing import note
from apps.platform.claims import CHECK_NOW_AFTER, CLAIM_LASTS, WARNED_AFTER, next_look
from apps.platform.errors import HostLookedAt
from apps.platform.models import Domain, DomainProof, Finding
from apps.platform.records import Pointer, find_pointer, find_record
from apps.platform.selectors.usage import is_custom
from apps.platform.services.host_rows import expire, give, holder_of, locked_host, lose
from apps.platform.services.stores import forget_addresses_on_commit
from apps.platform.states import CLAIMING, DomainStatus
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

log = structlog.get_logger(__name__)

# Another worker looks at a row whose worker died.
_RETRIED_AFTER: Final = timedelta(minutes=15)
_BATCH: Final = 50
_SECONDS: Final = 120.0


@dataclass(frozen=True)
class _Seen:
    finding: Finding
    pointer: Pointer


def check_now(*, domain: Domain) -> Domain:
    """The same as `check_domain`, for people. Raises `HostLookedAt` while the last look is some seconds old."""
    moment = now()
    with outside_store():
        rested = Q(checked_at=None) | Q(checked_at__lte=moment - CHECK_NOW_AFTER)
        if not Domain.objects.filter(rested, pk=domain.pk).update(checked_at=moment):
            raise HostLookedAt()
    return check_domain(domain=domain)


def check_domain(*, domain: Domain) -> Domain:
    """Look up the record and the addresses, and write what follows: a claim is verified or expires, a verified host is
    marked. Silent name servers change nothing but the next look. Repeatable, also at once; no lock is held while servers are
    asked. Returns the row as it is now; one that was removed meanwhile as it was."""
    with outside_store():
        asked = Domain.objects.filter(pk=domain.pk).first()
        if asked is None:
            return domain
        seen = _look(asked)
        with locked_host(asked) as rows:
            row = next((each for each in rows if each.pk == asked.pk), None)
            if row is not None and row.proof == asked.proof:
                _write(row, rows, seen)
            return row or asked


def take_due_checks() -> int:
    """Look at the hosts whose next look is due; the number of looks. Ends after two minutes: the next run goes on."""
    done, ends = 0, time.monotonic() + _SECONDS
    with outside_store():
        for row in Domain.objects.filter(next_check_at__lte=now()).order_by("next_check_at")[
            :_BATCH
        ]:
            if time.monotonic() > ends:
                break
            done += _take(row)
    return done


def _take(row: Domain) -> bool:
    """False where another worker has it. A failing row does not stop the others."""
    mine = Domain.objects.filter(pk=row.pk, next_check_at=row.next_check_at)
    if not mine.update(next_check_at=now() + _RETRIED_AFTER):
        return False
    try:
        if row.status in CLAIMING:
            check_domain(domain=row)
        else:
            _forget(row)
    except Exception:  # the hosts behind it have a right to be looked at
        log.exception("A host could not be looked at.", host=row.domain)
    return True


def _forget(row: Domain) -> None:
    """A claim that came to nothing was shown for long enough."""
    with atomic_on_platform():
        gone = Domain.objects.filter(pk=row.pk).exclude(status__in=CLAIMING)
        if gone.delete()[0]:
            note("store.host_removed", row.tenant, before={"host": row.domain}, always=True)


def _look(domain: Domain) -> _Seen:
    if not is_custom(domain.domain):
        return _Seen(Finding.NONE, Pointer())
    is_trusted = domain.is_verified and domain.proof == DomainProof.STAFF
    finding = Finding.NONE if is_trusted else find_record(domain.domain, domain.token)
    return _Seen(finding, find_pointer(domain.domain))


def _write(row: Domain, rows: list[Domain], seen: _Seen) -> None:
    moment = now()
    pointed, row.checked_at, row.finding = row.points_here, moment, seen.finding
    if seen.pointer.is_here is not None:
        row.points_here, row.points_to = seen.pointer.is_here, seen.pointer.to
    if row.is_verified:
        if row.proof == DomainProof.RECORD:
            _note_loss(row, seen.finding, moment)
        if row.points_here != pointed:
            forget_addresses_on_commit()  # certificates depend on it
    elif seen.finding == Finding.FOUND:
        _prove(row, rows)
        return
    elif row.status == DomainStatus.WAITING and _is_over(row, moment):
        expire(row)
        return
    if row.status in CLAIMING:
        row.next_check_at = next_look(row, moment) if is_custom(row.domain) else None
    row.save()


def _prove(row: Domain, rows: list[Domain]) -> None:
    """The first store that proves a host gets it."""
    if holder_of(rows, besides=row) is None:
        give(row, rows, proof=DomainProof.RECORD)
        note("store.host_verified", row.tenant, after={"host": row.domain}, always=True)
    elif row.status == DomainStatus.TAKEN:
        row.save()
    else:
        lose(row)
        note("store.host_released", row.tenant, after={"host": row.domain}, always=True)
        host_changed(row, "taken")


def _note_loss(row: Domain, finding: Finding, moment: datetime) -> None:
    """A verified host whose record is missing stays the store's. Its owners are notified after a day; after two weeks
    another store may prove it."""
    if finding == Finding.FOUND:
        if row.lost_at is not None:
            note("store.host_found", row.tenant, after={"host": row.domain}, always=True)
        row.lost_at = row.warned_at = None
        return
    if finding not in (Finding.ABSENT, Finding.OTHER):
        return
    if row.lost_at is None:
        row.lost_at = moment
        note("store.host_lost", row.tenant, after={"host": row.domain}, always=True)
    if row.warned_at is None and row.lost_at <= moment - WARNED_AFTER:
        row.warned_at = moment
        host_changed(row, "lost")


def _is_over(row: Domain, moment: datetime) -> bool:
    return row.claimed_at is not None and row.claimed_at <= moment - CLAIM_LASTS
