"""Opening stores and changing what the registry knows of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from apps.common.addresses import region_key
from apps.common.errors import Conflict, InvalidInput
from apps.common.typed_text import Code, Host, Line, cleans_text
from apps.platform import seeding, selectors
from apps.platform.auditing import audited, facts_of, note
from apps.platform.errors import HostTaken, SlugTaken
from apps.platform.localities import language_of, require_locality, time_zone_of
from apps.platform.models import (
    DatabaseType,
    Domain,
    IntegrationConfig,
    Plan,
    ProvisioningJob,
    Store,
    Subscription,
)
from apps.platform.names import new_schema_name
from apps.platform.services.credentials import note_documents_config, save_integration
from apps.platform.services.jobs import enqueue_on_commit, retry_provisioning
from apps.platform.services.plans import get_plan, new_subscription
from apps.platform.services.short_names import TRIES, choose_short_name
from apps.platform.states import JobStatus, StoreStatus
from apps.platform.tenancy.aliases import MAIN
from apps.platform.tenancy.clusters import region_for_data, require_cluster
from apps.platform.tenancy.placements import clean_config, kind_of
from apps.platform.tenancy.placements.documents_configuration import (
    clean_documents_config,
    split_config,
)
from apps.platform.tenancy.routers import PLATFORM


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
    config: Mapping[str, Any] | None = None,
    language: str = "",
    time_zone: str = "",
    state: Annotated[str, Line(60)] = "",
    host: Annotated[str, Host()] = "",
    region: str = MAIN,
    start: bool = True,
) -> ProvisioningJob:
    """Register a store and have it provisioned. All of it or nothing; a worker is told after the commit, unless
    `start` is false because the caller runs the job itself. `state` is the one it sells from, in any spelling; a
    store in India takes no orders before it is known.

    Asked twice at once it opens one store: the second call raises `SlugTaken` or `HostTaken`.
    """
    with transaction.atomic(using=PLATFORM):
        store = register_store(
            name=name,
            slug=slug,
            owner=owner,
            currency=currency,
            country=country,
            plan=plan,
            language=language,
            time_zone=time_zone,
            state=state,
            host=host,
            region=region,
            has_own_documents=bool(split_config(config)[1]),
        )
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
    language: str = "",
    time_zone: str = "",
    state: Annotated[str, Line(60)] = "",
    host: Annotated[str, Host()] = "",
    region: str = MAIN,
    has_own_documents: bool = False,
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
        defaults_version=seeding.refresh_version(),
    )
    return _insert_under_free_name(store, slug=slug, host=host)


def _insert_under_free_name(store: Store, *, slug: str, host: str) -> Store:
    """Under the wanted short name and host, or under names made from the store's; a lost race tries the next one."""
    subscription = new_subscription(store, store.plan)
    for _ in range(TRIES):
        store.slug = slug or choose_short_name(store.name)
        store.schema_name = new_schema_name(store.slug)
        own_host = host or f"{store.slug}.{settings.STORE_DOMAIN}".lower()
        domain = Domain(domain=own_host, tenant=store)
        _validate(store, exclude={"schema_name"})
        _validate(domain, exclude={"tenant"}, rename={"domain": "host"})
        try:
            return _insert(store, subscription, domain)
        except IntegrityError as error:
            taken = _taken(error)
            if slug or (host and isinstance(taken, HostTaken)):
                raise taken from None
    raise SlugTaken(fields={"slug": [SlugTaken.title]})


def _insert(store: Store, subscription: Subscription, domain: Domain) -> Store:
    with transaction.atomic(using=PLATFORM):
        for row in (store, subscription, domain):
            row.save(force_insert=True)
        opened = {"slug": store.slug, "plan": store.plan.code, "region": store.region}
        note("store.opened", store, after=opened, always=True)
        forget_addresses()
    return store


def request_provisioning(
    *,
    store: Store,
    database_type: str = DatabaseType.SHARED,
    config: Mapping[str, Any] | None = None,
    start: bool = True,
) -> ProvisioningJob:
    """Have the store's tables made where the person chose. Asking again gives the same job; a failed one is
    tried again, with the new credentials. `config` may describe a MongoDB of the store's own as well. Raises
    `PlacementNotSupported` or `Conflict` (other placement)."""
    cleaned, own_documents = _clean(store, database_type, config)
    with transaction.atomic(using=PLATFORM):
        locked = Store.objects.select_for_update().get(pk=store.pk)
        job = ProvisioningJob.objects.filter(store=locked).first()
        if job is not None and job.status != JobStatus.FAILED:
            _require_same_placement(locked, database_type)
            return job
        if locked.status != StoreStatus.PROVISIONING:
            raise Conflict("This store is already open.")
        _save_placement(locked, database_type, cleaned, own_documents)
        note("store.opening_requested", locked, after={"database_type": database_type})
        if job is not None:
            return retry_provisioning(job, start=start)
        job = ProvisioningJob.objects.create(store=locked, message="Waiting for a worker")
        if start:
            enqueue_on_commit(job)
    return job


