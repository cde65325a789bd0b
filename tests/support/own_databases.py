"""Empty PostgreSQL databases on the suite's own server, as a merchant would describe them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from psycopg import sql

from tests.support.dropping import drop_database


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
    drop_database(name, on_server)


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
