"""A process killed at any line of a move, of taking it back or of deleting the old copy: whoever comes next ends it
right, the store is never left paused, and not one row is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps import archive
from apps.accounts.models import User
from apps.common.clock import now
from apps.common.ids import random_token
from apps.operations import moving
from apps.operations.moving import running
from apps.operations.moving.endpoints import source_of, target_of
from apps.operations.selectors import list_stalled_moves
from apps.platform.models import Store, StoreMove
from apps.platform.states import MoveStatus
from apps.tenancy.context import outside_store, use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.support.killing import Death, deaths_of, kill_at

pytestmark = [pytest.mark.faults, pytest.mark.matrix, pytest.mark.django_db(transaction=True)]

PLATFORM = Path(settings.BASE_DIR) / "apps/platform"
WATCHED = tuple(str(PLATFORM / name) for name in ("moving", "work", "tenancy/write_pause"))
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


def fresh(move: StoreMove) -> StoreMove:
    return StoreMove.objects.select_related("store").get(pk=move.pk)


def kill(store: Any, call: Callable[[], Any], death: Death) -> bool:
    return kill_at(store, call, death, watched=WATCHED)


def a_minute_later() -> None:
    """Leases of the dead run out, and the sweep hands their moves to a worker."""
    past = now() - timedelta(seconds=1)
    StoreMove.objects.filter(lease_until__isnull=False).update(lease_until=past)
    with outside_store():
        for stalled in list(list_stalled_moves()):
            moving.work_on(stalled)
    assert not list_stalled_moves().exists()


def rows_of(store: Any) -> dict[str, tuple[int, str]]:
    return archive.fingerprint_store(Store.objects.get(pk=store.pk), parts=[archive.SQL])


@contextmanager
def nothing_lost(store: Any) -> Iterator[None]:
    """The same rows before and after, and the store takes new ones."""
    before = rows_of(store)
    yield
    assert rows_of(store) == before
    with use_store(Store.objects.get(pk=store.pk)):
        User.objects.create_user(f"{random_token()}@example.com")


@pytest.fixture
def shop(throwaway_store: Any) -> Any:
    with use_store(throwaway_store):
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
        lease = running.claim(move, MoveStatus.RUNNING)
        run = running.Run(move, lease, source_of(move), target_of(move), lambda *_: None)
        for step in running.STEPS[:4]:
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
