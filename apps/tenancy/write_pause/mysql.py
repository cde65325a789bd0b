"""The write pause on MariaDB and MySQL: three row triggers on every table, which raise an error of Polystore.

Every `CREATE TRIGGER` waits until no open transaction has touched its table, and commits by itself. So the tables are
paused one after the other; a transaction that began before either commits before the last table is paused or meets a
trigger and is rolled back whole. When all triggers exist, nothing can be written any more. An interrupted pause is
finished, or undone, by the next call.

Needs the TRIGGER privilege and, where the server writes a binary log, for `log_bin_trust_function_creators = 1`.
"""

from typing import Any, Final

ERRNO: Final = 31_973  # ours; neither MySQL nor MariaDB uses it
NAME: Final = "polystore_pause"
LOCK_WAIT_SECONDS: Final = 1
EVENTS: Final = ("INSERT", "UPDATE", "DELETE")
# lock wait timeout, deadlock
_ABOUT_LOCKS: Final = frozenset({1205, 1213})


def add_triggers(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS}")
        try:
            there = _list_triggers(cursor)
            for table in _list_tables(cursor):
                for event in EVENTS:
                    if (table, event) not in there:
                        cursor.execute(_create(connection, table, event))
        finally:
            cursor.execute("SET SESSION lock_wait_timeout = DEFAULT")


def drop_triggers(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS}")
        try:
            for table, event in sorted(_list_triggers(cursor)):
                name = connection.ops.quote_name(_name_of(table, event))
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        finally:
            cursor.execute("SET SESSION lock_wait_timeout = DEFAULT")


def is_complete(connection: Any) -> bool:
    with connection.cursor() as cursor:
        tables = _list_tables(cursor)
        wanted = {(table, event) for table in tables for event in EVENTS}
        return bool(tables) and wanted <= _list_triggers(cursor)


def list_open(connection: Any) -> list[str]:
    with connection.cursor() as cursor:
        there = _list_triggers(cursor)
        tables = _list_tables(cursor)
    return [one for one in tables if not all((one, event) in there for event in EVENTS)]


def is_about_locks(error: BaseException) -> bool:
    """Another session held the lock, or the transaction lost a deadlock: it can be retried."""
    return bool(error.args) and error.args[0] in _ABOUT_LOCKS


def is_pause_error(error: BaseException) -> bool:
    """Whether this driver's exception is our trigger's."""
    return bool(error.args) and error.args[0] == ERRNO


def _create(connection: Any, table: str, event: str) -> str:
    quote = connection.ops.quote_name
    return (
        f"CREATE TRIGGER {quote(_name_of(table, event))} BEFORE {event} ON {quote(table)} "
        "FOR EACH ROW SIGNAL SQLSTATE '45000' "
        f"SET MYSQL_ERRNO = {ERRNO}, MESSAGE_TEXT = 'Writing to this store is paused.'"
    )


def _name_of(table: str, event: str) -> str:
    """At most 64 characters, like every name there; our tables are shorter than 45."""
    return f"{NAME}_{event[0].lower()}_{table}"[:64]


def _list_tables(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1"
    )
    return [row[0] for row in cursor.fetchall()]


def _list_triggers(cursor: Any) -> set[tuple[str, str]]:
    """`(table, event)` of the pause's triggers."""
    cursor.execute(
        "SELECT event_object_table, event_manipulation FROM information_schema.triggers "
        "WHERE trigger_schema = DATABASE() AND trigger_name LIKE %s",
        [f"{NAME}\\_%"],
    )
    return {(row[0], row[1]) for row in cursor.fetchall()}
