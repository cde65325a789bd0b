"""The inbox of gateway events: in both homes, and the same for every app that stands on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from apps.common.money import from_minor
from apps.gateways import services as gateways
from apps.gateways import test_bank
from apps.gateways.errors import InvalidSignature
from apps.inbox.models import InboxMessage
from apps.tenancy.context import outside_store, use_store
from tests.gateways.charges import request_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system_scope")]


@contextmanager
def home_of(store: Any | None) -> Iterator[None]:
    with outside_store() if store is None else use_store(store):
        yield


def send() -> tuple[bytes, dict[str, str]]:
    """The signed event about a new charge of the active home."""
    request = request_of(from_minor(500, "INR"))
    test_bank.open_charge(request)
    return test_bank.build_event(test_bank.get_charge(request.ref))


def receive(message: tuple[bytes, dict[str, str]]) -> InboxMessage:
    body, headers = message
    return gateways.receive_event(gateway_code="test", body=body, headers=headers)


def count_in(store: Any | None) -> int:
    with home_of(store):
        return InboxMessage.objects.count()


@pytest.mark.parametrize("where", ["platform", "store", "other"])
def test_an_event_stays_in_the_home_it_came_to(store: Any, other_store: Any, where: str) -> None:
    homes = {"platform": None, "store": store, "other": other_store}
    with home_of(homes[where]):
        message = send()
        first, second = receive(message), receive(message)

    assert first.pk == second.pk
    assert {name: count_in(home) for name, home in homes.items()} == {
        name: int(name == where) for name in homes
    }


def test_a_signature_of_one_home_is_worth_nothing_in_another(store: Any) -> None:
    with outside_store():
        of_the_platform = send()
    with use_store(store):
        of_the_store = send()
        with pytest.raises(InvalidSignature):
            receive(of_the_platform)
    with outside_store(), pytest.raises(InvalidSignature):
        receive(of_the_store)

    assert count_in(None) == count_in(store) == 0
