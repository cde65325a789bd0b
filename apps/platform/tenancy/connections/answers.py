"""What a placed database answers, or no longer does, as errors of ours."""

from types import TracebackType
from typing import Any

from apps.platform.tenancy.silence import ServerSilent
from apps.platform.tenancy.write_pause.translating import PauseAwareErrors


class AnswerAwareErrors(PauseAwareErrors):
    """Raises `StoreUnreachable` for a server that has fallen silent, and opens its circuit: the next visitors of the
    store are told at once. On MariaDB and MySQL they knock first: there a limit has passed, nothing more is known."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._connection = connection

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc_value, ServerSilent):
            self._connection.errors_occurred = True
            circuit = self._connection.placed.circuit
            circuit.failed(exc_value)
            raise circuit.refusal() from None
        if self._connection.vendor == "mysql" and _heard_nothing(exc_value):
            self._connection.errors_occurred = True
            circuit = self._connection.placed.circuit
            circuit.doubted()
            raise circuit.refusal() from None
        super().__exit__(exc_type, exc_value, traceback)


def _heard_nothing(error: BaseException | None) -> bool:
    """PyMySQL's "Lost connection during query", where it was `read_timeout` that ended it."""
    return error is not None and isinstance(error.__context__, TimeoutError)


def watch_answers(connection: Any) -> None:
    """In place of the connection's own `wrap_database_errors`, which Django makes when it is first asked for."""
    connection.__dict__["wrap_database_errors"] = AnswerAwareErrors(connection)
