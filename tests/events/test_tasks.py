"""The relay as Celery and the wake-ups run it."""

from typing import Any

import pytest

from apps.events import services as events
from apps.events import tasks
from apps.platform import services as platform
from apps.platform.models import WakeUp
from apps.tenancy.context import NoActiveStore, outside_store, use_store
from apps.tenancy.tasks import STORE_HEADER

pytestmark = pytest.mark.usefixtures("system_scope")


def emit(where: str) -> None:
    with events.transaction_with_wake_up():
        events.emit(topic="test.happened", key="1", payload={"where": where})


@pytest.mark.django_db(transaction=True)
def test_the_task_delivers_in_the_store_it_was_started_in(throwaway_store: Any, heard: Any) -> None:
    with use_store(throwaway_store):
        emit("store")
    tasks.relay_outbox.apply(headers={STORE_HEADER: str(throwaway_store.pk)}).get()
    assert [message.payload["where"] for message in heard] == ["store"]


@pytest.mark.django_db(transaction=True)
def test_the_task_without_a_store_is_refused(throwaway_store: Any, heard: Any) -> None:
    with use_store(throwaway_store):
        emit("store")
    with pytest.raises(NoActiveStore):
        tasks.relay_outbox.apply().get()
    assert heard == []


def test_the_platforms_task_delivers_on_the_platform(store: Any, heard: Any) -> None:
    with use_store(store):
        emit("store")
    with outside_store():
        emit("platform")
        tasks.relay_platform_outbox()
    assert [message.payload["where"] for message in heard] == ["platform"]


def test_with_the_broker_down_the_wake_up_delivers(store: Any, heard: Any) -> None:
    with use_store(store):
        emit("store")
    WakeUp.objects.update(due_at="2020-01-01T00:00:00Z")
    platform.wake_stores()
    assert [message.payload["where"] for message in heard] == ["store"]
    assert not WakeUp.objects.exists()
