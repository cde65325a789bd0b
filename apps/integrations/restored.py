"""Integrations after a restore: a copy of a store must not answer for its original."""

from apps.inbox import services as inbox
from apps.integrations.models import Integration
from apps.integrations.services import refresh_registry
from apps.operations.restore.reconciling import after_restore


@after_restore
def pause_in_copies(copied: bool) -> None:
    """In a copy every integration is paused and waiting messages are given up: the original handles them. Elsewhere the
    registry learns again what the store is connected to."""
    if copied:
        Integration.objects.update(is_active=False)
        inbox.drop_copied()
    refresh_registry()
