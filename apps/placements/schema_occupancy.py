"""Finds out whose tables are in a schema, by its mark, its migrations and the columns of its tables."""

from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext, gettext_lazy

from apps.placements.base import Occupancy, PlaceContents
from apps.placements.release import template
from apps.placements.release.building import Shapes, read_shapes
from apps.tenancy.applied import MIGRATIONS_TABLE, read_applied
from apps.tenancy.context import ActiveStore, use_store
from apps.tenancy.routers import DEFAULT

MARK: Final = "polystore store "
SHOWN: Final = 5
ANOTHER: Final = gettext_lazy("This schema already belongs to another store.")


def mark_statement(schema: str, store_id: UUID) -> str:
    """The SQL that marks a schema for its store; the caller has checked the name `schema`."""
    return f"COMMENT ON SCHEMA \"{schema}\" IS '{MARK}{store_id}';"


def is_another_store(mark: str, store_id: UUID) -> bool:
    return mark.startswith(MARK) and mark != f"{MARK}{store_id}"


def occupancy_of_schema(store: ActiveStore, *, adopt_unmarked: bool) -> Occupancy:
    """The contents of the store's schema. `adopt_unmarked`: schemas of the shared cluster made before marks
    were written carry only their migrations; no other user can make schemas there."""
    with use_store(store), connections[DEFAULT].cursor() as cursor:
        mark, tables = read_schema(cursor, store.schema)
        if is_another_store(mark, store.id):
            return Occupancy(PlaceContents.ANOTHER_STORE, str(ANOTHER))
        if not tables:
            return Occupancy(PlaceContents.NOTHING)
        is_ours = bool(mark) or (adopt_unmarked and MIGRATIONS_TABLE in tables)
        if not is_ours or MIGRATIONS_TABLE not in tables:
            return _occupied(tables)
        if not template.list_migrations() <= read_applied():
            return Occupancy(PlaceContents.OLDER)
        return _compare_shapes(read_shapes(store.schema))


def _occupied(tables: list[str]) -> Occupancy:
    wanted = template.required_tables(template.ensure_template())
    names = ", ".join(([name for name in tables if name in wanted] or tables)[:SHOWN])
    return Occupancy(
        PlaceContents.SOMETHING_ELSE,
        gettext("The database already has tables of these names: %(names)s.") % {"names": names},
    )


def _compare_shapes(found: Shapes) -> Occupancy:
    """A store that has every migration has every table, column by column."""
    wanted = template.required_shapes(template.ensure_template())
    other = [name for name, shape in wanted.items() if name in found and found[name] != shape]
    if other:
        names = ", ".join(other[:SHOWN])
        return Occupancy(
            PlaceContents.SOMETHING_ELSE,
            gettext("These tables have other columns than a store's: %(names)s.")
            % {"names": names},
        )
    missing = [name for name in wanted if name not in found]
    if missing:
        names = ", ".join(missing[:SHOWN])
        return Occupancy(
            PlaceContents.SOMETHING_ELSE,
            gettext("Tables of the store are missing: %(names)s.") % {"names": names},
        )
    return Occupancy(PlaceContents.CURRENT)


def read_schema(cursor: Any, schema: str) -> tuple[str, list[str]]:
    """The mark of a schema ("" for none) and its tables and views; a missing schema is empty."""
    cursor.execute(
        "SELECT coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), ''), "
        "ARRAY(SELECT c.relname::text FROM pg_catalog.pg_depend d "  # indexed, unlike a class's schema
        "JOIN pg_catalog.pg_class c ON c.oid = d.objid "
        "WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid "
        "AND d.classid = 'pg_catalog.pg_class'::regclass AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1) "
        "FROM pg_catalog.pg_namespace n WHERE n.nspname = %s",
        [schema],
    )
    row = cursor.fetchone()
    return (str(row[0]), list(row[1])) if row else ("", [])
