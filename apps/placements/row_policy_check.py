"""Compares the constraints, triggers and policies that the models need with those of a store's database, and reports
missing ones.

Foreign keys, checks, unique keys and the triggers of append-only tables: everything by which the database itself
refuses a wrong row. Named ones are compared by name, the others by their columns.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connections
from django.db.models import CheckConstraint, Model, UniqueConstraint
from django.utils.translation import gettext

from apps.tenancy.context import ActiveStore, use_store
from apps.tenancy.required import list_store_models
from apps.tenancy.routers import DEFAULT

# Per vendor: (table, name) of everything with a name, and (table, columns) of unique and of foreign keys.
NAMES: Final = {
    "postgresql": """
        SELECT c.relname, k.conname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        WHERE k.connamespace = current_schema()::regnamespace UNION
        SELECT tablename::text, indexname::text FROM pg_catalog.pg_indexes WHERE schemaname = current_schema()""",
    "mysql": """
        SELECT table_name, constraint_name FROM information_schema.table_constraints WHERE table_schema = DATABASE()
        UNION SELECT table_name, index_name FROM information_schema.statistics WHERE table_schema = DATABASE()""",
}
UNIQUE: Final = {
    "postgresql": """
        SELECT c.relname, array_to_string(ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum = ANY(i.indkey) ORDER BY a.attname), ',')
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        WHERE i.indisunique AND i.indpred IS NULL AND c.relnamespace = current_schema()::regnamespace""",
    "mysql": """
        SELECT table_name, GROUP_CONCAT(column_name ORDER BY column_name SEPARATOR ',')
        FROM information_schema.statistics WHERE table_schema = DATABASE() AND non_unique = 0
        GROUP BY table_name, index_name""",
}
FOREIGN: Final = {
    "postgresql": """
        SELECT c.relname, a.attname FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(k.conkey)
        WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace""",
    "mysql": """
        SELECT table_name, column_name FROM information_schema.key_column_usage
        WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL""",
}
TRIGGERS: Final = {
    "postgresql": """
        SELECT c.relname, t.tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = current_schema()::regnamespace""",
    "mysql": """
        SELECT event_object_table, trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()""",
}


@dataclass
class Present:
    """The constraints and triggers of one database, by table."""

    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unique: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    foreign: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    triggers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def list_missing(store: ActiveStore) -> list[str]:
    """A sentence for every missing constraint, trigger or policy of the store's database. Four queries; raises
    `DatabaseError`."""
    with use_store(store):
        present = _read()
    return [sentence for model in list_store_models() for sentence in _compare(model, present)]


def _read() -> Present:
    connection = connections[DEFAULT]
    present = Present()
    with connection.cursor() as cursor:
        for texts, found in (
            (NAMES, present.names),
            (UNIQUE, present.unique),
            (FOREIGN, present.foreign),
            (TRIGGERS, present.triggers),
        ):
            cursor.execute(texts[connection.vendor])
            for table, name in cursor.fetchall():
                found[table].add(name)
    return present


def _compare(model: type[Model], present: Present) -> Iterator[str]:
    table = model._meta.db_table
    if table not in present.names:  # a store without tables has nothing to compare
        return
    for constraint in model._meta.constraints:
        if constraint.name not in present.names[table]:
            yield gettext("%(table)s: %(constraint)s %(name)s is missing.") % {
                "table": table,
                "constraint": _words(constraint),
                "name": constraint.name,
            }
    for columns in _unique_columns(model):
        if ",".join(sorted(columns)) not in present.unique[table]:
            yield gettext("%(table)s: two rows can have the same %(columns)s.") % {
                "table": table,
                "columns": ", ".join(columns),
            }
    for column in _foreign_columns(model):
        if column not in present.foreign[table]:
            yield gettext("%(table)s: %(column)s can point at rows that do not exist.") % {
                "table": table,
                "column": column,
            }
    keeps_history = any(name.startswith(f"{table}_append_only") for name in present.triggers[table])
    if getattr(model, "is_append_only", False) and not keeps_history:
        yield gettext(
            "%(table)s: history can be changed or deleted by raw SQL; the trigger that refuses it is missing."
        ) % {"table": table}


def _words(constraint: Any) -> str:
    if isinstance(constraint, CheckConstraint):
        return "the check"
    return "the unique key" if isinstance(constraint, UniqueConstraint) else "the constraint"


def _unique_columns(model: type[Model]) -> Iterator[tuple[str, ...]]:
    for one in model._meta.local_concrete_fields:
        if one.unique:
            yield (str(one.column),)
    for names in model._meta.unique_together:
        fields: list[Any] = [model._meta.get_field(name) for name in names]
        yield tuple(one.column for one in fields)


def _foreign_columns(model: type[Model]) -> Iterator[str]:
    for one in model._meta.local_concrete_fields:
        if one.is_relation and getattr(one, "db_constraint", False):
            yield str(one.column)
