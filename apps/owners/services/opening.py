"""Opening a store of one's own, and trying again what failed."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import InvalidInput
from apps.common.typed_text import Code, Line, cleans_text
from apps.owners.errors import AccountClosed
from apps.owners.models import Starter, StoreRequest
from apps.owners.selectors import has_had_trial
from apps.placements.kinds import kind_of, require_offered
from apps.platform.auditing import note
from apps.platform.crypto import Sealed
from apps.platform.errors import PlacementUnreachable
from apps.platform.localities import currency_of
from apps.platform.models import BillingInterval, DatabaseType, Plan, ProvisioningJob, Store
from apps.platform.services.plans import get_plan
from apps.platform.states import JobStatus
from apps.provisioning import services as provisioning
from apps.tenancy.transactions import atomic_on_platform


@cleans_text
def open_own_store(
    *,
    owner: User,
    key: UUID,
    name: Annotated[str, Line(120, required=True)],
    slug: Annotated[str, Code(40)] = "",
    country: str,
    currency: str = "",
    state: Annotated[str, Line(60)] = "",
    language: str = "",
    time_zone: str = "",
    plan: Annotated[str, Code(40)],
    interval: str = BillingInterval.MONTHLY,
    database_type: str = DatabaseType.SHARED,
    config: Mapping[str, Any] | None = None,
    starter: Annotated[str, Code(12)] = Starter.EMPTY,
) -> Store:
    """The store that this form opens. A repeated or concurrent call with the same `key` returns the same store.

    A database of the owner's own is looked at first, which can take seconds; nothing is written before. An account has one
    trial: a further store begins without. Raises `InvalidInput`, `PlacementUnreachable` and `PlanLimitReached`.
    """
    known = _find(owner, key)
    if known is not None:
        return known
    config = Sealed(config or {})
    chosen = get_plan(plan)
    _require_place(chosen, database_type, config)
    with atomic_on_platform():
        locked = _lock(owner)
        known = _find(owner, key)
        if known is not None:
            return known
        job = provisioning.open_store(
            name=name,
            slug=slug,
            owner=locked,
            country=country,
            currency=currency or currency_of(country),
            state=state,
            language=language,
            time_zone=time_zone,
            plan=chosen,
            interval=interval,
            database_type=database_type,
            config=config or None,
            has_trial=not has_had_trial(locked),
        )
        StoreRequest.objects.create(store=job.store, owner=locked, key=key, starter=starter)
    return job.store


def _lock(owner: User) -> User:
    """One opening of an account at a time: the second one of two clicks finds the first."""
    locked = User.objects.select_for_update().get(pk=owner.pk)
    if not locked.is_active:
        raise AccountClosed
    return locked


def _find(owner: User, key: UUID) -> Store | None:
    found = StoreRequest.objects.filter(owner=owner, key=key).select_related("store").first()
    return found.store if found is not None else None


def _require_place(plan: Plan, database_type: str, config: Mapping[str, Any]) -> None:
    """Raise where the plan does not have this kind of database, or the database can't take a store."""
    require_offered(database_type, config)
    if plan.placement_codes and database_type not in plan.placement_codes:
        sentence = gettext("The plan %(plan)s does not have this kind of database.")
        raise InvalidInput(fields={"database_type": [sentence % {"plan": plan.name}]})
    if not kind_of(database_type).fields:
        return
    problems = provisioning.check_connection(database_type=database_type, config=config).problems
    if problems:
        raise PlacementUnreachable(problems[0].sentence)


def retry_own_store(*, store: Store) -> ProvisioningJob:
    """Continue an opening that failed; another one stays as it is."""
    with atomic_on_platform():
        job = ProvisioningJob.objects.select_for_update().get(store=store)
        if job.status == JobStatus.FAILED:
            note("owner.opening_retried", store, always=True)
            job = provisioning.retry_provisioning(job)
    return job


def reconnect_own_store(*, store: Store, config: Mapping[str, Any]) -> ProvisioningJob:
    """Continue an opening that failed, with the connection typed in again; nothing typed keeps the saved one. It is tried
    before it is saved. Raises as `open_own_store`, and `Conflict` for a store that is open."""
    config = Sealed(config)
    if not config:
        return retry_own_store(store=store)
    kind = store.database_type
    check = provisioning.check_connection(database_type=kind, config=config, store=store)
    if check.problems:
        raise PlacementUnreachable(check.problems[0].sentence)
    with atomic_on_platform():
        has_failed = ProvisioningJob.objects.filter(store=store, status=JobStatus.FAILED).exists()
        job = provisioning.request_provisioning(store=store, database_type=kind, config=config)
        if has_failed:
            note("owner.opening_retried", store, always=True)
    return job
