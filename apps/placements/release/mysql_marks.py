"""The mark of a store's database: its id in the comment of a table. Comments are part of every dump and copy."""

from typing import Any, Final
from uuid import UUID

from apps.placements.release.mysql_journal import TABLE as JOURNAL
from apps.tenancy.applied import MIGRATIONS_TABLE

MARK: Final = "polystore store "


def read_marks(cursor: Any) -> set[str]:
    """The ids of the stores for which this database is marked; normally one."""
    cursor.execute(
        "SELECT table_comment FROM information_schema.tables WHERE table_schema = DATABASE() "
        "AND table_name IN (%s, %s)",
        [MIGRATIONS_TABLE, JOURNAL],
    )
    return {row[0].removeprefix(MARK) for row in cursor.fetchall() if row[0].startswith(MARK)}


def mark_of(store_id: UUID) -> str:
    return f"{MARK}{store_id}"


def write_mark(cursor: Any, store_id: UUID) -> None:
    """Mark the table of migrations, which always exists. Changes no row and rebuilds no table. Repeatable."""
    cursor.execute(f"ALTER TABLE {MIGRATIONS_TABLE} COMMENT = %s", [mark_of(store_id)])
