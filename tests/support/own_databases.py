"""Empty PostgreSQL databases on the suite's own server, as a merchant would describe them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from psycopg import sql

from tests.support.waiting import wait_until


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
    drop_database(name)


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


def drop_database(name: str) -> None:
    """Whoever is still in it. A session that just begins or ends, or the server's own vacuum, can't be ended: it is tried
    again."""

    def is_dropped() -> bool:
        try:
            on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        except (psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
            return False
        return True

    wait_until(is_dropped, f"{name} has sessions")
