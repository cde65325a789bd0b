"""Dropping the databases that tests made."""

from collections.abc import Callable
from functools import partial

import psycopg
from psycopg import sql

from tests.support.waiting import wait_until


def drop_database(name: str, run: Callable[[sql.Composed], object]) -> None:
    """Drop it with its sessions. A session that just begins or ends, or the server's own vacuum, can't be ended by our
    user: the statement is repeated."""
    wait_until(partial(_is_dropped, name, run), f"{name} has sessions")


def _is_dropped(name: str, run: Callable[[sql.Composed], object]) -> bool:
    try:
        run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    except (psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
        return False
    return True
