"""Defaults of stores: for new stores, and again for existing ones when the code changes.

Each app may have a `defaults.py` with `@seeds def seed_store(store)`. Where a default belongs to the code and not to the
merchant (roles, a row for each payment gateway), the module also registers a `Refresh`, which is run in the stores that exist. Data that a merchant may
have changed or deleted is never created again.
"""

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.db import transaction

from apps.common.hooks import Hook
from apps.tenancy.context import ActiveStore, system_scope, use_store

Seed = Callable[[ActiveStore], None]


@dataclass(frozen=True)
class Refresh:
    """Run again in every store when the text of `version`, or the source of its module, has changed. Repeatable."""

    run: Seed
    version: Callable[[], str]


seeds: Final = Hook[Seed]("defaults")  # run by the step `seed` of an opening
refreshes: Final = Hook[Refresh]("defaults", key=lambda one: one.run.__module__)


@cache
def refresh_version() -> str:
    """A hash of all current refreshes; the registry stores it for each store."""
    digest = hashlib.sha256()
    for name, refresh in refreshes.items().items():
        source = inspect.getsource(inspect.getmodule(refresh.run) or refresh.run)
        digest.update(f"{name}\n{source}{refresh.version()}".encode())
    return digest.hexdigest()


def refresh_store(store: ActiveStore) -> None:
    """Run all refreshes inside an existing store, in one transaction. Repeatable."""
    with system_scope("migrations"), use_store(store), transaction.atomic():
        for refresh in refreshes:
            refresh.run(store)
