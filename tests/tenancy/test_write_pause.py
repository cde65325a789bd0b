"""Behind the fence nothing changes, whoever tries: open transactions, waiting statements, other programs."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from celery import shared_task
from celery.exceptions import Retry
from django.db import connections, transaction
from django.test import Client

from apps.accounts.models import User
from apps.carts.documents import Cart, CartStatus
from apps.common.clock import now
from apps.orders.models import Order
from apps.platform.models import WakeUp
from apps.platform.services import wake_stores
from apps.tenancy.context import outside_store, use_store
from apps.tenancy.errors import StorePaused
from apps.tenancy.tasks import STORE_HEADER
from apps.tenancy.write_pause import PauseNotPossible, is_paused, pause_writes, resume_writes
from apps.tenancy.write_pause.postgresql import SQLSTATE
from tests.checkout.shop import make_cart, make_goods, place, stock_of
from tests.support.acting import seeing_all
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def store(throwaway_store: Any) -> Any:
    return throwaway_store


@contextmanager
def another_program(store: Any) -> Iterator[psycopg.Connection[Any]]:
    """A connection that knows nothing of Polystore, as psql would have it."""
    settings = connections["platform"].settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        options=f"-c search_path={store.schema_name}",
        autocommit=True,
    ) as connection:
        yield connection


def insert_user(email: str) -> str:
    return (
        "INSERT INTO accounts_user (id, email, password, is_superuser, is_staff, is_active, created_at, "
        "first_name, last_name, phone, role) "
        f"SELECT gen_random_uuid(), '{email}', '', false, false, true, now(), '', '', '', 'customer'"
    )


def in_background(call: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append(call())
        except Exception as error:
            answer.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answer


def wait_until_waiting(connection: psycopg.Connection[Any], pid: int) -> None:
    """Until that session waits for a lock."""
    query = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
    wait_until(
        lambda: connection.execute(query, [pid]).fetchone() == (True,),
        "the statement does not wait",
        seconds=10,
    )


def wait_until_fenced_twice(connection: psycopg.Connection[Any]) -> None:
    """Until two attempts to lock the tables were seen waiting: the first has stepped back, the next has come."""
    query = """SELECT query_start FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE%'"""
    attempts: set[Any] = set()

    def are_two() -> bool:
        attempts.update(connection.execute(query).fetchall())
        return len(attempts) >= 2

    wait_until(are_two, "the fence does not come again", seconds=20)


def test_nobody_writes_behind_the_fence(store: Any) -> None:
    with use_store(store):
        User.objects.create_user("before@example.com")
    pause_writes(store.active_store)
    pause_writes(store.active_store)
    assert is_paused(store.active_store)
    with another_program(store) as psql:
        for attempt in (
            insert_user("psql@example.com"),
            "UPDATE accounts_user SET first_name = 'x'",
            "DELETE FROM accounts_user",
            "TRUNCATE accounts_user CASCADE",
            "WITH gone AS (DELETE FROM accounts_user RETURNING 1) SELECT * FROM gone",
        ):
            with pytest.raises(psycopg.Error) as refusal:
                psql.execute(attempt)
            assert refusal.value.sqlstate == SQLSTATE, attempt
        with (
            pytest.raises(psycopg.Error, match="paused"),
            psql.cursor() as cursor,
            cursor.copy("COPY accounts_user (email) FROM STDIN") as copy,
        ):
            copy.write_row(["copied@example.com"])
    with use_store(store):
        with pytest.raises(StorePaused):
            User.objects.create_user("orm@example.com")
        with pytest.raises(StorePaused), transaction.atomic():
            User.objects.update(first_name="x")
        with pytest.raises(StorePaused), connections["default"].cursor() as own:
            own.execute(insert_user("raw@example.com"))
        assert [user.email for user in User.objects.all()] == ["before@example.com"]
    resume_writes(store.active_store)
    resume_writes(store.active_store)
    assert not is_paused(store.active_store)
    with use_store(store):
        User.objects.create_user("after@example.com")


def test_a_running_transaction_is_waited_for_and_kept(store: Any) -> None:
    with another_program(store) as writer, another_program(store) as watcher:
        with writer.transaction():
            writer.execute(insert_user("running@example.com"))
            thread, answer = in_background(lambda: pause_writes(store.active_store))
            wait_until_fenced_twice(watcher)
            assert not answer
            watcher.execute(insert_user("meanwhile@example.com"))
        thread.join(20)
    assert answer == [None]
    assert is_paused(store.active_store)
    with use_store(store):
        assert User.objects.count() == 2


def test_a_transaction_that_does_not_end_costs_the_pause_and_not_the_store(store: Any) -> None:
    with another_program(store) as writer, another_program(store) as other:
        with writer.transaction():
            writer.execute(insert_user("endless@example.com"))
            with pytest.raises(PauseNotPossible):
                pause_writes(store.active_store, patience=0.2)
        other.execute(insert_user("other@example.com"))
    assert not is_paused(store.active_store)


