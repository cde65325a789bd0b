"""Finds out whose tables are in the active store's database, by its mark, its migrations and the columns of its
tables."""

from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext

from apps.placements.base import Occupancy, PlaceContents
from apps.placements.release import template
from apps.placements.release.mysql_journal import TABLE as JOURNAL
from apps.placements.release.mysql_marks import read_marks
from apps.tenancy import required
from apps.tenancy.applied import MIGRATIONS_TABLE, read_applied
from apps.tenancy.routers import DEFAULT

SHOWN: Final = 5


def occupancy_of_database(store_id: UUID) -> Occupancy:
    """The contents of the database. Changes nothing."""
    with connections[DEFAULT].cursor() as cursor:
        shapes = read_shapes(cursor)
        if not shapes:
            return Occupancy(PlaceContents.NOTHING)
        marks = read_marks(cursor)
        if not marks:
            return _occupied(set(shapes))
        if marks != {str(store_id)}:
            return Occupancy(
                PlaceContents.ANOTHER_STORE,
                gettext("This database already belongs to another store."),
            )
        if JOURNAL in shapes or MIGRATIONS_TABLE not in shapes:
            return Occupancy(PlaceContents.UNFINISHED)
        if not template.list_migrations() <= read_applied():
            return Occupancy(PlaceContents.OLDER)
    return _compare(shapes)


def _occupied(tables: set[str]) -> Occupancy:
    names = ", ".join((sorted(tables & required.list_required_tables()) or sorted(tables))[:SHOWN])
    return Occupancy(
        PlaceContents.SOMETHING_ELSE,
        gettext(
            "The database is not empty: it holds %(names)s. A store needs a database of its own."
        )
        % {"names": names},
    )


def _compare(found: dict[str, set[str]]) -> Occupancy:
    """A store that has every migration has every table, column by column."""
    wanted = {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}
        for model in required.list_store_models()
    }
    other = [name for name in sorted(wanted) if name in found and not found[name] >= wanted[name]]
    if other:
        names = ", ".join(other[:SHOWN])
        return Occupancy(
            PlaceContents.SOMETHING_ELSE,
            gettext("These tables have other columns than a store's: %(names)s.")
            % {"names": names},
        )
    missing = sorted(set(wanted) - set(found))
    if missing:
        names = ", ".join(missing[:SHOWN])
        return Occupancy(
            PlaceContents.SOMETHING_ELSE,
            gettext("Tables of the store are missing: %(names)s.") % {"names": names},
        )
    return Occupancy(PlaceContents.CURRENT)


def read_shapes(cursor: Any) -> dict[str, set[str]]:
    """Every table of the database and the names of its columns."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
    )
    shapes: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        shapes.setdefault(table, set()).add(column)
    return shapes
