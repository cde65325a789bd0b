"""Reads and writes the encrypted connection settings of stores."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.common.clock import now
from apps.common.ids import random_token
from apps.platform.auditing import audited
from apps.platform.crypto import Sealed
from apps.platform.models import IntegrationConfig, Store, WebhookSecret
from apps.platform.selectors import digest_of
from apps.platform.services.stores import forget_addresses_on_commit
from apps.tenancy.transactions import atomic_on_platform


def save_integration(
    *,
    store: Store,
    kind: str,
    config: Mapping[str, Any],
    environment: str = IntegrationConfig.Environment.PRODUCTION,
    is_active: bool = True,
) -> IntegrationConfig:
    """Store the credentials of one outside system in place of the previous ones."""
    saved, _created = IntegrationConfig.objects.update_or_create(
        store=store,
        kind=kind,
        environment=environment,
        defaults={"config": Sealed(config), "is_active": is_active, "last_error": ""},
    )
    return saved


def add_to_integration(
    *, store: Store, kind: str, values: Mapping[str, Any], environment: str
) -> bool:
    """Keep more values beside the credentials of an outside system; concurrent changes of others stay. False without any."""
    with atomic_on_platform():
        found = (
            IntegrationConfig.objects.select_for_update()
            .filter(store=store, kind=kind, environment=environment)
            .first()
        )
        if found is None:
            return False
        found.config = Sealed({**found.config, **values})
        found.save(update_fields=["config", "updated_at"])
    return True


def replace_database_config(store: Store, config: Mapping[str, Any]) -> None:
    """Replace the saved settings of the store's own database; nothing else changes."""
    IntegrationConfig.objects.filter(
        store=store,
        kind=IntegrationConfig.DATABASE,
        environment=IntegrationConfig.Environment.PRODUCTION,
    ).update(config=Sealed(config))


def note_documents_config(store: Store, config: Mapping[str, Any], *, is_active: bool) -> None:
    """Save the connection to a MongoDB of the store's own and count its version up; the caller saves the locked row.
    Processes keep the old connection under its alias; the new connection has the next alias."""
    save_integration(
        store=store, kind=IntegrationConfig.DOCUMENTS, config=config, is_active=is_active
    )
    store.documents_version += 1


def remove_integration(*, store: Store, kind: str, environment: str = "") -> None:
    """Delete the credentials of one outside system, with the secrets of its webhooks; in every environment unless one is
    given."""
    found = IntegrationConfig.objects.filter(store=store, kind=kind)
    (found.filter(environment=environment) if environment else found).delete()


def name_active_integrations(*, store: Store, codes: Iterable[str]) -> None:
    """Write into the registry which outside systems the store is connected to; every process learns it."""
    names = " ".join(sorted(codes))
    with atomic_on_platform():
        changed = Store.objects.filter(pk=store.pk).exclude(active_integrations=names)
        if changed.update(active_integrations=names):
            forget_addresses_on_commit()


def make_webhook_secret(*, integration: IntegrationConfig, overlap: timedelta) -> str:
    """A new secret, which is not readable again. Older ones end after `overlap`, unless they end sooner."""
    secret = f"whs_{random_token()}{random_token()}"
    with atomic_on_platform():
        IntegrationConfig.objects.select_for_update().get(pk=integration.pk)
        end_webhook_secrets(integration=integration, after=overlap)
        WebhookSecret.objects.create(integration=integration, digest=digest_of(secret))
    return secret


def end_webhook_secrets(
    *, integration: IntegrationConfig, after: timedelta, but: UUID | None = None
) -> int:
    """End the secrets, except one, after that time; those that have ended are deleted. How many ends were set."""
    at = now() + after
    secrets = integration.secrets.all()
    if but is not None:
        secrets = secrets.exclude(pk=but)
    secrets.filter(ends_at__lte=now()).delete()
    return secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).update(ends_at=at)


def deactivate_integration(integration: IntegrationConfig) -> None:
    """Stop using these credentials; they stay, encrypted, until replaced."""
    with audited("integration.deactivated", integration):
        integration.is_active = False
        integration.save(update_fields=["is_active", "updated_at"])
