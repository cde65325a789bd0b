"""Consumers of messages by topic. Each app's `consumers.py` registers its functions here.

    @consumes("order.paid")
    def close_cart(message: Message) -> None:
        ...

A message may come twice and in any order: a consumer must be repeatable. It runs in a transaction of its own together
with the mark "delivered", so what it writes to the same database happens once; what it does outside may be repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from apps.common.hooks import Hook


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


@dataclass(frozen=True)
class _Consumer:
    name: str
    topic: str
    handler: Handler
    wanted: Callable[[], bool]


_consumers: Final = Hook[_Consumer]("consumers", key=lambda one: f"{one.name} {one.topic}")


def consumes(
    topic: str, *, name: str | None = None, wanted: Callable[[], bool] = lambda: True
) -> Callable[[Handler], Handler]:
    """Register a function for a topic. Its name in the outbox is `<app>.<function>`; give `name` to keep it on a rename.

    `wanted` is asked at each `emit`, inside the store, and makes no query: where it is False no message is written.
    """

    def register(handler: Handler) -> Handler:
        consumer = _Consumer(name or _name_of(handler), topic, handler, wanted)
        for known in _consumers.registered():
            if known.name == consumer.name and _name_of(known.handler) != _name_of(handler):
                raise ValueError(f"Two consumers are called {consumer.name!r}.")
        _consumers(consumer)
        return handler

    return register


def list_consumers(topic: str) -> list[str]:
    """The names of all consumers that want a message of the topic in the active home now, sorted."""
    return [one.name for one in _consumers if one.topic == topic and one.wanted()]


def list_registered() -> list[tuple[str, str]]:
    """Name and topic of every consumer."""
    return sorted((consumer.name, consumer.topic) for consumer in _consumers)


def get_consumer(name: str) -> Handler | None:
    """The function behind a consumer's name, None where this release does not have it."""
    return next((consumer.handler for consumer in _consumers if consumer.name == name), None)


def forget(name: str) -> None:
    """Unregister a consumer. For tests that register their own."""
    for consumer in _consumers.registered():
        if consumer.name == name:
            _consumers.forget(consumer)


def _name_of(handler: Handler) -> str:
    module = handler.__module__.removeprefix("apps.").split(".")[0]
    return f"{module}.{handler.__name__}"
