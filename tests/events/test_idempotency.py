from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.events.errors import IdempotencyInProgress, IdempotencyKeyReused
from apps.events.models import IdempotencyKey
from apps.events.services import StoredAnswer, idempotent, make_fingerprint
from apps.events.states import KeyState
from apps.tenancy.context import outside_store, use_actor, use_store
from tests.support.acting import GUEST, SYSTEM, seeing_all
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.usefixtures("system_scope")


class Work:
    """Counts how often it is done."""

    def __init__(self, status: int = 201) -> None:
        self.times = 0
        self.status = status

    def __call__(self) -> StoredAnswer:
        self.times += 1
        return StoredAnswer(self.status, {"time": self.times})


@use_actor(GUEST)
def ask(
    work: Any, key: str = "k1", scope: str = "orders.create:1", fingerprint: str = "f"
) -> StoredAnswer:
    return idempotent(scope=scope, key=key, fingerprint=fingerprint, call=work)


def hold(*, seconds_ago: int, fingerprint: str = "f") -> IdempotencyKey:
    """A key whose request was started that long ago and has not ended."""
    return IdempotencyKey.objects.create(
        scope="orders.create:1",
        key="k1",
        fingerprint=fingerprint,
        holder=uuid4(),
        locked_at=now() - timedelta(seconds=seconds_ago),
    )


def test_the_second_request_gets_the_first_answer(in_store: Any) -> None:
    work = Work()
    assert ask(work) == StoredAnswer(201, {"time": 1}, replayed=False)
    assert ask(work) == StoredAnswer(201, {"time": 1}, replayed=True)
    assert work.times == 1


def test_another_key_scope_or_store_is_another_request(store: Any, other_store: Any) -> None:
    work = Work()
    with use_store(store):
        ask(work)
        ask(work, key="k2")
        ask(work, scope="orders.create:2")
    with use_store(other_store):
        ask(work)
    with outside_store():
        ask(work)
    assert work.times == 5


def test_one_key_for_two_requests_is_refused(in_store: Any) -> None:
    ask(Work())
    with pytest.raises(IdempotencyKeyReused) as caught:
        ask(Work(), fingerprint="other")
    assert (caught.value.status, caught.value.code) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_is_kept(in_store: Any, status: int) -> None:
    work = Work(status)
    ask(work)
    assert ask(work).replayed
    assert work.times == 1


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_an_answer_about_this_moment_is_not_kept(in_store: Any, status: int) -> None:
    work = Work(status)
    ask(work)
    assert not ask(work).replayed
    assert work.times == 2


def test_an_exception_frees_the_key(in_store: Any) -> None:
    def fail() -> StoredAnswer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(fail)
    assert not ask(Work()).replayed


def test_while_the_first_is_running_the_second_is_told_to_wait(in_store: Any) -> None:
    hold(seconds_ago=59)
    work = Work()
    with pytest.raises(IdempotencyInProgress) as caught:
        ask(work)
    assert (caught.value.status, caught.value.code) == (409, "idempotency_in_progress")
    assert caught.value.details["retry_after"] == 5
    assert work.times == 0


def test_a_dead_holder_is_taken_over_after_a_minute(in_store: Any) -> None:
    row = hold(seconds_ago=61)
    assert ask(Work()) == StoredAnswer(201, {"time": 1}, replayed=False)
    row.refresh_from_db()
    assert row.state == KeyState.ANSWERED


def test_a_dead_holder_of_another_request_is_not_taken_over(in_store: Any) -> None:
    hold(seconds_ago=61, fingerprint="other")
    with pytest.raises(IdempotencyKeyReused):
        ask(Work())


def test_a_holder_that_wakes_up_too_late_does_not_overwrite(in_store: Any) -> Any:
    def stalled() -> StoredAnswer:
        with use_actor(SYSTEM):
            IdempotencyKey.objects.update(locked_at=now() - timedelta(seconds=61))
        assert ask(Work()).body == {"time": 1}
        return StoredAnswer(201, {"time": "late"})

    ask(stalled)
    assert ask(Work()).body == {"time": 1}


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "clé"])
def test_an_impossible_key_is_refused(in_store: Any, key: Any) -> None:
    with pytest.raises(InvalidInput):
        ask(Work(), key=key)


def test_the_fingerprint_tells_parts_apart() -> None:
    assert make_fingerprint("POST", "/a", b"b") == make_fingerprint("POST", "/a", "b")
    assert make_fingerprint("POST", "/a", b"b") != make_fingerprint("POST", "/", b"ab")


@pytest.mark.django_db(transaction=True)
def test_it_costs_two_statements(throwaway_store: Any, django_assert_num_queries: Any) -> None:
    with use_store(throwaway_store), django_assert_num_queries(2):
        ask(Work())


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_do_the_work_once(throwaway_store: Any) -> None:
    work = Work()
    answers = run_at_once(throwaway_store, [lambda: ask(work)] * 20)
    assert work.times == 1
    assert {type(error) for error in fails(answers)} <= {IdempotencyInProgress}
    bodies = [answer.body for answer in answers if isinstance(answer, StoredAnswer)]
    assert bodies
    assert all(body == {"time": 1} for body in bodies)


@pytest.mark.django_db(transaction=True)
def test_of_many_that_find_a_dead_holder_one_takes_over(throwaway_store: Any) -> None:
    with seeing_all(throwaway_store):
        hold(seconds_ago=90)
    work = Work()
    run_at_once(throwaway_store, [lambda: ask(work)] * 10)
    assert work.times == 1
