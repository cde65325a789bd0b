"""The rows of one host, of every store that claims it, under locks: for the services that decide whose it is.

Locks are taken in one order: the stores by their ids, then the rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.common.clock import now
from apps.common.states import require_transition
from apps.common.web import clean_host
from apps.platform.agreements import host_changed
from apps.platform.auditing import note
from apps.platform.claims import MOST_WAITING, SHOWN_FOR, has_lapsed, next_look
from apps.platform.errors import HostsWaiting
from apps.platform.models import Domain, DomainProof, LimitName, Store
from apps.platform.selectors.usage import count_custom_domains, is_custom
from apps.platform.services.limits import require_within_limit
from apps.platform.services.stores import forget_addresses_on_commit
from apps.platform.states import CLAIMING, DOMAIN_TRANSITIONS, DomainStatus
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform


@contextmanager
def locked_host(row: Domain) -> Iterator[list[Domain]]:
    """Every store's rows of the host of this one, which may be new; the oldest claim first. One transaction."""
    with outside_store(), atomic_on_platform():
        same = Domain.objects.filter(domain=row.domain)
        lock_stores({row.tenant_id, *same.values_list("tenant_id", flat=True)})
        rows = same.select_for_update(of=("self",)).select_related("tenant")
        yield list(rows.order_by("created_at", "id"))


def lock_stores(ids: set[UUID]) -> None:
    """Their hosts are changed by one transaction at a time."""
    list(Store.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def holder_of(rows: list[Domain], *, besides: Domain | None = None) -> Domain | None:
    """The row of the store that the host is verified for, unless its record has been missing for long."""
    moment = now()
    others = (row for row in rows if besides is None or row.pk != besides.pk)
    return next((row for row in others if row.is_verified and not has_lapsed(row, moment)), None)


def give(row: Domain, rows: list[Domain], *, proof: DomainProof) -> None:
    """Verify the row, the first of the host that proved to be its store's; the others are released, and shown why. Raises
    `PlanLimitReached` where the row's claim was over and does not count towards the limit any more."""
    if row.status not in CLAIMING and is_custom(row.domain):
        require_room(row.tenant)
    for other in rows:
        if other.pk != row.pk and other.status != DomainStatus.TAKEN:
            _release(other)
    moment = now()
    if not row.is_verified:
        move(row, DomainStatus.VERIFIED)
        row.verified_at = moment
    row.proof, row.lost_at, row.warned_at = proof, None, None
    if not _has_primary(row.tenant):
        row.is_primary = True
    row.next_check_at = next_look(row, moment) if is_custom(row.domain) else None
    row.save()
    forget_addresses_on_commit()


def lose(row: Domain) -> None:
    """The row's claim is over: another store has the host."""
    _end(row, DomainStatus.TAKEN)
    row.save()


def expire(row: Domain) -> None:
    _end(row, DomainStatus.EXPIRED)
    row.save()
    note("store.host_expired", row.tenant, after={"host": row.domain}, always=True)
    host_changed(row, "expired")


def move(row: Domain, target: DomainStatus) -> None:
    """The one door to another status, unsaved."""
    require_transition(
        DOMAIN_TRANSITIONS, subject=row.domain, current=DomainStatus(row.status), target=target
    )
    row.status = target


def _release(row: Domain) -> None:
    """Also of a host that was verified. Its store goes on at its other hosts, if need be at the platform's."""
    was_primary, was_verified = row.is_primary, row.is_verified
    _end(row, DomainStatus.TAKEN)
    row.save()
    if was_primary:
        _make_another_primary(row.tenant)
    facts = {"host": row.domain, "was_verified": was_verified}
    note("store.host_released", row.tenant, after=facts, always=True)
    host_changed(row, "taken")


def _end(row: Domain, target: DomainStatus) -> None:
    move(row, target)
    row.is_primary = False
    row.proof, row.lost_at, row.warned_at = DomainProof.NONE, None, None
    row.next_check_at = now() + SHOWN_FOR


def _make_another_primary(store: Store) -> None:
    verified = list(Domain.objects.filter(tenant=store, status=DomainStatus.VERIFIED))
    heir = min(verified, key=lambda each: is_custom(each.domain), default=None)
    if heir is None:
        own = clean_host(f"{store.slug}.{settings.STORE_DOMAIN}")
        heir = Domain(domain=own, tenant=store, **verified_by_staff())
    heir.is_primary = True
    heir.save()


def require_room(store: Store) -> None:
    """Raise `PlanLimitReached`, or `HostsWaiting` where the plan has no limit."""
    require_within_limit(store.pk, LimitName.DOMAINS, used=lambda: count_custom_domains(store.pk))
    waiting = Domain.objects.filter(tenant=store, status=DomainStatus.WAITING).count()
    if waiting >= MOST_WAITING:
        raise HostsWaiting(limit=MOST_WAITING)


def verified_by_staff(moment: datetime | None = None) -> dict[str, Any]:
    """Columns of a host that needs no record."""
    moment = moment or now()
    return {
        "status": DomainStatus.VERIFIED,
        "proof": DomainProof.STAFF,
        "verified_at": moment,
        "claimed_at": moment,
        "next_check_at": moment,
    }


def _has_primary(store: Store) -> bool:
    return Domain.objects.filter(tenant=store, is_primary=True).exists()
