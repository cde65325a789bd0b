"""Shared parts of the commands: errors in one line, colours and bars only for people at a terminal."""

import logging
import sys
from argparse import ArgumentError, ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError
from pymongo.errors import ConnectionFailure, PyMongoError
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from apps.common.errors import DomainError
from apps.common.progress import show_message

LOOK: Final = "`manage.py databases` shows which of them answer."
_NO_CONNECTION: Final = "couldn't get a connection"  # the pool's words for a server that is down
_DRIVER_DETAILS: Final = " (configured timeouts"  # and the driver's view of the cluster
NO_TABLES: Final = (
    "Is it up to date? `manage.py migrate_platform`, then `manage.py migrate_stores`."
)


def console_for(stream: Any) -> Console:
    """Colours on a terminal, plain text in a pipe or a log."""
    people = is_terminal(stream)
    return Console(
        file=stream,
        highlight=False,
        soft_wrap=True,
        force_terminal=people,
        width=None if people else 200,
    )


def is_terminal(stream: Any) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)()) and sys.stdout.isatty()


@contextmanager
def quiet_log(argv: Sequence[str]) -> Iterator[None]:
    """The log shows errors only while a command of these arguments runs."""
    known = ArgumentParser(add_help=False, exit_on_error=False)
    known.add_argument("-v", "--verbosity", default="1")
    known.add_argument("--traceback", action="store_true")
    handlers = logging.getLogger().handlers
    levels = [handler.level for handler in handlers]
    with suppress(ArgumentError):
        options, _ = known.parse_known_args(argv[2:])
        if options.verbosity in ("0", "1") and not options.traceback:
            for handler in handlers:
                handler.setLevel(max(handler.level, logging.ERROR))
    try:
        yield
    finally:
        for handler, level in zip(handlers, levels, strict=True):
            handler.setLevel(level)


def explain(error: Exception) -> str:
    """One sentence for an error of ours or of a server."""
    return describe(error) if isinstance(error, DomainError) else what_a_server_said(error)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turns expected errors into one sentence and exit code 1, without a traceback."""
    try:
        yield
    except DomainError as error:
        raise CommandError(describe(error)) from None
    except (DatabaseError, InterfaceError, PyMongoError, RedisError) as error:
        raise CommandError(what_a_server_said(error)) from None
    except OSError as error:
        where = f"{str(error.filename)[:200]}: " if error.filename else ""
        raise CommandError(f"{where}{error.strerror or error}"[:400]) from None
    except UnicodeEncodeError:  # an argument with bytes of another encoding
        raise CommandError("One of the arguments is not valid UTF-8.") from None


def what_a_server_said(error: Exception) -> str:
    """One line of it, and where to look. The documents' backend raises errors of Django's in place of pymongo's."""
    if isinstance(error.__cause__, PyMongoError):
        error = error.__cause__
    lines = str(error).strip().splitlines() or [type(error).__name__]
    said = lines[0][:200].rstrip(".")
    if _NO_CONNECTION in said:
        return f"The database does not answer. {LOOK}"
    if isinstance(error, ConnectionFailure):
        said = said.partition(_DRIVER_DETAILS)[0]
        return f"The documents server does not answer ({said}). {LOOK}"
    if isinstance(error, PyMongoError):
        return f"The documents server says: {said}. {LOOK}"
    if isinstance(error, RedisError):
        return f"The cache says: {said}. {LOOK}"
    if isinstance(error, ProgrammingError) and "does not exist" in said:
        return f"The database says: {said}. {NO_TABLES}"
    more = f". {LOOK}" if isinstance(error, OperationalError | InterfaceError) else ""
    return f"The database says: {said}{more}"


_WORDS = {"slug": "short name", "domain": "host"}


def _words_of(field: str) -> str:
    """A key of a configuration file (`config.ssl_mode`) stays as it is written there."""
    return _WORDS.get(field) or (field if "." in field else field.replace("_", " "))


def describe(error: DomainError) -> str:
    """The message, and the error of each field."""
    new = {
        name: [text for text in texts if text not in str(error)]
        for name, texts in error.fields.items()
    }
    fields = "; ".join(
        f"{_words_of(name)}: {' '.join(texts)}" for name, texts in new.items() if texts
    )
    return f"{error} ({fields})" if fields else str(error)


class Watcher:
    """A `Progress` for people: a bar on a terminal; anywhere else a line for each kind of work, by its first word, or
    nothing without `lines`."""

    def __init__(
        self, slug: str, console: Any, *, quiet: bool, bar: bool, lines: bool = True
    ) -> None:
        self.slug, self.console, self.last_kind = slug, console, ""
        self.lines = lines and not quiet and not bar
        self.bar = Progress(
            TextColumn("[bold]{task.fields[slug]}[/] {task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=quiet or not bar,
        )

    def __enter__(self) -> "Watcher":
        self.bar.start()
        self.task = self.bar.add_task("Waiting", total=1.0, slug=self.slug)
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def __call__(self, share: float, words: str) -> None:
        words = show_message(words)
        self.bar.update(self.task, completed=share, description=words)
        kind = words.split(" ")[0]
        if self.lines and kind != self.last_kind:
            self.console.print(f"{self.slug}: {round(100 * share):3d} % {words}")
        self.last_kind = kind
