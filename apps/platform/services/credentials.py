"""Connection info of stores: in and out of its one encrypted place."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.platform.crypto import Sealed
from apps.platform.models import IntegrationConfig, Store
from apps.platform.tenancy.routers import PLATFORM


def save_integration(
    *,
    store: Store,
    kind: str,
    config: Mapping[str, Any],
    environment: str = IntegrationConfig.Environment.PRODUCTION,
    is_active: bool = True,
) -> IntegrationConfig:
    """Store the credentials of one outside system, replacing those of before."""
    saved, _created = IntegrationConfig.objects.update_or_create(
        store=store,
        kind=kind,
        environment=environment,
        defaults={"config": Sealed(config), "is_active": is_active, "last_error": ""},
    )
    return saved


def deactivate_integration(integration: IntegrationConfig) -> None:
    """Stop using these credentials; they stay, encrypted, until replaced."""
    integration.is_active = False
    integration.save(update_fields=["is_active", "updated_at"])


def rotate_credentials() -> int:
    """Encrypt everything again under the newest key, after which older keys may go. Repeatable."""
    count = 0
    for integration in IntegrationConfig.objects.iterator(chunk_size=200):
        with transaction.atomic(using=PLATFORM):
            locked = IntegrationConfig.objects.select_for_update().get(pk=integration.pk)
            locked.config = locked.config.rotated()
            locked.save(update_fields=["config"])
        count += 1
    return count
