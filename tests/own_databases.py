"""Empty PostgreSQL databases on the suite's own server, as a merchant would describe them."""

import contextlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from psycopg import sql

from tests.waiting import wait_until


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """How to connect to a new database, which is dropped at the end whoever is still in it."""
    settings = connections["platform"].settings_dict
    name = f"test_placed_{secrets.token_hex(5)}"
    on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield {
        "host": settings["HOST"],
        "port": str(settings["PORT"]),
        "database": name,
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "sslmode": "disable",
    }
    wait_until_left(name)
    on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def on_server(statement: sql.Composed) -> None:
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


def wait_until_left(name: str) -> None:
    """A server process that just begins or ends a session can't be ended by others."""
    with connections["platform"].cursor() as cursor:

        def is_left() -> bool:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
            return cursor.fetchone() == (0,)

        with contextlib.suppress(AssertionError):
            wait_until(is_left, f"{name} has sessions", seconds=5)
