"""Reads all rows of a store in one snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.db.transaction import TransactionManagementError

from apps.archive.errors import ScopeNotSystem
from apps.common.actor import Actor
from apps.common.clock import now
from apps.tenancy.context import ActiveStore, HasActiveStore, outside_store, use_store
from apps.tenancy.routers import DEFAULT, PLATFORM


@dataclass(frozen=True)
class Snapshot:
    """`marker` is the server's own identifier of the moment (PostgreSQL: the position in its log), "" without one."""

    taken_at: datetime
    vendor: str
    marker: str = ""


@contextmanager
def use_store_as_system(store: ActiveStore | HasActiveStore) -> Iterator[ActiveStore]:
    """The store, as the system: maintenance sees and writes every row."""
    with use_store(store, actor=Actor.system("archive")) as active:
        yield active


@contextmanager
def snapshot(store: ActiveStore | HasActiveStore) -> Iterator[Snapshot]:
    """One read-only transaction over the store's SQL, in the system scope; what others commit meanwhile stays unseen.

    Raises `ScopeNotSystem` where the server would hide rows, `TransactionManagementError` inside a transaction.
    """
    with use_store_as_system(store):
        connection = connections[DEFAULT]
        if connection.in_atomic_block:
            raise TransactionManagementError("A snapshot can't be taken inside a transaction.")
        if connection.vendor == "postgresql":
            with _postgresql(connection):
                with connection.cursor() as cursor:
                    _require_every_row(cursor)
                yield Snapshot(now(), connection.vendor, _log_position(connection))
        else:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
                yield Snapshot(now(), connection.vendor)


@contextmanager
def master_snapshot() -> Iterator[Snapshot]:
    """The same over the master database, with no store active."""
    with outside_store():
        connection = connections[PLATFORM]
        with _postgresql(connection):
            yield Snapshot(now(), connection.vendor, _log_position(connection))


@contextmanager
def _postgresql(connection: Any) -> Iterator[None]:
    """The driver itself sends `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`: no statement can come before."""
    connection.ensure_connection()
    driver = connection.connection
    before = driver.isolation_level, driver.read_only
    driver.isolation_level, driver.read_only = 3, True  # psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with transaction.atomic(using=connection.alias):
            yield
    finally:
        if not driver.closed:
            driver.isolation_level, driver.read_only = before


def _require_every_row(cursor: Any) -> None:
    """Checks the row security settings on the server itself: without the system scope the policies would hide rows."""
    cursor.execute("SELECT pg_catalog.current_setting('polystore.sees_all', true)")
    if cursor.fetchone()[0] != "on":
        raise ScopeNotSystem()


def _log_position(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_catalog.pg_is_in_recovery()")
        function = "last_wal_replay_lsn" if cursor.fetchone()[0] else "current_wal_lsn"
        cursor.execute(f"SELECT pg_catalog.pg_{function}()::text")
        return str(cursor.fetchone()[0])
