"""What a store starts with, and what it is given again when the code changes.

Each app may have a `defaults.py`, found by its name, with `seed_store(store)`. Where a default belongs to the code and
not to the merchant (roles), the module also has `refresh_store(store)`, run in the stores that exist, and
`refresh_version()`, a text that changes when it is due. What a merchant may have changed or deleted is never given again.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule

from apps.tenancy.context import ActiveStore, system_scope, use_store

Seed = Callable[[ActiveStore], None]


def list_seeds() -> Iterator[tuple[str, Seed]]:
    """App label and seed function, in the order of the installed apps."""
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "defaults"):
            seed = getattr(import_module(f"{config.name}.defaults"), "seed_store", None)
            if seed is not None:
                yield config.label, seed


@cache
def refresh_version() -> str:
    """A hash of what all apps would refresh now; the registry notes it for each store."""
    digest = hashlib.sha256()
    for label, module in _list_refreshing():
        digest.update(f"{label}\n{inspect.getsource(module)}{module.refresh_version()}".encode())
    return digest.hexdigest()


def refresh_store(store: ActiveStore) -> None:
    """Run what is run again inside a store that exists, in one transaction. Repeatable."""
    with system_scope("migrations"), use_store(store), transaction.atomic():
        for _label, module in _list_refreshing():
            module.refresh_store(store)


def _list_refreshing() -> Iterator[tuple[str, Any]]:
    for label, seed in list_seeds():
        module = inspect.getmodule(seed)
        if hasattr(module, "refresh_store"):
            yield label, module


def seed_store(store: ActiveStore) -> list[str]:
    """Run every app's seed inside the store, in one transaction. Repeatable. The labels of the apps."""
    seeded = []
    with system_scope("provisioning"), use_store(store), transaction.atomic():
        for label, seed in list_seeds():
            seed(store)
            seeded.append(label)
    return seeded
