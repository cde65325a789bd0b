from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.events import consumers
from apps.events.consumers import Handler, Message


@pytest.fixture
def consumer() -> Iterator[Callable[..., Any]]:
    """`consumer("order.paid", handler)` registers a function for this test; its name in the outbox is `tests.<name>`."""
    names: list[str] = []

    def register(topic: str, handler: Handler, name: str = "tests.consumer") -> None:
        consumers.consumes(topic, name=name)(handler)
        names.append(name)

    yield register
    for name in names:
        consumers.forget(name)


@pytest.fixture
def heard(consumer: Callable[..., Any]) -> list[Message]:
    """The messages a consumer of `test.happened` was given."""
    messages: list[Message] = []
    consumer("test.happened", messages.append)
    return messages
