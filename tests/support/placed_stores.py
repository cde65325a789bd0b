"""Fixtures: empty PostgreSQL databases, and stores placed in them or on another server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.own_databases import own_database


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[dict[str, str]]:
    """An empty PostgreSQL database on the suite's server, as a merchant would describe it."""
    with own_database() as config:
        yield config


@pytest.fixture
def new_database(transactional_db: None) -> Iterator[Callable[[], dict[str, str]]]:
    """`new_database()` makes an empty PostgreSQL database and answers how to connect to it."""
    from apps.platform.models import StoreMove
    from apps.tenancy.aliases import SOURCE, TARGET
    from apps.tenancy.connections import forget_database

    with ExitStack() as databases:
        yield lambda: databases.enter_context(own_database())
        for move in StoreMove.objects.all():
            for side in (SOURCE, TARGET):
                forget_database(f"store_{move.store_id.hex}_{side}{move.id.hex}")


@pytest.fixture
def placed_store(new_database: Callable[[], dict[str, str]]) -> Iterator[Any]:
    """A store whose tables are in a PostgreSQL database of its own. The test may move it elsewhere."""
    from apps.platform.models import Store
    from apps.tenancy.connections import forget_database
    from tests.support.databases import close_store, open_store

    store = open_store(database_type="postgresql", config=new_database())
    yield store
    store = Store.objects.get(pk=store.pk)
    forget_database(store.active_store.alias)
    close_store(store)


@pytest.fixture
def three_stores(throwaway_store: Any, placed_store: Any) -> Iterator[list[Any]]:
    """Two stores on two schemas of the shared cluster, one in a database of its own."""
    from tests.support.databases import close_store, open_store

    second = open_store()
    yield [throwaway_store, second, placed_store]
    close_store(second)


@pytest.fixture
def far(second_cluster: Any, settings: Any) -> Iterator[Any]:
    """The name `far` for another server."""
    from apps.tenancy.connections import forget_database, register_database

    with second_cluster.database() as name:
        address = urlsplit(second_cluster.address_of(name))
        settings.SQL_CLUSTERS = {"far": address.geturl()}
        register_database(
            "cluster_far",
            {
                "ENGINE": "apps.tenancy.backend",
                "NAME": name,
                "USER": address.username,
                "PASSWORD": address.password,
                "HOST": address.hostname,
                "PORT": str(address.port),
            },
        )
        yield address.geturl()
        forget_database("cluster_far")
