"""Opening stores: the row in the registry, the choice of placement, and the job that creates tables and documents.

The steps of the job are in `apps/provisioning/steps.py`.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from apps.common.addresses import region_key
from apps.common.errors import Conflict
from apps.common.typed_text import Code, Host, Line, cleans_text
from apps.placements.documents_configuration import clean_documents_config, split_config
from apps.placements.kinds import clean_config, kind_of
from apps.platform import selectors
from apps.platform.agreements import agreement_changed
from apps.platform.auditing import note
from apps.platform.errors import HostTaken, JobNotRetryable, SlugTaken
from apps.platform.jobs import send_on_commit, set_status
from apps.platform.localities import language_of, require_locality, time_zone_of
from apps.platform.models import (
    BillingInterval,
    DatabaseType,
    Domain,
    IntegrationConfig,
    LimitName,
    Plan,
    ProvisioningJob,
    Store,
    Subscription,
)
from apps.platform.names import new_schema_name
from apps.platform.seeding import refresh_version
from apps.platform.selectors.usage import is_custom
from apps.platform.services.host_rows import verified_by_staff
from apps.platform.services.integrations import note_documents_config, save_integration
from apps.platform.services.limits import (
    require_place_for_store,
    require_placement,
    require_within_limit,
)
from apps.platform.services.plans import get_plan, new_subscription
from apps.platform.services.stores import (
    forget_addresses_on_commit,
    taken_name,
    validate_row,
)
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning.services.short_names import TRIES, choose_short_name
from apps.provisioning.tasks import provision_store
from apps.tenancy.aliases import MAIN
from apps.tenancy.clusters import region_for_data, require_cluster
from apps.tenancy.transactions import atomic_on_platform


@cleans_text
def open_store(
    *,
    name: Annotated[str, Line(120, required=True)],
    slug: Annotated[str, Code(40)] = "",
    owner: Any,
    currency: str,
    country: str,
    database_type: str = DatabaseType.SHARED,
    plan: Plan | str | None = None,
    interval: str = BillingInterval.MONTHLY,
    config: Mapping[str, Any] | None = None,
    language: str = "",
    time_zone: str = "",
    state: Annotated[str, Line(60)] = "",
    host: Annotated[str, Host()] = "",
    region: str = MAIN,
    has_trial: bool = True,
    start: bool = True,
) -> ProvisioningJob:
    """Register a store and have it provisioned. Atomic; the job is published to a worker after the commit, unless
    `start` is false because the caller runs the job itself. `state` is the state it sells from, in any spelling; a
    store in India needs it before it accepts orders. Without `has_trial` the first bill of a paid plan comes at once.

    Of two concurrent calls one opens a store and the other raises `SlugTaken` or `HostTaken`.
    """
    with atomic_on_platform():
        store = register_store(
            name=name,
            slug=slug,
            owner=owner,
            currency=currency,
            country=country,
            plan=get_plan(plan, database_type=database_type),
            interval=interval,
            language=language,
            time_zone=time_zone,
            state=state,
            host=host,
            region=region,
            has_own_documents=bool(split_config(config)[1]),
            has_trial=has_trial,
        )
        require_place_for_store(store)
        if host and is_custom(host):
            require_within_limit(store.pk, LimitName.DOMAINS, used=0)
        return request_provisioning(
            store=store, database_type=database_type, config=config, start=start
        )


@cleans_text
def register_store(
    *,
    name: Annotated[str, Line(120, required=True)],
    slug: Annotated[str, Code(40)] = "",
    owner: Any,
    currency: str,
    country: str,
    plan: Plan | str | None = None,
    interval: str = BillingInterval.MONTHLY,
    language: str = "",
    time_zone: str = "",
    state: Annotated[str, Line(60)] = "",
    host: Annotated[str, Host()] = "",
    region: str = MAIN,
    has_own_documents: bool = False,
    has_trial: bool = True,
) -> Store:
    """The store's row, its host and its subscription, and no tables yet: it serves no page.

    `region` names the shared cluster of tables and documents without a database of their own. An empty `slug` is made
    from the name.
    """
    require_cluster(region, has_own_documents=has_own_documents)
    require_locality(
        currency=currency, country=country, language=language, time_zone=time_zone, state=state
    )
    store = Store(
        name=name,
        owner_id=getattr(owner, "pk", None),
        currency=currency,
        country=country,
        language=language or language_of(country),
        home_region=region_key(country, state) if state else "",
        time_zone=time_zone or time_zone_of(country),
        plan=get_plan(plan),
        region=region,
        data_region=region_for_data(region, has_own_documents=has_own_documents),
        defaults_version=refresh_version(),
    )
    agreed = new_subscription(store, store.plan, has_trial=has_trial, interval=interval)
    return _insert_under_free_name(store, agreed, slug=slug, host=host)


def _insert_under_free_name(
    store: Store, subscription: Subscription, *, slug: str, host: str
) -> Store:
    """Insert the store with the given short name and host, or with names made from its name; after a lost race
    the next name is tried."""
    for _ in range(TRIES):
        store.slug = slug or choose_short_name(store.name)
        store.schema_name = new_schema_name(store.slug)
        named = f"{store.slug}.{settings.STORE_DOMAIN}".lower()
        # named by the platform's staff, or below its own domain
        domain = Domain(domain=host or named, tenant=store, is_primary=True, **verified_by_staff())
        validate_row(store, exclude={"schema_name"})
        validate_row(domain, exclude={"tenant"}, rename={"domain": "host"})
        try:
            return _insert(store, subscription, domain)
        except IntegrityError as error:
            taken = taken_name(error)
            if slug or (host and isinstance(taken, HostTaken)):
                raise taken from None
    raise SlugTaken(fields={"slug": [str(SlugTaken.title)]})


def _insert(store: Store, subscription: Subscription, domain: Domain) -> Store:
    with atomic_on_platform():
        for row in (store, subscription, domain):
            row.save(force_insert=True)
        opened = {"slug": store.slug, "plan": store.plan.code, "region": store.region}
        note("store.opened", store, after=opened, always=True)
        agreement_changed(store.pk)
        forget_addresses_on_commit()
    return store


def request_provisioning(
    *,
    store: Store,
    database_type: str = DatabaseType.SHARED,
    config: Mapping[str, Any] | None = None,
    start: bool = True,
) -> ProvisioningJob:
    """Request the store's tables in the chosen placement. A repeated call returns the same job; a failed job is retried
    with the new credentials. `config` may describe a MongoDB of the store's own as well. Raises `PlacementNotSupported`
    or `Conflict` (other placement)."""
    cleaned, own_documents = _clean(store, database_type, config)
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        job = ProvisioningJob.objects.filter(store=locked).first()
        if job is not None and job.status != JobStatus.FAILED:
            _require_same_placement(locked, database_type)
            return job
        if locked.status != StoreStatus.PROVISIONING:
            raise Conflict(gettext("This store is already open."))
        require_placement(locked.pk, database_type)
        _save_placement(locked, database_type, cleaned, own_documents)
        note("store.opening_requested", locked, after={"database_type": database_type})
        if job is not None:
            return retry_provisioning(job, start=start)
        job = ProvisioningJob.objects.create(
            store=locked, message=gettext_noop("Waiting for a worker")
        )
        if start:
            send_on_commit(provision_store.name, job.id)
    return job


def retry_provisioning(job: ProvisioningJob, *, start: bool = True) -> ProvisioningJob:
    """Queue a failed job again; it keeps finished work. Idempotent."""
    with atomic_on_platform():
        failed = Q(status=JobStatus.FAILED)
        waiting = {"error": "", "message": gettext_noop("Waiting for a worker"), "attempts": 0}
        moved = set_status(job, JobStatus.QUEUED, failed, **waiting)
        job.refresh_from_db()
        if not moved and job.status == JobStatus.SUCCEEDED:
            raise JobNotRetryable()
        if moved:
            note("store.opening_retried", job.store)
        if moved and start:
            send_on_commit(provision_store.name, job.id)
    return job


def _clean(
    store: Store, database_type: str, config: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The cleaned configurations of tables and documents; empty where the saved one stays."""
    database, documents = split_config(config)
    continues = _continues(store, database_type, database)
    cleaned = {} if continues else clean_config(database_type, database)
    return cleaned, clean_documents_config(documents)


