"""A request that was running when its store was paused: sent again after the move, or after a move that came to
nothing, it is done at once."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.events.errors import IdempotencyInProgress
from apps.events.models import IdempotencyKey
from apps.events.services.idempotency import StoredAnswer, idempotent
from apps.platform.models import Store
from apps.tenancy.context import use_store
from apps.tenancy.errors import StorePaused
from apps.tenancy.write_pause import pause_writes, resume_writes
from tests.operations.moves import move_to
from tests.support.acting import seeing_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("system_scope")]


def ask(store: Any, answer: Callable[[], StoredAnswer]) -> StoredAnswer:
    with use_store(Store.objects.get(pk=store.pk)):
        return idempotent(scope="orders.create:asha", key="one", fingerprint="f", call=answer)


@pytest.mark.matrix
def test_its_key_is_free_in_the_new_place(
    throwaway_store: Any, new_database: Callable[[], dict[str, str]]
) -> None:
    store = throwaway_store

    def paused() -> StoredAnswer:
        pause_writes(store.active_store)
        return StoredAnswer(201, {"number": 1})

    with pytest.raises(StorePaused):
        ask(store, paused)
    with seeing_all(store):
        assert IdempotencyKey.objects.get().state == "running"
    with pytest.raises(StorePaused):
        ask(store, lambda: StoredAnswer(500, {}))
    move_to(store, "postgresql", new_database())
    assert ask(store, lambda: StoredAnswer(201, {"number": 1})).status == 201
    assert ask(store, lambda: StoredAnswer(500, {})).replayed
    with seeing_all(Store.objects.get(pk=store.pk)):
        assert IdempotencyKey.objects.get().state == "answered"


def test_its_key_is_free_after_a_move_that_was_taken_back(throwaway_store: Any) -> None:
    """The refused holder said so; nobody waits a minute for it."""
    store = throwaway_store

    def paused() -> StoredAnswer:
        pause_writes(store.active_store)
        return StoredAnswer(503, {})  # refused as well: its key can't be freed behind the fence

    with pytest.raises(StorePaused):
        ask(store, paused)
    resume_writes(store.active_store)
    assert ask(store, lambda: StoredAnswer(201, {"number": 1})) == StoredAnswer(201, {"number": 1})
    assert ask(store, lambda: StoredAnswer(500, {})).replayed


def test_work_that_was_done_before_the_pause_is_not_done_again(throwaway_store: Any) -> None:
    store = throwaway_store

    def done_and_paused() -> StoredAnswer:
        pause_writes(store.active_store)
        return StoredAnswer(201, {"number": 1})

    with pytest.raises(StorePaused):
        ask(store, done_and_paused)
    resume_writes(store.active_store)
    again = ask(store, lambda: StoredAnswer(201, {"number": 2}))
    assert again == StoredAnswer(201, {"number": 1}, replayed=True)
    with seeing_all(store):
        assert IdempotencyKey.objects.get().state == "answered"


def test_a_request_that_is_still_running_keeps_its_key(throwaway_store: Any) -> None:
    """It stood still at something slow while the pause came and went: beside it nobody does the same."""
    store = throwaway_store

    def slow() -> StoredAnswer:
        pause_writes(store.active_store)
        resume_writes(store.active_store)
        with pytest.raises(IdempotencyInProgress):
            ask(store, lambda: StoredAnswer(500, {}))
        return StoredAnswer(201, {"number": 1})

    assert ask(store, slow).status == 201
