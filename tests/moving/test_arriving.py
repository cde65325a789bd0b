"""A request that was running when its store was paused: sent again after the move, it is done at once."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.events.models import IdempotencyKey
from apps.events.services.idempotency import StoredAnswer, idempotent
from apps.platform.errors import StorePaused
from apps.platform.models import Store
from apps.platform.tenancy.context import use_store
from apps.platform.tenancy.write_pause import pause_writes
from tests.moving.test_moving import move_to

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]


def ask(store: Any, answer: Callable[[], StoredAnswer]) -> StoredAnswer:
    with use_store(Store.objects.get(pk=store.pk)):
        return idempotent(scope="orders.create:asha", key="one", fingerprint="f", call=answer)


def test_its_key_is_free_in_the_new_place(
    throwaway_store: Any, new_database: Callable[[], dict[str, str]]
) -> None:
    store = throwaway_store

    def paused() -> StoredAnswer:
        pause_writes(store.active_store)
        return StoredAnswer(201, {"number": 1})

    with pytest.raises(StorePaused):
        ask(store, paused)
    with use_store(store):
        assert IdempotencyKey.objects.get().state == "running"
    with pytest.raises(StorePaused):
        ask(store, lambda: StoredAnswer(500, {}))
    move_to(store, "postgresql", new_database())
    assert ask(store, lambda: StoredAnswer(201, {"number": 1})).status == 201
    assert ask(store, lambda: StoredAnswer(500, {})).replayed
    with use_store(Store.objects.get(pk=store.pk)):
        assert IdempotencyKey.objects.get().state == "answered"
