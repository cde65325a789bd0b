"""Reads of the registry of stores."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from apps.common.errors import NotFound
from apps.common.text import NotText, line_of
from apps.common.web import clean_host, normalize_email
from apps.platform.errors import StoreNotFound
from apps.platform.models import DatabaseType, Domain, IntegrationConfig, Store
from apps.platform.selectors.addresses import get_address, primary_host
from apps.platform.states import AT_REST, StoreStatus
from apps.tenancy.context import ActiveStore, current_store, outside_store


def get_store(key: str | UUID) -> Store:
    """A store by its id or its slug. Raises `StoreNotFound`."""
    found = Store.objects.filter(slug=str(key)).first()
    if found is None:
        try:
            found = Store.objects.filter(id=key).first()
        except (ValidationError, ValueError):
            found = None
    if found is None:
        raise StoreNotFound(
            gettext("There is no store %(value)s.") % {"value": f"{str(key)[:60]!r}"}
        )
    return found


def get_owner(email: str) -> Any:
    """The platform user with this address. Raises `NotFound`."""
    with outside_store():
        owner = get_user_model().objects.filter(email=normalize_email(email)).first()
    if owner is None:
        raise NotFound(
            gettext("There is no platform user %(value)s.") % {"value": f"{email[:80]!r}"}
        )
    return owner


def list_outdated_stores(version: str, *, only: Store | None = None) -> QuerySet[Store]:
    """The stores with tables whose migrations are not those of `version`."""
    gone = (StoreStatus.PROVISIONING, StoreStatus.DELETING)
    stores = Store.objects.exclude(schema_version=version).exclude(status__in=gone)
    return stores.filter(pk=only.pk) if only is not None else stores.order_by("created_at")


def list_placed_stores() -> QuerySet[Store]:
    """The open stores with a database of their own."""
    placed = Store.objects.exclude(database_type=DatabaseType.SHARED)
    return placed.exclude(status=StoreStatus.PROVISIONING).order_by("slug")


def list_stores_with_documents() -> QuerySet[Store]:
    """The open stores with a MongoDB of their own."""
    own = Store.objects.filter(documents_version__gt=0)
    return own.exclude(status=StoreStatus.PROVISIONING).order_by("slug")


def list_stores(*, status: str = "", plan: str = "", search: str = "") -> list[Store]:
    """Stores with plan and hosts, by name: two queries, however many there are."""
    return list(stores_like(status=status, plan=plan, search=search).order_by("slug"))


def stores_like(*, status: str = "", plan: str = "", search: str = "") -> QuerySet[Store]:
    """Stores with this status and plan, whose name, short name or host contains a text; with plan and hosts, unsorted."""
    found = Store.objects.select_related("plan", "sandbox_of").prefetch_related("domains")
    if status:
        found = found.filter(status=status)
    if plan:
        found = found.filter(plan__code=plan)
    if search:
        text = host = line_of(search)
        with suppress(NotText):
            host = clean_host(search)
        words = Q(name__icontains=text) | Q(slug__icontains=text)
        hosts = Domain.objects.filter(domain__icontains=host).values("tenant_id")
        found = found.filter(words | Q(pk__in=hosts))
    return found


def list_active_stores() -> Iterator[ActiveStore]:
    """Every active or suspended store. Read in portions, flat in memory."""
    stores = Store.objects.exclude(status__in=AT_REST).order_by("id")
    for store in stores.iterator(chunk_size=500):
        yield store.active_store


def get_database_config(store: Store) -> Mapping[str, Any]:
    """The saved credentials of a store's database, sealed; an empty mapping when there are none."""
    return _get_config(store, IntegrationConfig.DATABASE)


def get_documents_config(store: Store) -> Mapping[str, Any]:
    """The same of a MongoDB of the store's own."""
    return _get_config(store, IntegrationConfig.DOCUMENTS)


def _get_config(store: Store, kind: str) -> Mapping[str, Any]:
    found = IntegrationConfig.objects.filter(
        store=store, kind=kind, environment=IntegrationConfig.Environment.PRODUCTION
    ).first()
    return {} if found is None else found.config


def store_url(store: Store, path: str = "/") -> str:
    """The store's canonical URL, for links."""
    return public_url(primary_host(store), path)


def current_url(path: str = "/") -> str:
    """The same for the active store, from cached addresses: for links that outlive a request. The host
    of a request is chosen by its client."""
    return public_url(get_address(store_id=current_store().id).primary_host, path)


def public_url(host: str, path: str = "/") -> str:
    """An address of this installation as people reach it: scheme and port are settings."""
    is_safe = bool(getattr(settings, "SECURE_SSL_REDIRECT", False))
    port = public_port()
    shown = "" if port == (443 if is_safe else 80) else f":{port}"
    return f"{'https' if is_safe else 'http'}://{host}{shown}{path}"


def platform_url(path: str = "/") -> str:
    """The same on the platform's own host."""
    return public_url(settings.PLATFORM_HOSTS[0], path)


def public_port() -> int:
    """The port in addresses: `PUBLIC_PORT`, or 443 with TLS, or that of the web server."""
    given: int = settings.PUBLIC_PORT
    return given or (443 if getattr(settings, "SECURE_SSL_REDIRECT", False) else settings.PORT)
