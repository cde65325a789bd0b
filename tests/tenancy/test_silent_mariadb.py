"""A MariaDB that falls silent in the middle of a query holds its visitors for a while, not for ever."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from apps.accounts.models import User
from apps.common.actor import Actor
from apps.platform import services
from apps.platform.selectors import get_database_config
from apps.tenancy import liveness
from apps.tenancy.connections import StoreUnreachable, forget_database
from apps.tenancy.context import use_store
from config.embedded import ports
from tests.support.mariadb import placed_on
from tests.support.mariadb_server import MariaDB
from tests.support.proxy import Proxy
from tests.support.visiting import FOUND, visit

UNREACHABLE = 503
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.mariadbd,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def door(mariadb: MariaDB) -> Iterator[Proxy]:
    proxy = Proxy((ports.LOOPBACK, mariadb.port))
    proxy.start()
    yield proxy
    proxy.become("shut")


@pytest.fixture
def far_store(mariadb: MariaDB, door: Proxy) -> Iterator[Any]:
    with placed_on(mariadb) as store:
        own = get_database_config(store)
        services.save_integration(
            store=store, kind="database", config={**own, "port": str(door.port)}
        )
        forget_database(store.active_store.alias)
        yield store
        services.save_integration(store=store, kind="database", config=own)
        forget_database(store.active_store.alias)


def test_a_visitor_waits_for_a_while_and_those_after_are_told_soon(
    far_store: Any, door: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liveness, "READ_SECONDS", 1.0)
    assert visit(far_store)[0] == FOUND
    with use_store(far_store, actor=Actor.system("test")), liveness.watching_for_silence():
        assert User.objects.count() == 0
        door.hang()
        with pytest.raises(StoreUnreachable) as raised:
            User.objects.count()
    assert str(door.port) not in str(raised.value)
    connections.close_all()  # as at the end of a request
    first, second = visit(far_store), visit(far_store)
    assert (first[0], second[0]) == (UNREACHABLE, UNREACHABLE)
    assert first[1] < 3  # it knocks
    assert second[1] < 0.6
