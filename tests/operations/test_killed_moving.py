"""A process killed at any line of a move, of taking it back or of deleting the old copy: whoever comes next ends it
right, the store is never left paused, and not one row is lost."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from apps import archive
from apps.operations import moving
from apps.operations.moving import steps as moving_steps
from apps.operations.moving.endpoints import source_of, target_of
from apps.platform.models import Store, StoreMove
from apps.platform.states import MoveStatus
from tests.checkout.shop import make_cart, make_goods, place
from tests.operations.killed_moves import WATCHED, a_minute_later, fresh, kill, nothing_lost
from tests.support.acting import seeing_all
from tests.support.killing import deaths_of

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.faults,
    pytest.mark.soak,
    pytest.mark.django_db(transaction=True),
]

SAMPLE = [
    pytest.param(7, id="sample", marks=pytest.mark.timeout(600)),
    pytest.param(None, id="every-line", marks=[pytest.mark.soak, pytest.mark.timeout(7200)]),
]
NewDatabase = Callable[[], dict[str, str]]


def request(store: Any, config: dict[str, str]) -> StoreMove:
    """To the other of the two places."""
    store = Store.objects.get(pk=store.pk)
    away = store.database_type == "shared"
    target = moving.parse_target("postgresql", config) if away else moving.parse_target("shared")
    return moving.request_move(store=store, target=target, start=False)


@pytest.fixture
def shop(throwaway_store: Any) -> Any:
    with seeing_all(throwaway_store):
        place(make_cart(make_goods()))
    return throwaway_store


@pytest.mark.parametrize("points", SAMPLE)
def test_moving(shop: Any, new_database: NewDatabase, points: int | None) -> None:
    config = new_database()
    move = request(shop, config)
    killed = 0
    for death in deaths_of(shop, partial(moving.run_move, fresh(move)), points, watched=WATCHED):
        moving.drop_source(fresh(move))
        move = request(shop, config)
        with nothing_lost(shop):
            killed += kill(shop, partial(moving.run_move, fresh(move)), death)
            a_minute_later()
            done = fresh(move)
            assert (done.status, done.error, done.paused_at) == (MoveStatus.DONE, "", None)
            assert Store.objects.get(pk=shop.pk).database_type == done.target_type
        assert archive.fingerprint_store(source_of(done).active_store, parts=[archive.SQL])
    assert killed >= 5


@pytest.mark.parametrize("points", SAMPLE)
def test_taking_a_move_back(shop: Any, new_database: NewDatabase, points: int | None) -> None:
    config = new_database()

    def half_moved() -> StoreMove:
        move = request(shop, config)
        lease = moving_steps.claim_or_refuse(move, MoveStatus.RUNNING)
        run = moving_steps.MoveRun(move, lease, source_of(move), target_of(move), lambda *_: None)
        for step in moving_steps.STEPS[:4]:
            step.call(run)
        return move

    move = half_moved()
    killed = 0
    for death in deaths_of(shop, partial(moving.undo_move, fresh(move)), points, watched=WATCHED):
        move = half_moved()
        with nothing_lost(shop):
            killed += kill(shop, partial(moving.undo_move, fresh(move)), death)
            if fresh(move).status == MoveStatus.RUNNING:  # it died before it had said anything
                moving.undo_move(fresh(move))
            a_minute_later()
            undone = fresh(move)
            assert (undone.status, undone.paused_at) == (MoveStatus.UNDONE, None)
            assert target_of(undone).list_tables() == frozenset()
            assert Store.objects.get(pk=shop.pk).database_type == "shared"
    assert killed >= 5


@pytest.mark.parametrize("points", SAMPLE)
def test_deleting_the_old_copy(shop: Any, new_database: NewDatabase, points: int | None) -> None:
    config = new_database()
    move = moving.run_move(request(shop, config))
    killed = 0
    for death in deaths_of(shop, partial(moving.drop_source, fresh(move)), points, watched=WATCHED):
        move = moving.run_move(request(shop, config))
        with nothing_lost(shop):
            killed += kill(shop, partial(moving.drop_source, fresh(move)), death)
            a_minute_later()
            if fresh(move).keeps_source:  # it died before it had said anything
                moving.drop_source(fresh(move))
            assert source_of(fresh(move)).list_tables() == frozenset()
            assert fresh(move).source_dropped_at is not None
    assert killed >= 5