def choose_placement(
    *, store: Store, database_type: str, config: Mapping[str, Any] | None = None
) -> Store:
    """Choose the placement of a store without tables, for callers that create them without a job. Repeatable, also with
    other credentials. Raises `Conflict` for a kind of database other than the chosen one."""
    cleaned, own_documents = _clean(store, database_type, config)
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        if locked.status != StoreStatus.PROVISIONING:
            raise Conflict(gettext("This store is already open."))
        if locked.database_type != DatabaseType.SHARED:
            _require_same_placement(locked, database_type)
        _save_placement(locked, database_type, cleaned, own_documents)
    return locked


def _save_placement(
    locked: Store,
    database_type: str,
    cleaned: Mapping[str, Any],
    own_documents: Mapping[str, str],
) -> None:
    locked.database_type = database_type
    if cleaned:
        saved = selectors.get_database_config(locked)
        # processes that know the connection under its old alias look the new credentials up under the next
        locked.connection_version += bool(saved)
        save_integration(
            store=locked,
            kind=IntegrationConfig.DATABASE,
            config=kind_of(database_type).merge_config(saved, dict(cleaned)),
            is_active=False,
        )
    if own_documents:
        note_documents_config(locked, own_documents, is_active=False)
    fields = ["database_type", "connection_version", "documents_version", "updated_at"]
    locked.save(update_fields=fields)


def _continues(store: Store, database_type: str, config: Mapping[str, Any] | None) -> bool:
    """Whether a repeated call without credentials keeps the saved ones."""
    return (
        not config
        and store.database_type == database_type
        and bool(selectors.get_database_config(store))
    )


def _require_same_placement(store: Store, database_type: str) -> None:
    if store.database_type != database_type:
        raise Conflict(
            gettext(
                "This store was registered with the database type %(database_type)s; moving it to "
                "another place is a different operation."
            )
            % {"database_type": f"{store.database_type!r}"}
        )
