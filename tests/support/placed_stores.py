"""Fixtures: empty PostgreSQL databases, and stores placed in them or on another server."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from psycopg import sql

from apps.platform.models import Store, StoreMove
from apps.tenancy.connections import (
    forget_database,
    register_database,
)
from tests.support.databases import close_store, open_store
from tests.support.documents import documents
from tests.support.dropping import drop_database
from tests.support.own_databases import on_server, own_database


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[dict[str, str]]:
    """An empty PostgreSQL database on the suite's server, as a merchant would describe it."""
    with own_database() as config:
        yield config


@pytest.fixture
def new_database(transactional_db: None) -> Iterator[Callable[[], dict[str, str]]]:
    """`new_database()` makes an empty PostgreSQL database and answers how to connect to it."""
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
    from apps.tenancy.connections import forget_database

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


@pytest.fixture
def role(transactional_db: None) -> Iterator[str]:
    """A login of its own on the suite's server, with the password `first`."""
    name = f"merchant_{secrets.token_hex(4)}"
    run_sql("CREATE ROLE {} LOGIN PASSWORD 'first'", name)
    run_sql("GRANT {} TO CURRENT_USER WITH SET TRUE", name)
    yield name
    run_sql("DROP ROLE {}", name)


@pytest.fixture
def owned_store(role: str) -> Iterator[Store]:
    """A store in a database of that role."""
    settings = connections["platform"].settings_dict
    run_sql("CREATE DATABASE {} OWNER {}", role, role)
    config = {
        "host": settings["HOST"],
        "port": str(settings["PORT"]),
        "database": role,
        "user": role,
        "password": "first",
        "sslmode": "disable",
    }
    store = open_store(database_type="postgresql", config=config)
    yield store
    store.refresh_from_db()
    forget_database(store.active_store.alias)
    close_store(store)
    drop_database(role, on_server)


def run_sql(statement: str, *names: str) -> None:
    on_server(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture
def quick(settings: Any) -> None:
    settings.PLACED_DATABASES = {**settings.PLACED_DATABASES, "retry_seconds": 0.5}


@pytest.fixture
def region(settings: Any, tmp_path: Path) -> Iterator[str]:
    """Documents in a database of their own name, files in a folder of their own; tables on the suite's server."""
    name = f"r{secrets.token_hex(4)}"
    described = connections["documents"].settings_dict
    own = {**described, "NAME": f"test_{name}"}
    sql = {**connections["default"].settings_dict}
    settings.REGIONS = {name: {"sql": "x", "documents": "x", "files": str(tmp_path / "eu")}}
    settings.SQL_CLUSTERS = {name: "x"}
    settings.DATABASES[f"documents_{name}"] = own
    settings.DATABASES[f"cluster_{name}"] = sql
    settings.MEDIA_ROOT = str(tmp_path / "main")
    yield name
    documents(f"documents_{name}").unscoped_database.client.drop_database(own["NAME"])
    for alias in (f"documents_{name}", f"cluster_{name}"):
        forget_database(alias)
        del settings.DATABASES[alias]
