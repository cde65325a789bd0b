"""Sweeps: what each app finishes, undoes or expires in a store when its time has come.

An app's `sweeps.py` registers functions with `@sweep`; they run inside the store, one after the other, each on its
own: one that fails stops nobody else. Each must be repeatable and may run twice at once.
"""

from collections.abc import Callable
from functools import cache

import structlog
from django.utils.module_loading import autodiscover_modules

from apps.platform.tenancy.context import ActiveStore, use_store

log = structlog.get_logger(__name__)

Sweep = Callable[[], int]

_sweeps: dict[str, Sweep] = {}


def sweep(function: Sweep) -> Sweep:
    """Register a function that returns how many things it did."""
    _sweeps[f"{function.__module__}.{function.__qualname__}"] = function
    return function


@cache
def _discover() -> None:
    autodiscover_modules("sweeps")


def list_sweeps() -> dict[str, Sweep]:
    """All sweeps by name, of every installed app."""
    _discover()
    return dict(sorted(_sweeps.items()))


def run_sweeps(store: ActiveStore) -> bool:
    """Run every sweep inside `store`; False when one of them failed and should be tried again soon."""
    good = True
    for name, function in list_sweeps().items():
        with use_store(store), structlog.contextvars.bound_contextvars(store=store.slug):
            try:
                function()
            except (
                Exception
            ):  # one broken sweep must not keep the others, or other stores, from running
                log.exception("A sweep failed.", sweep=name)
                good = False
    return good
