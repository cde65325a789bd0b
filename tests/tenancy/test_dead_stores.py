"""A store whose own database is gone answers its visitors in time, and nobody else notices."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from celery.exceptions import Retry
from django.db import DatabaseError, connections, transaction

from apps.accounts.models import User
from apps.common.actor import Actor
from apps.common.ids import random_token
from apps.platform.models import Store
from apps.platform.sweeps import run_sweeps
from apps.tenancy import liveness
from apps.tenancy.connections import StoreUnreachable, forget_database, known_databases
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.tasks import STORE_HEADER, UNREACHABLE_RETRY_SECONDS
from tests.support.proxy import Proxy
from tests.support.visiting import FOUND, visit
from tests.support.waiting import wait_until
from tests.tenancy import sample_tasks

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def proxy(quick: None) -> Iterator[Proxy]:
    database = connections["platform"].settings_dict
    door = Proxy((database["HOST"], int(database["PORT"])))
    door.start()
    yield door
    door.become("shut")


@pytest.fixture
def far_store(proxy: Proxy, placed_store: Store) -> Iterator[Store]:
    """The placed store, reached through the door."""
    from apps.platform import services
    from apps.platform.selectors import get_database_config

    config = {**get_database_config(placed_store), "port": proxy.port}
    forget_database(placed_store.active_store.alias)
    services.save_integration(store=placed_store, kind="database", config=config)
    yield placed_store
    proxy.become("shut")
    forget_database(placed_store.active_store.alias)


@pytest.mark.parametrize("mode", ["silent", "shut"])
@pytest.mark.parametrize("is_known", [True, False], ids=["known before", "never met"])
def test_visitors_of_a_dead_store_get_a_page_in_time(
    far_store: Store, proxy: Proxy, mode: str, is_known: bool
) -> None:
    assert visit(far_store)[0] == FOUND
    if not is_known:
        forget_database(far_store.active_store.alias)
    proxy.become(mode)
    first, second = visit(far_store), visit(far_store)
    assert (first[0], second[0]) == (503, 503)
    assert first[1] < 3
    assert second[1] < 0.6  # the circuit is open
    assert int(first[2]["Retry-After"]) >= 1
    assert "back in a moment" in first[2].content.decode()
    api = visit(far_store, f"/api/v1/orders/{random_token()}")[2]
    assert api.status_code == 503
    assert api.json()["error"]["code"] == "unavailable"
    assert api["Retry-After"]


def test_it_heals_by_itself(far_store: Store, proxy: Proxy) -> None:
    visit(far_store)
    proxy.become("shut")
    assert visit(far_store)[0] == 503
    proxy.become("open")
    wait_until(lambda: visit(far_store)[0] == FOUND, "the store is not back", seconds=8)


def test_other_stores_answer_beside_a_dead_one_as_fast_as_before(
    far_store: Store, proxy: Proxy, store: Store
) -> None:
    visit(store)
    forget_database(far_store.active_store.alias)
    proxy.become("silent")
    dead: list[int] = []
    stuck = [threading.Thread(target=lambda: dead.append(visit(far_store)[0])) for _ in range(3)]
    for thread in stuck:
        thread.start()
    answers = []
    while any(thread.is_alive() for thread in stuck):
        answers.append(visit(store)[:2])
    assert {status for status, _seconds in answers} == {FOUND}
    assert len(answers) > 3  # several had their pages while the others waited
    assert dead == [503, 503, 503]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "SILENCE_SECONDS", 0.3)


def test_visitors_of_a_server_that_stops_in_the_middle_get_a_page_too(
    far_store: Store, proxy: Proxy, store: Store, impatient: None
) -> None:
    visit(store)
    assert visit(far_store)[0] == FOUND
    proxy.hang()  # the connection in the pool was used a moment ago and looks well
    first: list[Any] = []
    stuck = threading.Thread(target=lambda: first.append(visit(far_store)))
    stuck.start()
    others = [visit(store)[0]]
    while stuck.is_alive():
        others.append(visit(store)[0])
    assert (set(others), len(others) > 3) == ({FOUND}, True)
    status, seconds, answer = first[0]
    assert status == 503
    assert seconds < 3
    assert "back in a moment" in answer.content.decode()
    assert visit(far_store)[1] < 0.6  # the circuit is open
    proxy.become("open")
    wait_until(lambda: visit(far_store)[0] == FOUND, "the store is not back", seconds=8)


def test_a_slow_query_of_a_living_server_is_waited_for(far_store: Store, impatient: None) -> None:
    with (
        liveness.watching_for_silence(),
        use_store(far_store),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(1.2), 7")
        assert cursor.fetchone()[1] == 7


def test_long_work_waits_as_long_as_the_network_lasts(
    far_store: Store, proxy: Proxy, impatient: None
) -> None:
    connected, hung, ended = threading.Event(), threading.Event(), threading.Event()
    limits: list[int] = []

    def work() -> None:
        with (
            suppress(DatabaseError),
            use_store(far_store, actor=Actor.system("test")),
            connections["default"].cursor() as cursor,
        ):
            with socket.socket(fileno=os.dup(cursor.connection.pgconn.socket)) as line:
                limits.append(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
            connected.set()
            hung.wait(10)
            cursor.execute("SELECT 1")
        ended.set()
        connections.close_all()

    @transaction.atomic
    def ask_twice() -> None:
        assert User.objects.count() == 0
        proxy.hang()
        hung.set()
        User.objects.count()

    worker = threading.Thread(target=work)
    worker.start()
    assert connected.wait(10)
    with liveness.watching_for_silence(), use_store(far_store):
        with pytest.raises(StoreUnreachable):
            ask_twice()
        assert known_databases.get(far_store.active_store.alias).circuit.is_open
    assert not ended.wait(2 * liveness.SILENCE_SECONDS), "as long as the other has waited, and more"
    assert limits == [liveness.TCP_OPTIONS["tcp_user_timeout"]]
    proxy.become("shut")
    worker.join(20)
    assert ended.is_set()


def test_tasks_of_a_dead_store_stay_due(far_store: Store, proxy: Proxy) -> None:
    proxy.become("shut")
    forget_database(far_store.active_store.alias)
    task: Any = sample_tasks.look
    task.push_request(
        args=["key"],
        kwargs={},
        headers={STORE_HEADER: str(far_store.id)},
        called_directly=False,
        id="1",
        retries=700,
        delivery_info={"routing_key": "nobody-listens"},
    )
    try:
        with pytest.raises(Retry) as left:
            task("key")
    finally:
        task.pop_request()
    assert left.value.when == UNREACHABLE_RETRY_SECONDS
    assert run_sweeps(far_store.active_store) is False


def test_the_error_says_nothing_of_the_server(far_store: Store, proxy: Proxy) -> None:
    proxy.become("shut")
    forget_database(far_store.active_store.alias)
    with pytest.raises(StoreUnreachable) as caught, use_store(far_store):
        User.objects.count()
    assert str(proxy.port) not in str(caught.value)
    assert caught.value.__cause__ is None
    assert known_databases.get(far_store.active_store.alias) is not None
    with outside_store():
        assert Store.objects.filter(pk=far_store.pk).exists()
