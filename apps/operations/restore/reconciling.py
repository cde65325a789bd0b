"""Updates derived data after a restore, by functions of each app's `restored.py`.

Functions registered with `@after_restore` run inside the store, one after the other, and must be repeatable. Their
argument is whether this is a copy: a store other than the archive's own.
"""

from collections.abc import Callable
from typing import Final

from apps.archive.snapshot import use_store_as_system
from apps.common.clock import now
from apps.common.hooks import Hook
from apps.events.services import drop_copied_messages
from apps.operations.restore.caches import forget_cache_of
from apps.platform.models import Store
from apps.platform.services.wake_ups import note_wake_up
from apps.tenancy.context import ActiveStore, outside_store

Reconcile = Callable[[bool], None]

# Registers a function that is called with `copied`.
after_restore: Final = Hook[Reconcile]("restored")


def reconcile(store: ActiveStore, *, copied: bool) -> None:
    """Discard a copy's undelivered messages, run every app's function, clear the store's cache and schedule its sweeps:
    they finish or undo work that the backup interrupted, such as a cart that was being ordered."""
    with use_store_as_system(store):
        if copied:
            drop_copied_messages()
        for function in after_restore:
            function(copied)
    forget_cache_of(store.id)
    with outside_store():
        if Store.objects.filter(pk=store.id).exists():
            note_wake_up(store_id=store.id, due_at=now())
