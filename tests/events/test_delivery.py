import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from apps.common.actor import Actor
from apps.common.clock import now
from apps.events import services as events
from apps.events.consumers import forget
from apps.events.errors import GiveUp
from apps.events.models import AuditEntry, OutboxMessage
from apps.events.services import delivery
from apps.events.services.delivery import LEASE, MAX_ATTEMPTS, choose_delay, relay_outbox
from apps.events.states import MessageState
from apps.events.sweeps import relay_outbox as sweep_outbox
from apps.platform.models import WakeUp
from apps.tenancy.context import outside_store, use_store
from tests.support.threads import run_at_once

pytestmark = pytest.mark.usefixtures("system_scope")

SYSTEM = Actor.system("tests")


def emit(**payload: object) -> OutboxMessage:
    with events.transaction_with_wake_up():
        events.emit(topic="test.happened", key="1", payload=payload)
    return OutboxMessage.objects.latest("id")


def make_due(message: OutboxMessage) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(due_at=now() - timedelta(seconds=1))


def break_down(message: object) -> None:
    raise ConnectionError("the mail server is away")


def test_a_message_reaches_its_consumer_once(in_store: Any, heard: Any) -> None:
    sent = emit(colour="red")
    assert relay_outbox() == 1
    assert relay_outbox() == 0
    (message,) = heard
    assert (message.id, message.topic, message.key) == (sent.message_id, "test.happened", "1")
    assert message.payload == {"colour": "red"}
    sent.refresh_from_db()
    assert sent.state == MessageState.DELIVERED
    assert sent.delivered_at is not None


def test_messages_arrive_in_the_order_they_were_sent(in_store: Any, heard: Any) -> None:
    for number in range(5):
        emit(number=number)
    relay_outbox()
    assert [message.payload["number"] for message in heard] == [0, 1, 2, 3, 4]


def test_a_failed_message_waits_and_is_tried_again(in_store: Any, consumer: Any) -> None:
    consumer("test.happened", break_down)
    sent = emit()
    WakeUp.objects.all().delete()
    assert relay_outbox() == 0
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == (MessageState.PENDING, 1)
    assert "the mail server is away" in sent.last_error
    assert sent.due_at > now() + timedelta(seconds=5)
    assert WakeUp.objects.get().due_at >= sent.due_at
    assert relay_outbox() == 0
    make_due(sent)
    relay_outbox()
    sent.refresh_from_db()
    assert sent.attempts == 2


def test_what_a_failed_consumer_wrote_is_rolled_back(in_store: Any, consumer: Any) -> None:
    def write_and_fail(message: object) -> None:
        events.record_audit(actor=SYSTEM, action="test.written", target="x")
        break_down(message)

    consumer("test.happened", write_and_fail)
    emit()
    relay_outbox()
    assert not AuditEntry.objects.filter(action="test.written").exists()


def test_after_twelve_failures_a_message_is_dead_and_can_be_replayed(
    in_store: Any, consumer: Any
) -> None:
    consumer("test.happened", break_down)
    sent = emit()
    for _ in range(MAX_ATTEMPTS):
        make_due(sent)
        relay_outbox()
    assert OutboxMessage.objects.get(state=MessageState.DEAD) == sent
    make_due(sent)
    assert relay_outbox() == 0

    received: list[Any] = []
    forget("tests.consumer")
    consumer("test.happened", received.append)
    events.replay_message(message=sent)
    assert relay_outbox() == 1
    assert [message.id for message in received] == [sent.message_id]


def test_a_consumer_that_gives_up_is_not_asked_again(in_store: Any, consumer: Any) -> None:
    def give_up(message: object) -> None:
        raise GiveUp("the address does not exist")

    consumer("test.happened", give_up)
    sent = emit()
    relay_outbox()
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == (MessageState.DEAD, 1)


def test_one_bad_consumer_does_not_keep_the_others_waiting(
    in_store: Any, consumer: Any, heard: Any
) -> None:
    consumer("test.happened", break_down, name="tests.bad")
    emit()
    assert relay_outbox() == 1
    assert len(heard) == 1
    assert OutboxMessage.objects.filter(state=MessageState.PENDING).count() == 1


