"""psycopg's pool, configured to fail fast and to hand out clean connections only."""

import select
import time
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from psycopg import pq
from psycopg_pool import ConnectionPool

from apps.tenancy.backend.scope import close_scope
from apps.tenancy.liveness import watching_for_silence

CHECK_SECONDS: Final = 1.0
# A connection used a moment ago needs no check.
FRESH_SECONDS: Final = 2.0

_used_at: WeakKeyDictionary[psycopg.Connection[Any], float] = WeakKeyDictionary()


class StorePool(ConnectionPool[psycopg.Connection[Any]]):
    """A pool with numbers of its use."""

    def use(self) -> tuple[int, int]:
        """Connections in use, and idle ones."""
        stats = self.get_stats()
        idle = stats.get("pool_available", 0)
        return max(0, stats.get("pool_size", 0) - idle), idle


def reset_connection(connection: psycopg.Connection[Any]) -> None:
    """Called by the pool's only worker thread before a connection is lent again: clears store, role and person."""
    with watching_for_silence():
        if not connection.autocommit:
            connection.autocommit = True
        connection.execute("RESET ROLE")
        close_scope(connection)
    _used_at[connection] = time.monotonic()


def require_answer(connection: psycopg.Connection[Any]) -> None:
    """Raise `OperationalError` unless the server answers immediately; called for connections that were idle for a
    while."""
    if time.monotonic() - _used_at.get(connection, 0.0) < FRESH_SECONDS:
        return
    server = connection.pgconn
    server.send_query(b"")
    server.flush()
    deadline = time.monotonic() + CHECK_SECONDS
    while server.is_busy():
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([server.socket], [], [], left)[0]:
            connection.close()
            raise psycopg.OperationalError(
                "The server did not answer a query on an idle connection."
            )
        server.consume_input()
    while result := server.get_result():
        if result.status not in (pq.ExecStatus.EMPTY_QUERY, pq.ExecStatus.TUPLES_OK):
            raise psycopg.OperationalError("The server refused a query on an idle connection.")
