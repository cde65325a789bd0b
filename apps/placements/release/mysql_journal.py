"""Migrations that can be resumed after a crash, on a server without transactional DDL.

While a migration runs, each DDL statement is written into a table of the same database before it is sent. The server
executes every single statement atomically, so a row means that all statements before it were done and the last one was
begun. A repeated run skips finished statements, sends the last one again, and takes the error "already exists" as a
sign that it was done. The rows are deleted in the transaction that records the migration as applied, the table when no
migration is left.

Statements are identified by their text (and its number of occurrences), not by their position, because some depend on
the current contents of the database. Interrupted Python in migrations runs again, so it has to be repeatable.
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

# Errors of a statement that was done before: a table, column, key, foreign key, check or trigger exists, or was dropped
# or renamed. MariaDB reports a duplicate foreign key as 1005 with errno 121.
DONE_ALREADY: Final = frozenset(
    (1050, 1051, 1054, 1060, 1061, 1068, 1091, 1146, 1359, 1360, 1826, 3822)
)
DOUBLE_KEY: Final = "errno: 121"


class Journal:
    """The finished statements of one migration, in this run and earlier ones."""

    def __init__(self, connection: Any, migration: str) -> None:
        self.connection = connection
        self.migration = migration
        earlier = self._read()
        self.done = Counter(earlier[:-1])
        self.begun: str | None = earlier[-1] if earlier else None

    def step(self, sql: str, params: Any, run: Callable[[], None]) -> None:
        """Run a statement once in all runs."""
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
        """Repeat the interrupted statement. It may have been done, or may still run; then the server waits for it."""
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
        """Delete the rows of a finished migration."""
        self._execute(f"DELETE FROM {TABLE} WHERE migration = %s")  # noqa: S608  our own name


def is_refusal(error: DatabaseError) -> bool:
    """Whether the server refused the statement, so that nothing was done. Numbers from 2000 to 2999 are the client's:
    the connection broke, and the result is unknown."""
    number = error.args[0] if error.args else None
    return isinstance(number, int) and not 2000 <= number < 3000


def was_done_already(error: DatabaseError) -> bool:
    """Whether the server refused because the statement was done before."""
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
        """Record the migration and delete its journal in one transaction."""
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