def test_a_statement_that_waited_for_the_fence_is_refused(store: Any) -> None:
    """Also one prepared and planned before: it reads the triggers again once it has its lock."""
    with (
        another_program(store) as fencer,
        another_program(store) as waiting,
        another_program(store) as watcher,
    ):
        insert = "INSERT INTO events_idempotencykey SELECT * FROM events_idempotencykey WHERE %s"
        for _ in range(7):
            waiting.execute(insert, [False], prepare=True)
        pid = waiting.info.backend_pid
        with fencer.transaction():
            fencer.execute("LOCK TABLE events_idempotencykey IN SHARE ROW EXCLUSIVE MODE")
            thread, answer = in_background(lambda: waiting.execute(insert, [False], prepare=True))
            wait_until_waiting(watcher, pid)
            with use_store(store):
                from apps.tenancy.write_pause import postgresql

                fencer.execute(postgresql._FUNCTION)
                fencer.execute(
                    f"CREATE TRIGGER {postgresql.NAME} BEFORE INSERT ON events_idempotencykey "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {postgresql.NAME}()"
                )
        thread.join(20)
    assert isinstance(answer[0], psycopg.Error)
    assert answer[0].sqlstate == SQLSTATE


def test_threads_that_sell_meet_the_fence_or_are_before_it(store: Any) -> None:
    """What was answered as placed is there, and what was refused left nothing behind."""
    with use_store(store):
        goods = make_goods(stock=500)
    placed: list[Any] = []
    stop = threading.Event()

    def buy() -> None:
        while not stop.is_set():
            with seeing_all(store):
                try:
                    placed.append(place(make_cart(goods)).order.pk)
                except StorePaused:
                    return

    buyers = [in_background(buy) for _ in range(4)]
    wait_until(lambda: len(placed) >= 8, "nobody buys")
    pause_writes(store.active_store)
    with seeing_all(store):
        frozen = set(Order.objects.values_list("pk", flat=True)), stock_of(goods)
    for thread, _ in buyers:
        thread.join(30)
    stop.set()
    assert [answer for _, answer in buyers] == [[None]] * 4
    with seeing_all(store):
        assert (set(Order.objects.values_list("pk", flat=True)), stock_of(goods)) == frozen
        assert set(placed) <= frozen[0]
        assert stock_of(goods)[1] == len(frozen[0])


def test_a_refused_checkout_gives_the_cart_back(store: Any) -> None:
    with seeing_all(store):
        cart = make_cart(make_goods())
        pause_writes(store.active_store)
        with pytest.raises(StorePaused):
            place(cart)
        assert Cart.objects.get(pk=cart.pk).status == CartStatus.OPEN
        resume_writes(store.active_store)
        assert place(Cart.objects.get(pk=cart.pk)).order.number


def test_visitors_read_on_and_are_told_when_to_come_back(
    store: Any, client_for: Callable[..., Client]
) -> None:
    with use_store(store):
        goods = make_goods()
    pause_writes(store.active_store)
    guest = client_for(store)
    assert guest.get("/").status_code == 200
    assert guest.get(f"/product/{goods.product.slug}/").status_code == 200
    person = {"email": "new@example.com", "password1": "sesame-4711-open"}
    refused = guest.post("/account/signup/", {**person, "password2": person["password1"]})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "15")
    assert "Back in a moment" in refused.content.decode()
    assert store.name in refused.content.decode()


def test_programs_and_webhooks_are_answered_503(
    store: Any, client_for: Callable[..., Client]
) -> None:
    with seeing_all(store):
        from apps.gateways import test_bank
        from apps.gateways.models import TestGatewayCharge

        order = place(make_cart(make_goods())).order
        charge = TestGatewayCharge.objects.get(charge_ref=str(order.payments.get().pk))
        test_bank.choose(charge, TestGatewayCharge.State.PAID)
        body, headers = test_bank.build_event(test_bank.get_charge(charge.charge_ref))
    pause_writes(store.active_store)
    client = client_for(store)
    answer = client.post(
        "/api/v1/payments/webhook/test", body, content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
    assert json.loads(answer.content)["error"]["code"] == "store_paused"
    resume_writes(store.active_store)
    answer = client.post(
        "/api/v1/payments/webhook/test", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 200


def test_notes_of_due_work_outlive_the_pause(store: Any) -> None:
    with seeing_all(store):
        place(make_cart(make_goods()))
    WakeUp.objects.filter(store=store).update(due_at=now() - timedelta(seconds=1))
    pause_writes(store.active_store)
    with outside_store():
        wake_stores()
        assert WakeUp.objects.filter(store=store).exists()
    resume_writes(store.active_store)


@shared_task(name="tests.write_a_user")
def write_a_user(email: str) -> None:
    User.objects.create_user(email)


def test_a_task_waits_and_is_not_lost(store: Any) -> None:
    """The worker's own way into the task, and the message it puts back into the queue."""
    queue = f"test-pause-{uuid4().hex}"
    request: dict[str, Any] = {
        "id": uuid4().hex,
        "args": ["later@example.com"],
        "kwargs": {},
        "headers": {STORE_HEADER: str(store.id)},
        "delivery_info": {"exchange": "", "routing_key": queue},
        "called_directly": False,
        "is_eager": False,
    }
    pause_writes(store.active_store)
    write_a_user.push_request(**request)
    try:
        with outside_store(), pytest.raises(Retry):
            write_a_user("later@example.com")
    finally:
        write_a_user.pop_request()
    with write_a_user.app.connection_for_read() as broker:
        message = broker.SimpleQueue(queue, queue_opts={"auto_delete": True}).get(timeout=5)
    assert message.headers[STORE_HEADER] == str(store.id)
    assert (message.headers["id"], message.headers["retries"]) == (request["id"], 1)
    assert message.headers["eta"]
    assert message.decode()[0] == ["later@example.com"]
    resume_writes(store.active_store)
    with use_store(store):
        assert not User.objects.exists()
