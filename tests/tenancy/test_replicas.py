"""Pages read from a replica; whoever has written reads what they wrote; a replica that is gone or behind is passed over."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from apps.accounts import services as accounts
from apps.common.actor import Actor, ActorKind
from apps.orders.models import Order
from apps.tenancy.context import use_store
from apps.tenancy.replicas import find_replica, freshness, reading_from_replicas
from tests.support.acting import seeing_all
from tests.support.orders import place
from tests.support.servers import Standby
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.matrix, pytest.mark.django_db(transaction=True)]

REPLICA = "default_replica_0"


@pytest.fixture
def replica(
    streaming_replica: Standby, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Standby]:
    monkeypatch.setattr(freshness, "LOOK_EVERY_SECONDS", 0.05)
    described = {**connections["default"].settings_dict, "PORT": str(streaming_replica.port)}
    connections.settings[REPLICA] = {**described, "REPLICA_OF": "default"}
    settings.REPLICAS = {"default": [REPLICA]}
    settings.REPLICA_MAX_LAG_SECONDS = 3.0
    settings.REPLICA_STICKY_SECONDS = 10
    freshness.forget_replicas()
    yield streaming_replica
    connections[REPLICA].close()
    delattr(connections._connections, REPLICA)  # type: ignore[attr-defined]
    del connections.settings[REPLICA]
    freshness.forget_replicas()


@pytest.fixture
def shop(throwaway_store: Any, replica: Standby) -> Any:
    """A store with an order of a customer's and one of a guest's, on both servers."""
    with seeing_all(throwaway_store):
        user = accounts.create_user(email="asha@example.com", password="a-long-password")
        place(customer_id=user.pk)
        place()
    _wait_for(replica, throwaway_store)
    return throwaway_store


@pytest.fixture
def reading(shop: Any) -> Iterator[None]:
    """A visitor's request that changes nothing, as the system sees it."""
    with seeing_all(shop), reading_from_replicas():
        yield


def test_reads_come_from_the_replica_and_writes_go_to_the_primary(reading: None) -> None:
    assert Order.objects.all().db == REPLICA
    order = Order.objects.first()
    assert order is not None
    assert Order.objects.select_for_update().db == "default"
    assert order.lines.count() == 1
    assert connections.physical("default").connection is None  # type: ignore[attr-defined]
    order.note = "new"
    order.save(update_fields=["note"])
    assert Order.objects.all().db == "default"
    assert Order.objects.get(pk=order.pk).note == "new"


def test_a_transaction_reads_from_the_primary(reading: None) -> None:
    with transaction.atomic():
        assert Order.objects.all().db == "default"
        assert Order.objects.count() == 2


def test_only_who_says_so_reads_from_replicas(shop: Any) -> None:
    with use_store(shop):
        assert find_replica() is None
    with reading_from_replicas():
        assert find_replica() is None  # no store: the platform has no replica


def test_rows_of_people_are_guarded_on_the_replica_too(shop: Any) -> None:
    with seeing_all(shop):
        user = Order.objects.exclude(customer=None).get().customer
    connections.close_all()
    assert user is not None
    with use_store(shop, Actor(ActorKind.CUSTOMER, user.pk, "")), reading_from_replicas():
        orders = Order.objects.all()
        assert orders.db == REPLICA
        assert [order.customer_id for order in orders] == [user.pk]
    with use_store(shop, Actor.guest()), reading_from_replicas():
        assert Order.objects.count() == 0


def test_a_replica_that_is_behind_is_passed_over(shop: Any, replica: Standby) -> None:
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        with seeing_all(shop):
            late = place()
        connections.close_all()
        freshness.forget_replicas()
        with seeing_all(shop), reading_from_replicas():
            assert Order.objects.filter(pk=late.pk).exists()
            assert find_replica() is None
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    _wait_for(replica, shop)
    with seeing_all(shop), reading_from_replicas():
        found = Order.objects.filter(pk=late.pk)
        assert found.exists()
        assert found.db == REPLICA


def test_a_replica_that_is_gone_is_passed_over(shop: Any, replica: Standby) -> None:
    replica.stop()
    try:
        with seeing_all(shop), reading_from_replicas():
            assert find_replica() is None
            assert Order.objects.count() == 2
    finally:
        replica.up(avoid=set())
    _wait_for(replica, shop)
    with seeing_all(shop), reading_from_replicas():
        assert Order.objects.count() == 2
        assert find_replica() == REPLICA


def test_a_visitor_who_wrote_reads_from_the_primary_for_a_while(
    shop: Any, settings: Any, client_for: Callable[..., Client]
) -> None:
    settings.STORE_URLCONF = "tests.tenancy.peeking_urls"
    client, program = client_for(shop), client_for(shop, authorization="Bearer x")

    def served_by(visitor: Client) -> str:
        connections.close_all()  # as at the end of every request
        answer = visitor.get("/peek/?model=orders.Order")
        assert answer.status_code == 200, answer.content
        return str(answer.json()["database"])

    assert served_by(client) == REPLICA
    assert served_by(program) == "default"
    client.post("/cart/add/", {"variant": "nothing"})
    assert served_by(client) == "default"
    assert served_by(client_for(shop)) == REPLICA


def _wait_for(replica: Standby, store: Any) -> None:
    """Until it has everything and the process knows: other tests write to the same primary all the time."""
    replica.catch_up()
    connections.close_all()
    freshness.forget_replicas()
    with use_store(store), reading_from_replicas():
        wait_until(find_replica, "the replica does not count as fresh", seconds=20)
    connections.close_all()
