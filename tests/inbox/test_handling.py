"""What is kept is handled at least once, then given up to staff; in both homes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from apps.common.clock import now
from apps.common.errors import Conflict, InvalidInput
from apps.events.errors import GiveUp
from apps.events.models import AuditEntry
from apps.inbox import services as inbox
from apps.inbox import tasks
from apps.inbox.errors import BodyForgotten, MalformedMessage, NotGivenUp
from apps.inbox.headers import without_secrets
from apps.inbox.integration_checks import check_inbox
from apps.inbox.models import InboxMessage
from apps.inbox.selectors import dead_messages
from apps.inbox.services import handling
from apps.inbox.sources import Source, receives
from apps.platform.models import WakeUp
from apps.platform.outside_checks import Limits
from apps.tenancy.context import outside_store, use_actor, use_store
from apps.tenancy.errors import StorePaused
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system_scope")]


class Sender:
    """A source whose handling the test decides."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.act: Callable[[InboxMessage], str] = lambda message: "seen"
        self.is_paused = False

    def handle(self, message: InboxMessage) -> str:
        self.heard.append(message.content)
        return self.act(message)


@pytest.fixture
def sender() -> Iterator[Sender]:
    made = Sender()
    source = receives(
        Source(code="other", label="Other", handle=made.handle, is_paused=lambda: made.is_paused)
    )
    yield made
    receives.forget(source)


def receive(body: bytes = b"{}", **more: Any) -> InboxMessage:
    return inbox.receive(source="other", topic="things", body=body, **more)


def fresh(message: InboxMessage) -> InboxMessage:
    return InboxMessage.objects.get(pk=message.pk)


def make_due() -> None:
    InboxMessage.objects.update(due_at=now())


def fail(error: Exception) -> Callable[[InboxMessage], str]:
    def failing(message: InboxMessage) -> str:
        raise error

    return failing


@contextmanager
def home_of(store: Any | None) -> Iterator[None]:
    with outside_store() if store is None else use_store(store):
        yield


@pytest.mark.parametrize("is_platform", [True, False])
def test_a_message_is_handled_once_in_its_home(
    store: Any, other_store: Any, sender: Sender, is_platform: bool
) -> None:
    with home_of(None if is_platform else store):
        first, again, other = receive(b"a"), receive(b"a"), receive(b"b")
        assert first.pk == again.pk != other.pk
        assert [inbox.handle_due() for _ in range(3)] == [2, 0, 0]
        done = fresh(first)
        assert (done.state, done.attempts, done.effect) == ("done", 1, "seen")
        assert done.handled_at is not None
        assert receive(b"a").state == "done", "an old one that comes again"
    with home_of(other_store):
        assert not InboxMessage.objects.exists()
    assert sorted(sender.heard) == [b"a", b"b"]


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (Conflict("Not now."), 12),
        (RuntimeError("a fault of ours"), 12),
        (MalformedMessage("No such thing."), 1),
        (GiveUp("It is over."), 1),
    ],
)
def test_a_message_that_fails_is_tried_again_later_and_then_given_up(
    in_store: Any, sender: Sender, error: Exception, tries: int
) -> None:
    sender.act = fail(error)
    message = receive()
    for number in range(1, 15):
        before = now()
        assert inbox.handle_due() == 0
        kept = fresh(message)
        assert kept.attempts == min(number, tries)
        assert kept.state == ("dead" if number >= tries else "waiting")
        assert str(error) in kept.last_error
        if number == 1:
            assert kept.due_at > before + timedelta(seconds=10)
            assert WakeUp.objects.filter(store_id=in_store.pk).exists() is (tries > 1)
        make_due()
    assert len(sender.heard) == tries

    sender.act = lambda message: "seen"
    with use_actor(STAFF):
        again = inbox.replay_message(message=message)
    assert (again.state, again.attempts, again.last_error) == ("done", 1, "")


