"""What a store has not finished, in sentences, for people who are about to close it.

Each app may have an `unfinished.py`, found by its name, with `list_unfinished()`: sentences about the active store.
"""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import DatabaseError
from django.utils.module_loading import module_has_submodule

from apps.platform.models import Store
from apps.platform.states import StoreStatus
from apps.tenancy.connections import StoreUnreachable
from apps.tenancy.context import system_scope, use_store

UNKNOWN = "Its database does not answer, so unfinished work there is unknown."


def list_unfinished(store: Store) -> list[str]:
    """Nothing for a store that was never opened. A database that does not answer is a sentence as well."""
    if store.status == StoreStatus.PROVISIONING:
        return []
    try:
        with system_scope("unfinished"), use_store(store):
            return [sentence for app in _list_modules() for sentence in app.list_unfinished()]
    except (DatabaseError, StoreUnreachable):
        return [UNKNOWN]


def _list_modules() -> list[Any]:
    return [
        import_module(f"{config.name}.unfinished")
        for config in apps.get_app_configs()
        if config.module is not None and module_has_submodule(config.module, "unfinished")
    ]
