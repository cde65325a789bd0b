"""What is derived is put right after a restore: each app says how in its `restored.py`.

Functions registered with `@after_restore` run inside the store, one after the other, and must be repeatable. They are
called with whether this is a copy: another store than the one the archive was written of.
"""

from collections.abc import Callable
from functools import cache

from django.utils.module_loading import autodiscover_modules

from apps.common.clock import now
from apps.platform.archive.caches import forget_cache_of
from apps.platform.archive.snapshot import system_scope
from apps.platform.models import Store
from apps.platform.services.wake_ups import note_wake_up
from apps.platform.tenancy.context import ActiveStore, outside_store

Reconcile = Callable[[bool], None]

_reconcilers: dict[str, Reconcile] = {}


def after_restore(function: Reconcile) -> Reconcile:
    """Register a function that is called with `copied`."""
    _reconcilers[f"{function.__module__}.{function.__qualname__}"] = function
    return function


@cache
def _discover() -> None:
    autodiscover_modules("restored")


def list_reconcilers() -> dict[str, Reconcile]:
    """All of them by name, of every installed app."""
    _discover()
    return dict(sorted(_reconcilers.items()))


def reconcile(store: ActiveStore, *, copied: bool) -> None:
    """Run every app's function, forget the store's cache and have its sweeps run soon: they finish or undo what the
    backup caught half done, such as a cart that was being ordered."""
    with system_scope(store):
        for function in list_reconcilers().values():
            function(copied)
    forget_cache_of(store.id)
    with outside_store():
        if Store.objects.filter(pk=store.id).exists():
            note_wake_up(store_id=store.id, due_at=now())
