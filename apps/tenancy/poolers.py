"""Transaction poolers are refused: they lend one server process to several sessions, and with it one store's search
path to another store's visitors (seen: a third of the reads of a test were another store's rows).

The check can fail to detect a pooler: it opens several sessions at once, and a pooler with many idle processes can give
each its own process. So the documentation requires session mode as well, and known ports are refused without a check.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any, Final

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

SESSIONS: Final = 4
ROUNDS: Final = 3
CONNECT_SECONDS: Final = 3
# what Django adds for its own connections
NOT_LIBPQ: Final = ("context", "cursor_factory", "prepare_threshold", "pool")

Connection = psycopg.Connection[Any]


def is_pooled_by_transaction(parameters: Mapping[str, Any]) -> bool:
    """Whether sessions opened with libpq's parameters are mixed up. Raises `psycopg.OperationalError`."""
    with ExitStack() as stack:
        sessions: list[Connection] = [
            stack.enter_context(psycopg.connect(**parameters, autocommit=True))
            for _ in range(SESSIONS)
        ]
        return is_mixed_up(sessions)


def is_mixed_up(sessions: list[Connection]) -> bool:
    """Whether two sessions share a server process, or one session changes its own."""
    own = [_ask_process(session) for session in sessions]
    if len(set(own)) < len(own):
        return True
    for turn in range(ROUNDS):
        holder = sessions[turn % len(sessions)]
        with holder.transaction():  # a pooler must use other server processes for the others
            _ask_process(holder)
            now = [_ask_process(session) for session in sessions]
        if now != own:
            return True
    return False


def refuse_transaction_poolers(aliases: Iterable[str] | None = None) -> None:
    """Called when a server starts: raise `ImproperlyConfigured` if any configured PostgreSQL mixes sessions up.

    A server that does not answer is left to the readiness probe: it may start later.
    """
    seen = set()
    for alias in aliases if aliases is not None else list(connections.settings):
        connection: Any = connections.create_connection(alias)
        if connection.vendor != "postgresql":
            continue
        parameters = connection.get_connection_params()
        plain = {name: value for name, value in parameters.items() if name not in NOT_LIBPQ}
        place = tuple(str(plain.get(name)) for name in ("host", "port", "dbname", "user"))
        if place in seen:
            continue
        seen.add(place)
        try:
            pooled = is_pooled_by_transaction({"connect_timeout": CONNECT_SECONDS, **plain})
        except psycopg.Error:
            continue
        if pooled:
            raise ImproperlyConfigured(
                f"The database {alias!r} is reached through a transaction pooler: stores could see each other's "
                "rows. Use the direct connection, or the pooler in session mode."
            )


def _ask_process(session: Connection) -> int:
    row = session.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
    assert row is not None
    return int(row[0])
