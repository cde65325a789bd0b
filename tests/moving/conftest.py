"""Empty databases to move to, and a shop that sells meanwhile."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from apps.platform.models import Store, StoreMove
from apps.platform.selectors.moves import SOURCE, TARGET
from apps.platform.tenancy.connections import forget_database
from tests.databases import close_store, open_store


@pytest.fixture
def new_database(transactional_db: None) -> Iterator[Callable[[], dict[str, str]]]:
    """`new_database()` makes an empty PostgreSQL database and answers how to connect to it."""
    names: list[str] = []
    settings = connections["platform"].settings_dict

    def make() -> dict[str, str]:
        name = f"test_placed_{secrets.token_hex(5)}"
        names.append(name)
        _on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return {
            "host": settings["HOST"],
            "port": str(settings["PORT"]),
            "database": name,
            "user": settings["USER"],
            "password": settings["PASSWORD"],
            "sslmode": "disable",
        }

    yield make
    for move in StoreMove.objects.all():
        for side in (SOURCE, TARGET):
            forget_database(f"store_{move.store_id.hex}_{side}{move.id.hex}")
    for name in names:
        _on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def placed_store(new_database: Callable[[], dict[str, str]]) -> Iterator[Any]:
    """A store in a database of its own."""
    store = open_store(database_type="postgresql", config=new_database())
    yield store
    store = Store.objects.get(pk=store.pk)
    forget_database(store.active_store.alias)
    close_store(store)


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
