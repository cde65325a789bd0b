"""Higher floors that want to hear of a new store: functions of the apps' `opened.py`."""

from collections.abc import Callable
from functools import cache

from django.utils.module_loading import autodiscover_modules

from apps.common.actor import Actor
from apps.platform.models import Store
from apps.platform.tenancy.context import NoActor, current_actor, outside_store

Listener = Callable[[Store, Actor], None]
_listeners: dict[str, Listener] = {}


def when_opened(function: Listener) -> Listener:
    """Register a function that is told the store and who opens it, in the transaction that registers the store."""
    _listeners[f"{function.__module__}.{function.__qualname__}"] = function
    return function


@cache
def _discover() -> None:
    autodiscover_modules("opened")


def tell_opened(store: Store) -> None:
    """Whoever acts right now opens it: the person of the request, `manage.py`, or the system."""
    _discover()
    try:
        actor = current_actor()
    except NoActor:
        actor = Actor.system()
    with outside_store():
        for listener in _listeners.values():
            listener(store, actor)
