"""Detects a PostgreSQL server that accepted a query but stopped responding, while a visitor waits for a page.

A proxy or firewall that stops forwarding keeps a connection alive in the eyes of TCP, and libpq waits for an answer as long
as TCP lasts. Therefore a waiting request checks that address after some time: PostgreSQL, and every pooler before it,
answers a TLS request with one byte, without a login and without a connection slot. A live server may be slow; the
connection to a silent one is closed and `ServerSilent` raised.

MariaDB and MySQL shut out a host that leaves without logging in too often, so there a visitor's connection just has a limit
for each answer. Long work (migrations, moves, backups) is not watched: it waits as long as TCP does, which `TCP_OPTIONS`
bound.
"""

import socket
import struct
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import psycopg
from psycopg import pq

SILENCE_SECONDS = 2.0  # then the server is asked for a sign of life, and again after twice as long
SIGN_SECONDS: Final = 0.8  # for the sign
# The longest that a visitor's query may keep silent on MariaDB and MySQL.
READ_SECONDS = 15.0
# https://www.postgresql.org/docs/current/protocol-message-formats.html: SSLRequest
_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)

# Timeouts of a connection whose peer is gone, in seconds; for unconfirmed data in milliseconds (Linux).
TCP_OPTIONS: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 120_000,
}

_is_awaited: ContextVar[bool] = ContextVar("is_awaited", default=False)


class ServerSilent(psycopg.OperationalError):
    """The server answered neither the query nor the check. Its connection is closed."""


@contextmanager
def watching_for_silence() -> Iterator[None]:
    """Queries of placed databases in this block are watched. For requests; long work must not be watched."""
    token = _is_awaited.set(True)
    try:
        yield
    finally:
        _is_awaited.reset(token)


def is_watching() -> bool:
    return _is_awaited.get()


class WatchedConnection(psycopg.Connection[Any]):
    """Waits for a living server only, while `watching_for_silence`."""

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        if not _is_awaited.get():
            return super().wait(gen, *args, **kwargs)
        try:
            return super().wait(_watched(gen, lambda: _is_alive(self.pgconn)), *args, **kwargs)
        except ServerSilent:
            self.close()
            raise


def _watched(
    gen: Generator[Any, Any, Any], is_alive: Callable[[], bool]
) -> Generator[Any, Any, Any]:
    """Runs the driver's own steps; the driver reports ten times a second if no data has arrived."""
    patience, read_at = SILENCE_SECONDS, time.monotonic()
    try:
        state = next(gen)
        while True:
            ready = yield state
            if ready:
                read_at = time.monotonic()
            elif time.monotonic() - read_at > patience:
                if not is_alive():
                    raise ServerSilent("The server has stopped answering.")
                patience, read_at = patience * 2, time.monotonic()
            state = gen.send(ready)
    except StopIteration as end:
        return end.value


def _is_alive(server: pq.abc.PGconn) -> bool:
    """Whether anything answers where this connection goes to. A socket file has no network that could drop packets."""
    address = server.hostaddr.decode()
    if not address:
        return True
    try:
        with socket.create_connection((address, int(server.port)), timeout=SIGN_SECONDS) as door:
            door.sendall(_SSL_REQUEST)
            return bool(door.recv(1))
    except OSError:
        return False
