"""The inbox of gateway events: in both homes, and the same for every app that stands on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from apps.common.errors import Conflict
from apps.common.money import from_minor
from apps.gateways import services as gateways
from apps.gateways import test_bank
from apps.gateways.errors import InvalidSignature
from apps.gateways.models import GatewayEvent
from apps.gateways.selectors import GIVE_UP_AFTER, waiting_events
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


def receive(message: tuple[bytes, dict[str, str]]) -> GatewayEvent:
    body, headers = message
    return gateways.receive_event(gateway_code="test", body=body, headers=headers)


def count_in(store: Any | None) -> int:
    with home_of(store):
        return GatewayEvent.objects.count()


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


@pytest.mark.parametrize("is_platform", [True, False])
def test_an_event_is_handled_once(store: Any, is_platform: bool) -> None:
    heard: list[str] = []
    with home_of(None if is_platform else store):
        event = receive(send())
        for _ in range(3):
            gateways.handle_event(event_id=event.pk, handler=lambda row: heard.append(row.event_id))

        assert heard == [event.event_id]
        assert not waiting_events().exists()
        event.refresh_from_db()
        assert event.handled_at is not None
        assert event.attempts == 1


def test_a_refusal_is_kept_with_the_event_until_staff_replay_it(in_store: Any) -> None:
    def refuse(_: GatewayEvent) -> None:
        raise Conflict("Not now.")

    event = receive(send())
    for _ in range(GIVE_UP_AFTER + 2):
        done = gateways.handle_waiting_events(older_than=timedelta(0), handler=refuse)
        assert done == 0

    event.refresh_from_db()
    assert (event.attempts, event.last_error) == (GIVE_UP_AFTER, "Not now.")
    assert not waiting_events().exists()
    replayed = gateways.replay_event(event=event, handler=lambda _: None)
    assert replayed.handled_at is not None
    assert (replayed.attempts, replayed.last_error) == (1, "")


def test_an_event_whose_handler_breaks_waits_for_the_next_sweep(in_store: Any) -> None:
    def break_down(_: GatewayEvent) -> None:
        raise RuntimeError("a bug")

    event = receive(send())
    with pytest.raises(RuntimeError):
        gateways.handle_event(event_id=event.pk, handler=break_down)

    assert [waiting.attempts for waiting in waiting_events()] == [1]
    assert gateways.handle_waiting_events(older_than=timedelta(0), handler=lambda _: None) == 1
