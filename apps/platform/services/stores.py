"""Opening stores and changing what the registry knows of them."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext

from apps.common.addresses import region_key
from apps.common.errors import Conflict, InvalidInput
from apps.common.typed_text import Code, Host, Line, cleans_text
from apps.platform import seeding, selectors
from apps.platform.auditing import audited, facts_of, note
from apps.platform.errors import HostTaken, SlugTaken
from apps.platform.localities import language_of, require_locality, time_zone_of
from apps.platform.models import (
    Domain,
    Plan,
    Store,
    Subscription,
)
from apps.platform.names import new_schema_name
from apps.platform.services.plans import get_plan, new_subscription
from apps.platform.services.short_names import TRIES, choose_short_name
from apps.tenancy.aliases import MAIN
from apps.tenancy.clusters import region_for_data, require_cluster
from apps.tenancy.routers import PLATFORM


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
    """Insert the store with the given short name and host, or with names made from its name; after a lost race
    the next name is tried."""
    subscription = new_subscription(store, store.plan)
    for _ in range(TRIES):
        store.slug = slug or choose_short_name(store.name)
        store.schema_name = new_schema_name(store.slug)
        named = f"{store.slug}.{settings.STORE_DOMAIN}".lower()
        domain = Domain(domain=host or named, tenant=store)
        _validate(store, exclude={"schema_name"})
        _validate(domain, exclude={"tenant"}, rename={"domain": "host"})
        try:
            return _insert(store, subscription, domain)
        except IntegrityError as error:
            taken = _taken(error)
            if slug or (host and isinstance(taken, HostTaken)):
                raise taken from None
    raise SlugTaken(fields={"slug": [str(SlugTaken.title)]})


def _insert(store: Store, subscription: Subscription, domain: Domain) -> Store:
    with transaction.atomic(using=PLATFORM):
        for row in (store, subscription, domain):
            row.save(force_insert=True)
        opened = {"slug": store.slug, "plan": store.plan.code, "region": store.region}
        note("store.opened", store, after=opened, always=True)
        forget_addresses_on_commit()
    return store


def save_store(store: Store, *, update_fields: list[str] | None = None) -> Store:
    """Save what a person edited (name, theme, owner, plan, ...). Save a form of the admin; every process clears its
    cached addresses."""
    with transaction.atomic(using=PLATFORM):
        if update_fields is not None:
            update_fields = [*update_fields, "updated_at"]
        with audited("store.changed", store):
            store.save(update_fields=update_fields)
        forget_addresses_on_commit()
    return store


def forget_addresses_on_commit() -> None:
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
            forget_addresses_on_commit()
    except IntegrityError as error:
        raise _taken(error) from None
    return domain


def remove_domain(*, domain: Domain) -> None:
    """Stop answering on a host. The primary one stays until another takes its place."""
    if domain.is_primary:
        raise Conflict(
            gettext("The primary host can't be removed. Make another one primary first.")
        )
    with transaction.atomic(using=PLATFORM):
        note("store.host_removed", domain.tenant, before=facts_of(domain))
        domain.delete()
        forget_addresses_on_commit()


def _validate(row: Model, *, exclude: set[str], rename: Mapping[str, str] | None = None) -> None:
    """Django's own validators, answered in our way. The database checks uniqueness, see `_taken`."""
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
        return HostTaken(fields={"host": [str(HostTaken.title)]})
    if "slug" in str(error):
        return SlugTaken(fields={"slug": [str(SlugTaken.title)]})
    raise error
