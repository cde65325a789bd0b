"""A store moves to another place and back while people buy; not one row differs and none is lost."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client

from apps import archive
from apps.accounts.models import User
from apps.events.models import AuditEntry
from apps.operations import moving
from apps.operations.moving.endpoints import source_of, target_of
from apps.orders.models import Order
from apps.platform.errors import MoveNotPossible, PlacementOccupied
from apps.platform.jobs import LeaseLost
from apps.platform.models import IntegrationConfig, Store, StoreMove
from apps.platform.states import MoveStatus
from apps.tenancy.context import use_store
from apps.tenancy.errors import StorePaused
from apps.tenancy.write_pause import is_paused, pause_writes, resume_writes
from tests.checkout.shop import make_cart, make_goods, place, stock_of
from tests.operations.moves import Buyers, move_to
from tests.support.acting import seeing_all

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.soak,
]

NewDatabase = Callable[[], dict[str, str]]


def test_moved_away_and_back_while_people_buy(
    throwaway_store: Any, new_database: NewDatabase, client_for: Callable[..., Client]
) -> None:
    store = throwaway_store
    with use_store(store):
        goods = make_goods(stock=5_000)
        User.objects.create_user("asha@example.com", "sesame-4711")
    with Buyers(store, goods) as buyers:
        there = move_to(store, "postgresql", new_database())
        buyers.wait_for(5)
        assert is_paused(source_of(there).active_store), "the place it left stays closed"
        failed = moving.request_move(
            store=Store.objects.get(pk=store.pk), target=moving.parse_target("shared"), start=False
        )
        with pytest.raises(PlacementOccupied, match="--drop-source"):
            moving.requesting.require_empty_target(failed)
        moving.undo_move(failed)
        buyers.wait_for(2)
        moving.drop_source(there)
        back = move_to(store, "shared")
        buyers.wait_for(5)
    assert buyers.errors == []
    assert buyers.paused > 0

    now_there = Store.objects.get(pk=store.pk)
    assert (now_there.database_type, now_there.connection_version) == ("shared", 3)
    assert not IntegrationConfig.objects.filter(store=store, kind="database").exists()
    with seeing_all(now_there):
        numbers = dict(Order.objects.values_list("pk", "number"))
        assert set(buyers.placed) <= set(numbers)
        assert stock_of(goods) == (5_000, len(numbers), 0)
        assert len(set(numbers.values())) == len(numbers)
    assert back.counts["orders_order"] >= 10
    assert client_for(now_there).get("/").status_code == 200
    with use_store(source_of(back).active_store), pytest.raises(StorePaused):
        User.objects.create_user("late@example.com")
    moving.drop_source(back)
    assert source_of(back).list_tables() == frozenset()


def test_not_one_row_differs(throwaway_store: Any, new_database: NewDatabase) -> None:
    store = throwaway_store
    with seeing_all(store):
        for _ in range(3):
            place(make_cart(make_goods()))
        AuditEntry.objects.create(
            actor_kind="system", action="x.done", target_type="x", target_ref="1"
        )
    before = archive.fingerprint_store(store.active_store, parts=[archive.SQL])
    assert before["sql:orders_order"][0] == 3
    move = move_to(store, "postgresql", new_database())
    after = archive.fingerprint_store(Store.objects.get(pk=store.pk), parts=[archive.SQL])
    # what woke up after the move, such as a mail that was waiting, may have been done already
    assert after == before
    assert archive.fingerprint_store(source_of(move).active_store, parts=[archive.SQL]) == before
    moving.drop_source(move)


def test_a_copy_that_differs_is_not_switched_to(
    throwaway_store: Any, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.operations.moving import copying

    with seeing_all(throwaway_store):
        User.objects.create_user("asha@example.com")
        place(make_cart(make_goods()))
    real = copying.copy_tables

    def copy_and_spoil(source: Any, target: Any, watch: Any) -> Any:
        counts = real(source, target, watch)
        with use_store(target):
            User.objects.update(first_name="Asya")
        return counts

    monkeypatch.setattr(copying, "copy_tables", copy_and_spoil)
    move = moving.request_move(
        store=throwaway_store, target=moving.parse_target("postgresql", new_database()), start=False
    )
    failed = moving.run_move(move)
    assert failed.status == MoveStatus.FAILED
    assert "accounts_user" in failed.error
    assert failed.paused_at is None
    assert Store.objects.get(pk=throwaway_store.pk).database_type == "shared"
    with use_store(throwaway_store):
        User.objects.create_user("selling@example.com")
    monkeypatch.undo()
    with pytest.raises(MoveNotPossible, match="under way"):
        moving.request_move(store=throwaway_store, target=moving.parse_target("shared"))
    done = moving.run_move(moving.retry_move(failed, start=False))
    assert done.status == MoveStatus.DONE
    with use_store(Store.objects.get(pk=throwaway_store.pk)):
        assert User.objects.count() == 2
    moving.drop_source(done)


def test_somebody_elses_tables_are_not_touched(
    throwaway_store: Any, new_database: NewDatabase
) -> None:
    config = new_database()
    with psycopg.connect(
        host=config["host"],
        port=config["port"],
        user=config["user"],
        password=config["password"],
        dbname=config["database"],
        autocommit=True,
    ) as theirs:
        theirs.execute(f"CREATE SCHEMA {throwaway_store.schema_name}")
        theirs.execute(f"CREATE TABLE {throwaway_store.schema_name}.orders_order (theirs text)")
        theirs.execute(f"INSERT INTO {throwaway_store.schema_name}.orders_order VALUES ('kept')")
        move = moving.request_move(
            store=throwaway_store, target=moving.parse_target("postgresql", config), start=False
        )
        failed = moving.run_move(move)
        assert failed.status == MoveStatus.FAILED
        assert "tables" in failed.error
        moving.undo_move(failed)
        rows = theirs.execute(f"SELECT * FROM {throwaway_store.schema_name}.orders_order")
        assert rows.fetchall() == [("kept",)]
    with use_store(throwaway_store):
        User.objects.create_user("selling@example.com")


def test_a_place_where_a_store_lives_is_never_dropped(
    throwaway_store: Any, new_database: NewDatabase
) -> None:
    move = move_to(throwaway_store, "postgresql", new_database())
    resume_writes(source_of(move).active_store)
    with pytest.raises(MoveNotPossible, match="can be written to"):
        moving.drop_source(move)
    assert source_of(move).list_tables()


def test_undone_nothing_is_left(throwaway_store: Any, new_database: NewDatabase) -> None:
    move = moving.request_move(
        store=throwaway_store, target=moving.parse_target("postgresql", new_database()), start=False
    )
    from apps.operations.moving import steps as moving_steps

    steps = {step.name: step for step in moving_steps.STEPS}
    lease = moving_steps.claim_or_refuse(move, MoveStatus.RUNNING)
    run = moving_steps.MoveRun(move, lease, source_of(move), target_of(move), lambda *_: None)
    for name in ("preflight", "provision", "pause", "copy"):
        steps[name].call(run)
    assert is_paused(throwaway_store.active_store)
    undone = moving.undo_move(StoreMove.objects.get(pk=move.pk))
    assert undone.status == MoveStatus.UNDONE
    assert target_of(undone).list_tables() == frozenset()
    with pytest.raises(MoveNotPossible, match="write pause had ended"):
        steps["switch"].call(run)  # by a worker that slept through all this
    pause_writes(throwaway_store.active_store)
    with pytest.raises(LeaseLost):
        steps["switch"].call(run)
    resume_writes(throwaway_store.active_store)
    with use_store(throwaway_store):
        User.objects.create_user("selling@example.com")
    with pytest.raises(MoveNotPossible):
        moving.undo_move(undone)