def _clean(
    store: Store, database_type: str, config: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """How to reach the tables and the documents, as they are stored; empty where what is saved stays."""
    database, documents = split_config(config)
    continues = _continues(store, database_type, database)
    cleaned = {} if continues else clean_config(database_type, database)
    return cleaned, clean_documents_config(documents)


def choose_placement(
    *, store: Store, database_type: str, config: Mapping[str, Any] | None = None
) -> Store:
    """Say where the tables of a store that has none yet will be, for who makes them without a job. Repeatable, with
    other credentials too. Raises `Conflict` for another kind of place than was chosen before."""
    cleaned, own_documents = _clean(store, database_type, config)
    with transaction.atomic(using=PLATFORM):
        locked = Store.objects.select_for_update().get(pk=store.pk)
        if locked.status != StoreStatus.PROVISIONING:
            raise Conflict("This store is already open.")
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
    """Asked again without credentials, the saved ones stay."""
    return (
        not config
        and store.database_type == database_type
        and bool(selectors.get_database_config(store))
    )


def save_store(store: Store, *, update_fields: list[str] | None = None) -> Store:
    """Save what a person edited (name, theme, owner, plan, ...). The way admin saves: every process hears of it."""
    with transaction.atomic(using=PLATFORM):
        if update_fields is not None:
            update_fields = [*update_fields, "updated_at"]
        with audited("store.changed", store):
            store.save(update_fields=update_fields)
        forget_addresses()
    return store


def forget_addresses() -> None:
    """After the commit, make every process look stores and domains up again."""
    transaction.on_commit(selectors.forget_addresses, using=PLATFORM)


@cleans_text
def add_domain(
    *, store: Store, host: Annotated[str, Host(required=True)], is_primary: bool = False
) -> Domain:
    """Let the store answer on one more host. Raises `HostTaken` when another store has it."""
    domain = Domain(domain=host, tenant=store)
    _validate(domain, exclude={"tenant"}, rename={"domain": "host"})
    try:
        with transaction.atomic(using=PLATFORM):
            Store.objects.select_for_update().get(pk=store.pk)
            others = Domain.objects.filter(tenant=store, is_primary=True)
            domain.is_primary = is_primary or not others.exists()
            if domain.is_primary:
                others.update(is_primary=False)
            domain.save(force_insert=True)
            note("store.host_added", store, after=facts_of(domain))
            forget_addresses()
    except IntegrityError as error:
        raise _taken(error) from None
    return domain


def remove_domain(*, domain: Domain) -> None:
    """Stop answering on a host. The primary one stays until another takes its place."""
    if domain.is_primary:
        raise Conflict("The primary host can't be removed. Make another one primary first.")
    with transaction.atomic(using=PLATFORM):
        note("store.host_removed", domain.tenant, before=facts_of(domain))
        domain.delete()
        forget_addresses()


def _require_same_placement(store: Store, database_type: str) -> None:
    if store.database_type != database_type:
        raise Conflict(
            f"This store is being set up, or was, as {store.database_type!r}; "
            "moving it to another place is a different operation."
        )


def _validate(row: Model, *, exclude: set[str], rename: Mapping[str, str] | None = None) -> None:
    """Django's own validators, answered in our way. Uniqueness is the database's to say, see `_taken`."""
    try:
        row.full_clean(
            exclude=exclude | {"owner", "plan"}, validate_unique=False, validate_constraints=False
        )
    except ValidationError as error:
        names = rename or {}
        fields = {names.get(name, name): list(found) for name, found in error.message_dict.items()}
        raise InvalidInput(fields=fields) from None


def _taken(error: IntegrityError) -> SlugTaken | HostTaken:
    """Which of the two was faster elsewhere."""
    if "domain" in str(error):
        return HostTaken(fields={"host": [HostTaken.title]})
    if "slug" in str(error):
        return SlugTaken(fields={"slug": [SlugTaken.title]})
    raise error
