"""What an app puts right in the new place, after both sides were compared and before visitors are let in: functions of the
apps' `moved.py`, run inside the store. They must be repeatable."""

from collections.abc import Callable
from functools import cache

from django.utils.module_loading import autodiscover_modules

from apps.platform import archive
from apps.platform.tenancy.context import ActiveStore

_listeners: dict[str, Callable[[], object]] = {}


def on_arrival(function: Callable[[], object]) -> Callable[[], object]:
    """Register a function of an app's `moved.py`."""
    _listeners[f"{function.__module__}.{function.__qualname__}"] = function
    return function


@cache
def _discover() -> None:
    autodiscover_modules("moved")


def arrive(target: ActiveStore) -> None:
    """Run all of them in the store's new place."""
    _discover()
    with archive.system_scope(target):
        for function in _listeners.values():
            function()
