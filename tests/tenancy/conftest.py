"""Three stores on two databases: two schemas of the shared cluster and one PostgreSQL database of a store's own."""

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from apps.platform.tenancy.connections import forget_database, register_database
from tests.databases import close_store, open_store
from tests.waiting import wait_until


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[dict[str, Any]]:
    """An empty PostgreSQL database on the suite's server, as a merchant would describe it."""
    settings = connections["platform"].settings_dict
    name = f"test_placed_{secrets.token_hex(5)}"
    _on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield {
        "host": settings["HOST"],
        "port": str(settings["PORT"]),
        "database": name,
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "sslmode": "disable",
    }
    _wait_until_left(name)
    _on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def placed_store(empty_database: dict[str, Any]) -> Iterator[Any]:
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
                "ENGINE": "apps.platform.tenancy.backend",
                "NAME": name,
                "USER": address.username,
                "PASSWORD": address.password,
                "HOST": address.hostname,
                "PORT": str(address.port),
            },
        )
        yield address.geturl()
        forget_database("cluster_far")


def _on_server(statement: sql.Composed) -> None:
    settings = connections["platform"].settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(statement)


def _wait_until_left(name: str) -> None:
    """A server process that just begins or ends a session can't be ended by others."""
    with connections["platform"].cursor() as cursor:

        def is_left() -> bool:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
            return cursor.fetchone() == (0,)

        with contextlib.suppress(AssertionError):
            wait_until(is_left, f"{name} has sessions", seconds=5)
