"""Maps driver errors of placed databases to domain errors."""

from types import TracebackType
from typing import Any

import psycopg

from apps.tenancy.liveness import ServerSilent
from apps.tenancy.write_pause.translating import PauseAwareErrors


class AnswerAwareErrors(PauseAwareErrors):
    """Raises `StoreUnreachable` for a server that stopped responding, and opens its circuit: the next visitors of the
    store are refused at once. After a connection that was closed during a query they probe first. On MariaDB and MySQL
    they probe first, because there only a time limit has passed."""

    wrapper: Any  # the connection; Django sets it, its type stubs leave it out

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection = self.wrapper
        if isinstance(exc_value, ServerSilent):
            connection.errors_occurred = True
            connection.placed.circuit.failed(exc_value)
            raise connection.placed.circuit.refusal() from None
        if connection.vendor == "mysql" and _heard_nothing(exc_value):
            connection.errors_occurred = True
            connection.placed.circuit.doubted()
            raise connection.placed.circuit.refusal() from None
        if _has_lost_connection(connection, exc_value):
            connection.errors_occurred = True
            connection.placed.circuit.doubted()
            raise connection.placed.circuit.refusal() from None
        super().__exit__(exc_type, exc_value, traceback)


def _has_lost_connection(connection: Any, error: BaseException | None) -> bool:
    """A placed PostgreSQL closed the connection during a query: it restarts or is down."""
    if (
        not isinstance(error, psycopg.OperationalError)
        or getattr(connection, "placed", None) is None
    ):
        return False
    return connection.connection is None or bool(connection.connection.closed)


def _heard_nothing(error: BaseException | None) -> bool:
    """PyMySQL's "Lost connection during query", where it was `read_timeout` that ended it."""
    return error is not None and isinstance(error.__context__, TimeoutError)
