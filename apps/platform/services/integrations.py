"""Reads and writes the encrypted connection settings of stores."""

from collections.abc import Mapping
from typing import Any

from apps.platform.auditing import audited
from apps.platform.crypto import Sealed
from apps.platform.models import IntegrationConfig, Store


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


def remove_integration(*, store: Store, kind: str) -> None:
    """Delete the credentials of one outside system."""
    IntegrationConfig.objects.filter(store=store, kind=kind).delete()


def deactivate_integration(integration: IntegrationConfig) -> None:
    """Stop using these credentials; they stay, encrypted, until replaced."""
    with audited("integration.deactivated", integration):
        integration.is_active = False
        integration.save(update_fields=["is_active", "updated_at"])
