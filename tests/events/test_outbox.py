from typing import Any

import kombu.exceptions
import pytest
from django.db import transaction
from redis.exceptions import RedisError

from apps.events import services as events
from apps.events import tasks
from apps.events.consumers import consumes, forget, list_consumers
from apps.events.errors import OutsideTransaction
from apps.events.models import OutboxMessage
from apps.events.services import relaying
from apps.platform.models import WakeUp
from apps.tenancy import coalescing
from apps.tenancy.context import outside_store, use_actor, use_store
from tests.support.acting import GUEST

pytestmark = pytest.mark.usefixtures("system_scope")


@use_actor(GUEST)
def emit(topic: str = "test.happened", **payload: object) -> None:
    events.emit(topic=topic, key="1", payload=payload)


def emit_and_fail() -> None:
    emit()
    raise ZeroDivisionError


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which relay tasks were published."""
    names: list[str] = []
    for task in (tasks.relay_outbox, tasks.relay_platform_outbox):
        monkeypatch.setattr(
            task, "apply_async", lambda *args, name=task.name, **options: names.append(name)
        )
    return names


def test_one_message_for_each_consumer_in_one_statement(
    in_store: Any, consumer: Any, django_assert_num_queries: Any
) -> None:
    for name in ("tests.first", "tests.second"):
        consumer("test.happened", lambda message: None, name=name)
    with events.transaction_with_wake_up(), django_assert_num_queries(1):
        events.emit(topic="test.happened", key="1", payload={"colour": "red"})
    first, second = OutboxMessage.objects.order_by("consumer")
    assert (first.consumer, second.consumer) == ("tests.first", "tests.second")
    assert first.message_id == second.message_id
    assert first.payload == {"colour": "red"}


def test_without_a_consumer_nothing_is_written(
    in_store: Any, django_assert_num_queries: Any
) -> None:
    with events.transaction_with_wake_up(), django_assert_num_queries(0):
        emit("nobody.listens")
    assert not OutboxMessage.objects.exists()


def test_a_message_is_not_there_when_its_change_is_not(in_store: Any, heard: Any) -> None:
    with pytest.raises(ZeroDivisionError), events.transaction_with_wake_up():
        emit_and_fail()
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_emitting_is_refused(throwaway_store: Any, heard: Any) -> None:
    with use_store(throwaway_store), pytest.raises(OutsideTransaction):
        emit()


def test_the_wake_up_is_noted_once_before_the_transaction(in_store: Any, heard: Any) -> None:
    with events.transaction_with_wake_up():
        assert WakeUp.objects.filter(store_id=in_store.pk).count() == 1
        emit()
        with events.transaction_with_wake_up():
            emit()
    assert WakeUp.objects.filter(store_id=in_store.pk).count() == 1


def test_a_plain_transaction_that_emits_is_woken_too(in_store: Any, heard: Any) -> None:
    with transaction.atomic():
        emit()
        emit()
    assert WakeUp.objects.filter(store_id=in_store.pk).count() == 1


def test_who_noted_a_wake_up_already_pays_for_no_second(in_store: Any, heard: Any) -> None:
    with events.transaction_with_wake_up(is_noted=True):
        emit()
    assert not WakeUp.objects.filter(store_id=in_store.pk).exists()


def test_the_relay_starts_once_after_the_commit(
    in_store: Any, heard: Any, started: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), events.transaction_with_wake_up():
        emit()
        emit()
        assert started == []
    assert started == ["events.relay_outbox"]


def test_a_relay_that_was_started_and_has_not_begun_is_enough(in_store: Any, started: Any) -> None:
    relaying.start_relay()
    relaying.start_relay()
    assert started == ["events.relay_outbox"]
    with outside_store():
        relaying.start_relay()
    assert started == ["events.relay_outbox", "events.relay_platform_outbox"]
    assert tasks.relay_outbox() == 0
    relaying.start_relay()
    relaying.start_relay()
    assert started.count("events.relay_outbox") == 2


@pytest.mark.parametrize("broken", ["cache", "broker"])
def test_a_start_that_failed_keeps_no_later_one_back(
    in_store: Any, started: Any, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise RedisError(broken)

    with monkeypatch.context() as patch:
        if broken == "cache":
            patch.setattr(coalescing.cache, "add", refuse)
            relaying.start_relay()
        else:
            patch.setattr(tasks.relay_outbox, "apply_async", refuse)
            with pytest.raises(RedisError):
                relaying.start_relay()
    before = len(started)
    relaying.start_relay()
    assert len(started) == before + 1


def test_a_rolled_back_part_does_not_take_the_relay_with_it(
    in_store: Any, heard: Any, started: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), events.transaction_with_wake_up():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            emit_and_fail()
        emit()
    assert started == ["events.relay_outbox"]
    assert OutboxMessage.objects.count() == 1


def test_a_broker_that_is_down_fails_nobody(
    in_store: Any,
    heard: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise kombu.exceptions.OperationalError("no broker")

    monkeypatch.setattr(tasks.relay_outbox, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True), events.transaction_with_wake_up():
        emit()
    assert OutboxMessage.objects.count() == 1
    assert WakeUp.objects.filter(store_id=in_store.pk).count() == 1


def test_the_platform_has_an_outbox_of_its_own(
    store: Any, heard: Any, started: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with (
        django_capture_on_commit_callbacks(using="platform", execute=True),
        outside_store(),
        events.transaction_with_wake_up(),
    ):
        known = set(OutboxMessage.objects.values_list("pk", flat=True))  # of tests that commit
        emit()
    assert started == ["events.relay_platform_outbox"]
    assert OutboxMessage.objects.exclude(pk__in=known).count() == 1
    assert not WakeUp.objects.exists()
    with use_store(store):
        assert not OutboxMessage.objects.exists()


def test_a_consumer_is_called_by_its_app_and_function() -> None:
    def close_cart(message: object) -> None:
        """Never called."""

    close_cart.__module__ = "apps.unknown.consumers"
    consumes("test.named")(close_cart)
    assert list_consumers("test.named") == ["unknown.close_cart"]
    forget("unknown.close_cart")
    assert list_consumers("test.named") == []


def test_two_consumers_can_not_have_one_name(consumer: Any) -> None:
    def one(message: object) -> None: ...

    def other(message: object) -> None: ...

    consumer("test.happened", one)
    with pytest.raises(ValueError, match="Two consumers"):
        consumer("test.happened", other)
