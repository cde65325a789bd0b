"""The registry of consumers by topic. Each app's `consumers.py` registers its functions here and is found by its name.

    @consumes("order.paid")
    def close_cart(message: Message) -> None:
        ...

A message may come twice and in any order: a consumer must be repeatable. It runs in a transaction of its own together
with the mark "delivered", so what it writes to the same database happens once; what it does outside may be repeated.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Message:
    """`id` is stable: the same for every delivery and every consumer of one `emit`."""

    id: UUID
    topic: str
    key: str
    payload: dict[str, Any]
    attempt: int
    created_at: datetime


Handler = Callable[[Message], None]

_by_topic: dict[str, dict[str, Handler]] = defaultdict(dict)
_by_name: dict[str, Handler] = {}


def consumes(topic: str, *, name: str | None = None) -> Callable[[Handler], Handler]:
    """Register a function for a topic. Its name in the outbox is `<app>.<function>`; give `name` to keep it on a rename."""

    def register(handler: Handler) -> Handler:
        consumer = name or _name_of(handler)
        known = _by_name.get(consumer)
        if known is not None and _name_of(known) != _name_of(handler):
            raise ValueError(f"Two consumers are called {consumer!r}.")
        _by_name[consumer] = handler
        _by_topic[topic][consumer] = handler
        return handler

    return register


def list_consumers(topic: str) -> list[str]:
    """The names of all consumers of a topic, sorted."""
    _discover()
    return sorted(_by_topic.get(topic, {}))


def get_consumer(name: str) -> Handler | None:
    """The function behind a consumer's name, None where this release does not have it."""
    _discover()
    return _by_name.get(name)


def forget(name: str) -> None:
    """Take a consumer out again. For tests that register their own."""
    _by_name.pop(name, None)
    for consumers in _by_topic.values():
        consumers.pop(name, None)


@cache
def _discover() -> None:
    """Find every app's `consumers.py`, as Django's admin finds `admin.py`; at first use, when all apps are loaded."""
    autodiscover_modules("consumers")


def _name_of(handler: Handler) -> str:
    module = handler.__module__.removeprefix("apps.").split(".")[0]
    return f"{module}.{handler.__name__}"