def test_workers_share_messages_and_a_dead_one_leaves_its_own(
    in_store: Any, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = receive()
    stale = fresh(message)
    assert handling._claim_and_handle(message) is True
    assert handling._claim_and_handle(stale) is False, "it was claimed since it was read"

    monkeypatch.setattr(handling, "_handle", lambda *_: False)  # dies at once
    dead = receive(b"next")
    inbox.handle_due()
    monkeypatch.undo()
    assert inbox.handle_due() == 0, "a worker has it"
    make_due()
    assert inbox.handle_due() == 1
    assert fresh(dead).attempts == 2


def test_a_paused_store_stops_the_worker_and_costs_nothing_else(
    in_store: Any, sender: Sender
) -> None:
    sender.act = fail(StorePaused("moving"))
    message = receive()
    with pytest.raises(StorePaused):
        inbox.handle_due()
    assert (fresh(message).state, fresh(message).last_error) == ("waiting", "")


def test_a_paused_source_waits_without_attempts(in_store: Any, sender: Sender) -> None:
    sender.is_paused = True
    message = receive()
    assert inbox.handle_due() == 0
    assert (fresh(message).attempts, fresh(message).state) == (0, "waiting")
    sender.is_paused = False
    assert inbox.handle_due() == 0
    assert inbox.wake_source("other") == 1
    assert inbox.handle_due() == 1


def test_staff_repair_a_copy_and_the_body_stays(in_store: Any, sender: Sender) -> None:
    sender.act = fail(MalformedMessage())
    message = receive(b'{"a": 1}')
    inbox.handle_due()
    for bad in ("\x00", "\ud800", "x" * 1_100_000):
        with pytest.raises(InvalidInput):
            inbox.repair_message(message=message, text=bad)

    sender.act = lambda message: "seen"
    with use_actor(STAFF):
        inbox.repair_message(message=message, text='{"a": 2}')
        inbox.replay_message(message=message)
    kept = fresh(message)
    assert (kept.raw, kept.content, kept.state) == (b'{"a": 1}', b'{"a": 2}', "done")
    assert sender.heard == [b'{"a": 1}', b'{"a": 2}']
    inbox.repair_message(message=message, text='{"a": 1}')
    assert fresh(message).repaired is None


def test_what_is_dismissed_needs_no_decision_and_can_still_be_handled(
    in_store: Any, sender: Sender
) -> None:
    message, waiting = receive(b"1", fault="no"), receive(b"2")
    with use_actor(STAFF):
        stale = fresh(message)
        for reason in ("A test\n of theirs", "Again"):
            inbox.dismiss_message(message=stale, reason=reason)
    kept = fresh(message)
    assert (kept.state, kept.effect, kept.last_error) == ("dismissed", "A test of theirs", "no")
    entry = AuditEntry.objects.get(action="inbox_message.dismissed")
    assert entry.after == {"reason": "A test of theirs"}
    assert receive(b"1").state == "dismissed", "what comes again is the same message"
    assert not dead_messages().exists()
    assert list(check_inbox(Limits())) == []
    with pytest.raises(NotGivenUp):
        inbox.dismiss_message(message=waiting)

    inbox.repair_message(message=message, text="3")
    after = inbox.replay_message(message=message)
    assert (after.state, after.effect) == ("done", "seen")
    assert sender.heard[-1] == b"3"


def test_bodies_expire_and_rows_stay(in_store: Any, sender: Sender) -> None:
    old, evidence, waiting, new = (
        receive(b"1", headers={"x": "y"}),
        receive(b"2", expires=False),
        receive(b"3"),
        receive(b"4"),
    )
    InboxMessage.objects.exclude(pk=waiting.pk).update(state="done")
    ago = now() - timedelta(seconds=1)
    InboxMessage.objects.filter(pk__in=[old.pk, waiting.pk]).update(forget_at=ago)

    assert [inbox.forget_bodies(), inbox.forget_bodies()] == [1, 0]

    gone = fresh(old)
    assert (gone.body, gone.headers, gone.size, gone.is_forgotten) == (None, {}, 1, True)
    assert all(fresh(each).raw for each in (evidence, waiting, new))
    assert receive(b"1").pk == old.pk, "it is still known"
    with pytest.raises(BodyForgotten):
        inbox.replay_message(message=old)


def test_the_task_is_published_once_and_a_silent_broker_leaves_a_note(
    in_store: Any, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[object] = []
    monkeypatch.setattr(
        tasks.handle_due, "apply_async", lambda **options: published.append(options)
    )
    with TestCase.captureOnCommitCallbacks(using="default", execute=True):
        for body in (b"a", b"b"):
            tasks.start_handling(receive(body))
    assert len(published) == 1
    assert tasks.handle_due() == 2
    with TestCase.captureOnCommitCallbacks(using="default", execute=True):
        tasks.start_handling(receive(b"a"))
    assert len(published) == 1, "it is handled already"

    def is_down(**options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.handle_due, "apply_async", is_down)
    WakeUp.objects.all().delete()
    tasks.publish()
    assert WakeUp.objects.filter(store_id=in_store.pk).count() == 1


def test_the_command_replays_what_was_given_up(store: Any, sender: Sender) -> None:
    with use_store(store):
        dead = [receive(body, fault="no") for body in (b"1", b"2")]
        done = receive(b"3")
        inbox.handle_due()
    sender.heard.clear()

    def run(*options: str) -> str:
        out = StringIO()
        try:
            call_command("replay_inbox", "--store", store.slug, *options, stdout=out)
        except CommandError as error:
            raise CommandError(f"{out.getvalue()}{error}") from None
        return out.getvalue()

    assert "No message was given up." in run("--kind", "stripe")
    run("--kind", "other", "--topic", "orders")
    listed = run("--list")
    assert all(f"{each.pk}" in listed for each in dead)
    assert str(done.pk) not in listed
    assert sender.heard == []
    for wrong in (["--kind", "easycom"], ["--reason", "x"], ["--list", "--dismiss"]):
        with pytest.raises(CommandError) as refused:
            run(*wrong)
        assert ("easyecom, other" in str(refused.value)) is (wrong[0] == "--kind")
    run("--id", str(dead[0].pk), "--id", str(done.pk))
    assert sender.heard == [b"1", b"3"]
    with use_store(store):
        assert AuditEntry.objects.filter(action="inbox_message.replayed").count() == 2
    sender.act = fail(MalformedMessage())
    with pytest.raises(CommandError, match="1 message could not be handled") as failed:
        run("--kind", "other")
    assert f"{dead[1].pk} other things: This is not a message of this kind." in str(failed.value)
    assert "1 of 1 message dismissed." in run("--dismiss", "--reason", "A test of theirs")
    assert "No message was given up." in run("--dismiss")
    with use_store(store):
        assert (fresh(dead[1]).state, fresh(dead[1]).effect) == ("dismissed", "A test of theirs")
        assert AuditEntry.objects.filter(action="inbox_message.dismissed").count() == 1
    with pytest.raises(CommandError, match="Only a message that was given up"):
        run("--dismiss", "--id", str(done.pk))
    with pytest.raises(CommandError, match="no such message"):
        run("--id", "00000000-0000-7000-8000-000000000000")


def test_headers_are_kept_without_secrets() -> None:
    given = {
        "Content-Type": "application/json",
        "Authorization": "Bearer abc",
        "Cookie": "a=b",
        "Access-Token": "abc",
        "Webhook-Key": "abc",
        "X-Odd": "has abc in it",
        "User-Agent": "x" * 1000,
        "Empty": "",
    }
    kept = without_secrets(given, secrets=["abc"])
    assert set(kept) == {"content-type", "user-agent"}
    assert len(kept["user-agent"]) == 300