def test_a_message_for_a_function_this_release_lacks_waits(in_store: Any, consumer: Any) -> None:
    consumer("test.happened", lambda message: None)
    sent = emit()
    OutboxMessage.objects.update(consumer="tests.renamed")
    assert relay_outbox() == 0
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == (MessageState.PENDING, 1)


def test_a_claimed_message_whose_process_died_is_due_after_the_lease(
    in_store: Any, heard: Any
) -> None:
    sent = emit()
    delivery._claim()
    assert relay_outbox() == 0
    sent.refresh_from_db()
    assert now() < sent.due_at <= now() + LEASE
    make_due(sent)
    assert relay_outbox() == 1


def test_a_message_that_kills_every_process_ends_among_the_dead(in_store: Any, heard: Any) -> None:
    sent = emit()
    for _ in range(MAX_ATTEMPTS):
        make_due(sent)
        assert delivery._claim() is not None
    make_due(sent)
    relay_outbox()
    sent.refresh_from_db()
    assert sent.state == MessageState.DEAD
    assert heard == []


def test_what_a_consumer_emits_is_delivered_in_the_same_run(
    in_store: Any, consumer: Any, heard: Any
) -> None:
    def pass_on(message: object) -> None:
        events.emit(topic="test.happened", key="2", payload={})

    consumer("test.first", pass_on, name="tests.first")
    with events.transaction_with_wake_up():
        events.emit(topic="test.first", key="1", payload={})
    assert relay_outbox() == 2
    assert [message.key for message in heard] == ["2"]


def test_a_relay_that_leaves_something_notes_when_to_look_again(in_store: Any, heard: Any) -> None:
    emit()
    delivery._claim()
    WakeUp.objects.all().delete()
    sweep_outbox()
    assert WakeUp.objects.get().store_id == in_store.pk


def test_each_home_delivers_its_own(store: Any, heard: Any) -> None:
    with use_store(store):
        emit(where="store")
    with outside_store():
        relay_outbox()  # what tests that commit have left
        emit(where="platform")
        assert relay_outbox() == 1
    assert [message.payload["where"] for message in heard] == ["platform"]
    with use_store(store):
        assert relay_outbox() == 1


def test_the_wait_grows_and_is_never_the_same() -> None:
    assert timedelta(seconds=12) < choose_delay(1) < timedelta(seconds=19)
    assert timedelta(hours=12) <= choose_delay(11) <= timedelta(hours=18)
    assert len({choose_delay(5) for _ in range(10)}) == 10


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_many_relays_at_once_deliver_each_message_once(throwaway_store: Any, consumer: Any) -> None:
    def write(message: Any) -> None:
        events.record_audit(actor=SYSTEM, action="test.delivered", target=message.key)

    consumer("test.happened", write)
    with use_store(throwaway_store):
        for _ in range(40):
            emit()
    counts = run_at_once(throwaway_store, [relay_outbox] * 6)
    assert sum(counts) == 40
    with use_store(throwaway_store):
        assert AuditEntry.objects.filter(action="test.delivered").count() == 40
        assert OutboxMessage.objects.filter(state=MessageState.PENDING).count() == 0


@pytest.mark.matrix
@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dies_after_work", [True, False])
def test_a_process_killed_while_delivering_loses_nothing(
    throwaway_store: Any, consumer: Any, dies_after_work: bool
) -> None:
    """The child does the consumer's work and is gone before the mark is committed."""

    def write(message: Any) -> None:
        if not dies_after_work and os.getpid() != parent:
            os._exit(9)
        events.record_audit(actor=SYSTEM, action="test.delivered", target=message.key)
        if os.getpid() != parent:
            os._exit(9)

    consumer("test.happened", write)
    parent = os.getpid()
    with use_store(throwaway_store):
        sent = emit()
    connections.close_all()
    child = os.fork()
    if child == 0:
        with use_store(throwaway_store):
            relay_outbox()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with use_store(throwaway_store):
        sent.refresh_from_db()
        assert (sent.state, sent.attempts) == (MessageState.PENDING, 1)
        assert not AuditEntry.objects.filter(action="test.delivered").exists()
        make_due(sent)
        assert relay_outbox() == 1
        assert AuditEntry.objects.filter(action="test.delivered").count() == 1
