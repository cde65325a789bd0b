"""What a new store starts with. Each app may have a `defaults.py` with `seed_store(store)`, found by its name."""

from collections.abc import Callable, Iterator
from importlib import import_module

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule

from apps.platform.tenancy.context import ActiveStore, system_scope, use_store

Seed = Callable[[ActiveStore], None]


def list_seeds() -> Iterator[tuple[str, Seed]]:
    """App label and seed function, in the order of the installed apps."""
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "defaults"):
            seed = getattr(import_module(f"{config.name}.defaults"), "seed_store", None)
            if seed is not None:
                yield config.label, seed


def seed_store(store: ActiveStore) -> list[str]:
    """Run every app's seed inside the store, in one transaction. Repeatable. The labels of the apps."""
    seeded = []
    with system_scope("provisioning"), use_store(store), transaction.atomic():
        for label, seed in list_seeds():
            seed(store)
            seeded.append(label)
    return seeded
