"""The write pause on PostgreSQL: one statement trigger on every table, all of them in one transaction.

`LOCK TABLE ... SHARE ROW EXCLUSIVE` waits for every writer that has begun and makes later ones wait. A waiting writer
reads the table's triggers once it has its lock, so it is refused as well (a test shows it). `ENABLE ALWAYS`
holds for sessions that have switched triggers off by `session_replication_role`, such as a restore.
"""

from typing import Any, Final

from django.db import transaction

# Class PS is unused: neither in the SQL standard nor PostgreSQL's own.
SQLSTATE: Final = "PSW01"
NAME: Final = "polystore_write_pause"
# Shorter than deadlock_timeout (1 s): we step back before PostgreSQL would pick a victim among the buyers.
LOCK_TIMEOUT: Final = "400ms"
_ABOUT_LOCKS: Final = frozenset({"55P03", "40P01"})

_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Writing to this store is paused.' USING ERRCODE = '{SQLSTATE}';
END $$"""


def add_triggers(connection: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        tables = _list_tables(cursor, with_trigger=False)
        if not tables:
            return
        quoted = [connection.ops.quote_name(table) for table in tables]
        cursor.execute(f"LOCK TABLE {', '.join(quoted)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_FUNCTION)
        for table in quoted:
            cursor.execute(
                f"CREATE TRIGGER {NAME} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {NAME}()"
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {NAME}")


def drop_triggers(connection: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(f"DROP FUNCTION IF EXISTS {NAME}() CASCADE")


def is_complete(connection: Any) -> bool:
    with connection.cursor() as cursor:
        return bool(_list_tables(cursor, with_trigger=True)) and not _list_tables(
            cursor, with_trigger=False
        )


def list_open(connection: Any) -> list[str]:
    with connection.cursor() as cursor:
        return _list_tables(cursor, with_trigger=False)


def is_about_locks(error: BaseException) -> bool:
    """Another session held the lock, or the transaction lost a deadlock: it can be retried."""
    return getattr(error.__cause__, "sqlstate", None) in _ABOUT_LOCKS


def is_pause_error(error: BaseException) -> bool:
    """Whether this driver's exception is our trigger's."""
    return getattr(error, "sqlstate", None) == SQLSTATE


def _list_tables(cursor: Any, *, with_trigger: bool) -> list[str]:
    """The store's tables with, or without, the trigger, sorted: every caller locks in the same order."""
    word = "EXISTS" if with_trigger else "NOT EXISTS"
    cursor.execute(
        f"""
        SELECT c.relname FROM pg_catalog.pg_class c
        WHERE c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.current_schema()::text) AND c.relkind IN ('r', 'p')
          AND {word} (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = %s)
        ORDER BY 1""",  # noqa: S608  one of two words of ours
        [NAME],
    )
    return [row[0] for row in cursor.fetchall()]
