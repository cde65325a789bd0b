"""Every read of integrations that is more than one row by its key."""

from collections.abc import Mapping
from typing import Any

from apps.integrations.errors import NotConnected
from apps.integrations.models import Integration
from apps.integrations.values import Environment, code_of
from apps.platform.models import IntegrationConfig, WebhookSecret
from apps.tenancy.context import current_store, current_store_or_none


def is_connected(kind: str, environment: str = Environment.PRODUCTION) -> bool:
    """Whether something is to be sent to the system. No query: the store's own facts say it."""
    store = current_store_or_none()
    return store is not None and code_of(kind, environment) in store.integrations


def find_integration(kind: str, environment: str = Environment.PRODUCTION) -> Integration | None:
    return Integration.objects.filter(kind=kind, environment=environment).first()


def get_config(kind: str, environment: str = Environment.PRODUCTION) -> Mapping[str, Any]:
    """What the owner entered, sealed; a value is decrypted when it is read. One query of the registry.

    Raises `NotConnected` where nothing was entered, in a sandbox, and while the integration is paused.
    """
    found = _config_of(kind, environment)
    if found is None or not found.is_active or not found.config:
        raise NotConnected()
    return found.config


def read_saved(integration: Integration) -> Mapping[str, Any]:
    """The same for its page: paused or not, empty where nothing was entered."""
    found = _config_of(integration.kind, integration.environment)
    return {} if found is None else found.config


def list_secrets(integration: Integration) -> list[WebhookSecret]:
    """The secrets of its webhooks, the newest first: when each was made and when it ends. One query."""
    return list(
        WebhookSecret.objects.filter(
            integration__store_id=current_store().id,
            integration__kind=integration.kind,
            integration__environment=integration.environment,
        )
    )


def _config_of(kind: str, environment: str) -> IntegrationConfig | None:
    store = current_store()
    if store.is_sandbox:
        return None
    return IntegrationConfig.objects.filter(
        store_id=store.id, kind=kind, environment=environment
    ).first()
