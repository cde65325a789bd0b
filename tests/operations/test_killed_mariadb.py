"""A move to MariaDB and back, its process killed on the way: there DDL and `TRUNCATE` do not roll back, so what the
next worker finds is more than on PostgreSQL. It ends right all the same."""

from functools import partial
from typing import Any

import pytest

from apps import archive
from apps.operations import moving
from apps.operations.moving.endpoints import source_of
from apps.platform.models import Store, StoreMove
from apps.platform.states import MoveStatus
from apps.tenancy.context import use_store
from apps.tenancy.write_pause import is_paused
from tests.operations.killed_moves import WATCHED, a_minute_later, fresh, kill, nothing_lost
from tests.support.killing import deaths_of
from tests.support.mariadb_server import MariaDB
from tests.support.trading import trade

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.faults,
    pytest.mark.soak,
    pytest.mark.mariadbd,
    pytest.mark.django_db(transaction=True),
]
SAMPLE = [
    pytest.param(3, id="sample", marks=pytest.mark.timeout(900)),
    pytest.param(None, id="every-line", marks=[pytest.mark.soak, pytest.mark.timeout(14400)]),
]


def request(store: Any, config: dict[str, Any]) -> StoreMove:
    """To the other of the two places."""
    store = Store.objects.get(pk=store.pk)
    away = store.database_type == "shared"
    target = moving.parse_target("mysql", config) if away else moving.parse_target("shared")
    return moving.request_move(store=store, target=target, start=False)


@pytest.mark.parametrize("points", SAMPLE)
def test_there_and_back(mariadb: MariaDB, throwaway_store: Any, points: int | None) -> None:
    store = throwaway_store
    trade(store)
    config = mariadb.make_database()
    move = request(store, config)
    call = partial(moving.run_move, fresh(move))
    # neither the first nor the last line of a sample: those kill before and after everything, as on PostgreSQL
    deaths = deaths_of(store, call, points and points + 2, watched=WATCHED)[1:-1]
    killed = 0
    for death in deaths:
        moving.drop_source(fresh(move))
        move = request(store, config)
        with nothing_lost(store):
            killed += kill(store, partial(moving.run_move, fresh(move)), death)
            a_minute_later()
            done = fresh(move)
            assert (done.status, done.error, done.paused_at) == (MoveStatus.DONE, "", None)
            here = Store.objects.get(pk=store.pk)
            assert here.database_type == done.target_type
            assert not is_paused(here.active_store)
            assert is_paused(source_of(done).active_store), "the old copy can't be written to"
        with use_store(here):
            assert archive.list_applied()
    assert killed >= len(deaths) * 0.6, "the way back has fewer lines"
    moving.drop_source(fresh(move))
    assert source_of(fresh(move)).list_tables() == frozenset()
    if Store.objects.get(pk=store.pk).database_type != "shared":
        moving.drop_source(moving.run_move(request(store, config)))
    mariadb.drop_database(config["database"])
