"""Three stores on two databases: two schemas of the shared cluster and one PostgreSQL database of a store's own."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from apps.tenancy.connections import forget_database, register_database
from tests.databases import close_store, open_store
from tests.own_databases import own_database


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[dict[str, str]]:
    """An empty PostgreSQL database on the suite's server, as a merchant would describe it."""
    with own_database() as config:
        yield config


@pytest.fixture
def placed_store(empty_database: dict[str, str]) -> Iterator[Any]:
    """A store whose tables are in a PostgreSQL database of its own."""
    store = open_store(database_type="postgresql", config=empty_database)
    yield store
    forget_database(store.active_store.alias)
    close_store(store)


@pytest.fixture
def three_stores(throwaway_store: Any, placed_store: Any) -> Iterator[list[Any]]:
    second = open_store()
    yield [throwaway_store, second, placed_store]
    close_store(second)


@pytest.fixture
def far(second_cluster: Any, settings: Any) -> Iterator[Any]:
    """The name `far` for another server."""
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
