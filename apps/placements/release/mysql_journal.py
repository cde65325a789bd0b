"""Migrations that a crash may interrupt anywhere, on a server where definitions do not roll back.

While a migration runs, each of its definitions is written into a table of the same database before it is sent. The
server makes every single definition all or nothing, so a row means that all rows before it were done, and that the
last one was begun. A repeated run passes over what was done, sends the last one again, and takes "it is there
already" as the answer that it had been done. The rows go in the transaction that records the migration as applied, the
table when nothing is left to migrate.

Definitions are recognised by their text (and how often it was met), not by their number: some are worked out
from what the database holds at the moment. Python in migrations runs again when it was interrupted; it has to be
repeatable, as everywhere.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import DatabaseError, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

TABLE: Final = "polystore_migration_steps"
CREATE: Final = f"""CREATE TABLE IF NOT EXISTS {TABLE} (
    position integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
    migration varchar(255) NOT NULL,
    digest char(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = %s"""

# What a server says of a definition that had been done: table, column, key, foreign key, check or trigger is there
# already, or was dropped or renamed already. MariaDB tells a double foreign key as 1005 with errno 121.
DONE_ALREADY: Final = frozenset(
    (1050, 1051, 1054, 1060, 1061, 1068, 1091, 1146, 1359, 1360, 1826, 3822)
)
DOUBLE_KEY: Final = "errno: 121"


class Journal:
    """What one migration has done so far, in this run and in those before it."""

    def __init__(self, connection: Any, migration: str) -> None:
        self.connection = connection
        self.migration = migration
        earlier = self._read()
        self.done = Counter(earlier[:-1])
        self.begun: str | None = earlier[-1] if earlier else None

    def step(self, sql: str, params: Any, run: Callable[[], None]) -> None:
        """Run a definition once in all runs."""
        digest = hashlib.sha256(f"{sql}\n{params!r}".encode()).hexdigest()
        if self.done[digest]:
            self.done[digest] -= 1
            return
        if digest == self.begun:
            self.begun = None
            self._run_again(run)
            return
        self._execute(
            f"INSERT INTO {TABLE} (migration, digest) VALUES (%s, %s)",  # noqa: S608  our own name
            digest,
        )
        try:
            run()
        except DatabaseError as error:
            if is_refusal(error):
                self._execute(
                    f"DELETE FROM {TABLE} WHERE migration = %s AND digest = %s "  # noqa: S608  our own name
                    "ORDER BY position DESC LIMIT 1",
                    digest,
                )
            raise

    def _run_again(self, run: Callable[[], None]) -> None:
        """The one that was under way. It may have been done, or may even still be: then the server makes us wait."""
        try:
            run()
        except DatabaseError as error:
            if not was_done_already(error):
                raise

    def _read(self) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT digest FROM {TABLE} WHERE migration = %s ORDER BY position",  # noqa: S608  our own name
                [self.migration],
            )
            return [row[0] for row in cursor.fetchall()]

    def _execute(self, sql: str, *values: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, [self.migration, *values])

    def forget(self) -> None:
        """Nothing of this migration can be under way any more."""
        self._execute(f"DELETE FROM {TABLE} WHERE migration = %s")  # noqa: S608  our own name


def is_refusal(error: DatabaseError) -> bool:
    """Whether the server itself said no, so that nothing was done. Numbers from 2000 to 2999 are the client's: the
    connection broke, and the outcome is unknown."""
    number = error.args[0] if error.args else None
    return isinstance(number, int) and not 2000 <= number < 3000


def was_done_already(error: DatabaseError) -> bool:
    """Whether the server refused because there is nothing left to do."""
    number = error.args[0] if error.args else None
    return number in DONE_ALREADY or (number == 1005 and DOUBLE_KEY in str(error))


Executor: Any = MigrationExecutor  # the type stubs know only part of it


@contextmanager
def journal_kept(connection: Any, mark: str) -> Iterator[None]:
    """The journal is there before anything else, with the mark of whose database this is (see `marks.py`), and goes
    when the block has done everything: as long as it is there, something is unfinished."""
    with connection.cursor() as cursor:
        cursor.execute(CREATE, [mark])
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


class ResumingExecutor(Executor):
    """Django's executor, with a journal around each migration."""

    def apply_migration(self, state: Any, migration: Migration, *args: Any, **kwargs: Any) -> Any:
        with self._journal(migration):
            return super().apply_migration(state, migration, *args, **kwargs)

    def record_migration(self, migration: Migration) -> None:
        """Applied and forgotten in one transaction."""
        with transaction.atomic(using=self.connection.alias):
            super().record_migration(migration)
            Journal(self.connection, name_of(migration)).forget()

    @contextmanager
    def _journal(self, migration: Migration) -> Iterator[None]:
        self.connection.journal = Journal(self.connection, name_of(migration))
        try:
            yield
        finally:
            self.connection.journal = None


def name_of(migration: Migration) -> str:
    return f"{migration.app_label}.{migration.name}"
