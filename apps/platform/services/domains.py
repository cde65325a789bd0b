"""The hosts that a store answers on: claimed by merchants, added by the platform's staff."""

from typing import Annotated, Final

from django.db import IntegrityError
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.errors import Conflict
from apps.common.ids import random_token
from apps.common.typed_text import Host, Line, cleans_text
from apps.platform.auditing import facts_of, note
from apps.platform.claims import next_look, require_claimable
from apps.platform.errors import HostTaken
from apps.platform.models import Domain, DomainProof, Finding, Store
from apps.platform.selectors.usage import is_custom
from apps.platform.services.host_rows import (
    give,
    holder_of,
    lock_stores,
    locked_host,
    move,
    require_room,
    verified_by_staff,
)
from apps.platform.services.stores import forget_addresses_on_commit, taken_name, validate_row
from apps.platform.states import CLAIMING, DomainStatus
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

_TOKEN_PREFIX: Final = "polystore-"  # noqa: S105  no secret: the DNS shows it


@cleans_text
def add_domain(
    *, store: Store, host: Annotated[str, Host(required=True)], is_primary: bool = False
) -> Domain:
    """Add a verified host to the store, for the platform's staff. Raises `HostTaken` when another store has it, and
    `PlanLimitReached`. Other stores' claims on it end."""
    domain = Domain(domain=host, tenant=store)
    validate_row(domain, exclude={"tenant"}, rename={"domain": "host"})
    try:
        with locked_host(domain) as rows:
            own = next((row for row in rows if row.tenant_id == store.pk), None)
            if any(row.is_verified for row in rows):
                raise _taken()
            if own is None:
                if is_custom(domain.domain):
                    require_room(store)
                domain = Domain(domain=domain.domain, tenant=store, **verified_by_staff())
                domain.save(force_insert=True)
            else:
                domain = own
            give(domain, rows, proof=DomainProof.STAFF)
            if is_primary:
                _put_first(domain)
            note("store.host_added", store, after=facts_of(domain))
    except IntegrityError as error:
        raise taken_name(error) from None
    return domain


@cleans_text
def claim_domain(*, store: Store, host: Annotated[str, Host(required=True)]) -> Domain:
    """Claim a host for the store, for its merchant: it is answered on when its record is found (`check_domain`). A claim keeps
    no other store from the host.

    Raises `InvalidInput` for a host that no merchant can have, `HostTaken` when it is verified for another store, and
    `PlanLimitReached`. A repeated claim returns the same row; one that was over begins once more, with the same record.
    """
    require_claimable(host)
    claimed = Domain(domain=host, tenant=store)
    try:
        with locked_host(claimed) as rows:
            own = next((row for row in rows if row.tenant_id == store.pk), None)
            if own is not None and own.status in CLAIMING:
                return own
            if holder_of(rows) is not None:
                raise _taken()
            require_room(store)
            return _begin_claim(own or claimed)
    except IntegrityError as error:
        raise taken_name(error) from None


def make_primary(*, domain: Domain) -> Domain:
    """Serve the pages of the store at this host; its other ones redirect there. Raises `Conflict` for a host that is not
    verified. Repeatable."""
    with outside_store(), atomic_on_platform():
        lock_stores({domain.tenant_id})
        row = Domain.objects.select_related("tenant").get(pk=domain.pk)
        if not row.is_verified:
            raise Conflict(gettext("This host is not verified yet: its record was not found."))
        if not row.is_primary:
            _put_first(row)
            note("store.host_made_primary", row.tenant, after={"host": row.domain})
    return row


@cleans_text
def verify_domain(*, domain: Domain, reason: Annotated[str, Line(300, required=True)]) -> Domain:
    """Verify a claim without its record, for the platform's staff. Raises `HostTaken` when it is verified for another
    store. Repeatable."""
    with locked_host(domain) as rows:
        row = next((each for each in rows if each.pk == domain.pk), None)
        if row is None:
            raise Conflict(gettext("This host was removed in the meantime."))
        if any(each.is_verified and each.pk != row.pk for each in rows):
            raise _taken()
        if not (row.is_verified and row.proof == DomainProof.STAFF):
            give(row, rows, proof=DomainProof.STAFF)
            note("store.host_verified", row.tenant, after={"host": row.domain, "reason": reason})
        return row


def remove_domain(*, domain: Domain) -> None:
    """Remove a host of the store. The primary host can't be removed before another host becomes primary. Repeatable."""
    with outside_store(), atomic_on_platform():
        lock_stores({domain.tenant_id})
        row = Domain.objects.select_related("tenant").filter(pk=domain.pk).first()
        if row is None:
            return
        if row.is_primary:
            raise Conflict(
                gettext("The primary host can't be removed. Make another one primary first.")
            )
        note("store.host_removed", row.tenant, before=facts_of(row))
        row.delete()
        forget_addresses_on_commit()


def _begin_claim(row: Domain) -> Domain:
    moment = now()
    if row._state.adding:
        row.is_primary, row.token = False, f"{_TOKEN_PREFIX}{random_token()}"
    else:
        move(row, DomainStatus.WAITING)
    row.proof, row.finding, row.points_here, row.points_to = (
        DomainProof.NONE,
        Finding.NONE,
        None,
        "",
    )
    row.claimed_at, row.checked_at = moment, None
    row.token = row.token or f"{_TOKEN_PREFIX}{random_token()}"
    row.next_check_at = next_look(row, moment)
    row.save()
    note("store.host_claimed", row.tenant, after={"host": row.domain})
    return row


def _put_first(row: Domain) -> None:
    Domain.objects.filter(tenant_id=row.tenant_id, is_primary=True).update(is_primary=False)
    row.is_primary = True
    row.save(update_fields=["is_primary"])
    forget_addresses_on_commit()


def _taken() -> HostTaken:
    return HostTaken(fields={"host": [str(HostTaken.title)]})
