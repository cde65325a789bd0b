"""Creates the template's recordings: one for new stores, one for existing stores.

Each build drops the template schema, replays the recording of the previous release (a fraction of a second), runs the
new migrations and records them. The next build uses nothing of an interrupted one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.db.migrations import Migration

from apps.placements.release.migration_analysis import list_cautions, list_python
from apps.placements.release.migration_graph import FORMAT, is_rewritten, list_sources
from apps.placements.release.real_migrate import run_migrations
from apps.placements.release.recording import CHECK_NOW, Recording, recording
from apps.placements.release.reference import read_reference
from apps.platform.models import StoreTemplate
from apps.tenancy.applied import MIGRATIONS_TABLE, Node, read_applied
from apps.tenancy.context import ActiveStore, system_scope, use_store
from apps.tenancy.routers import DEFAULT

# No store's schema can have this name: a slug begins with a letter or a digit.
TEMPLATE_STORE: Final = ActiveStore(
    id=UUID(int=0), slug="template", name="Template", schema="s__template"
)


# Table by table: name, type of each column and whether it is always filled.
Shapes = dict[str, list[list[Any]]]


@dataclass
class BuildStep:
    """The step of the template from the migrations `applied` to those in the code."""

    applied: set[Node]
    added: list[Node] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    python: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Finished:
    """The finished template: the SQL for new stores, and its contents."""

    statements: str
    definitions: str
    tables: Shapes
    reference: dict[str, list[list[Any]]]


def build(previous: StoreTemplate | None) -> tuple[Finished, BuildStep | None]:
    """The recording for new stores, and the step from `previous` where there are new migrations.

    If a migration of `previous` was edited, new stores are recorded from the start; the step stays.
    """
    usable = previous is not None and previous.recording_format == FORMAT
    if previous is None or not usable:
        return _from_nothing(), None
    step = _record_step(previous)
    sources = list_sources()
    is_same = all(
        name in sources and not is_rewritten(name, source)
        for name, source in previous.migrations.items()
    )
    if not is_same:
        return _from_nothing(), step if step.added else None
    definitions = "\n".join(filter(None, [previous.definitions, _joined(step.definitions)]))
    return _finish(definitions), step if step.added else None


def _from_nothing() -> Finished:
    _empty_workbench()
    with _inside_workbench():
        made, _plan, _python = _migrate_and_record()
    return _finish(_joined(made.definitions))


def _record_step(previous: StoreTemplate) -> BuildStep:
    create_template_schema(previous)
    with _inside_workbench():
        before, applied = read_reference(), read_applied()
        made, plan, python = _migrate_and_record()
        new_rows = _reference_rows(before, read_reference())
    return BuildStep(
        applied=applied,
        added=made.migrations,
        statements=[*made.statements, *_migration_rows(made.migrations), *new_rows, CHECK_NOW],
        definitions=made.definitions,
        python=python + [f"sends, past Django's schema editor: {sql}" for sql in made.strays[:3]],
        cautions=list_cautions(plan, DEFAULT),
    )


def _migrate_and_record() -> tuple[Recording, list[Migration], list[str]]:
    connection = connections[DEFAULT]
    plan: list[Migration] = []
    python: list[str] = []

    def planned(migrations: list[Migration]) -> None:
        plan.extend(migrations)
        python.extend(list_python(migrations, DEFAULT))

    with recording(connection, forbidden=TEMPLATE_STORE.schema) as made:
        run_migrations(planned=planned, done=made.finish, migrated=made.stop)
    return made, plan, python


@contextmanager
def _inside_workbench() -> Iterator[None]:
    with system_scope("migrations"), use_store(TEMPLATE_STORE):
        yield


def _empty_workbench() -> None:
    with _inside_workbench():
        connection = connections[DEFAULT]
        schema = connection.ops.quote_name(TEMPLATE_STORE.schema)
        with connection.cursor() as cursor:
            if connection.in_atomic_block:  # checks that are pending would hold the tables
                cursor.execute(CHECK_NOW)
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            cursor.execute(f"CREATE SCHEMA {schema}")


def _finish(definitions: str) -> Finished:
    with _inside_workbench():
        tables = read_shapes(TEMPLATE_STORE.schema)
        rows = _joined([*_copy_rows(sorted(tables)), *_copy_sequences()])
        return Finished(
            statements="\n".join(filter(None, [definitions, rows])),
            definitions=definitions,
            tables=tables,
            reference=read_reference(),
        )


def create_template_schema(template: StoreTemplate) -> None:
    """Create the template schema from this recording; other code reads the guarded tables there."""
    _empty_workbench()
    with _inside_workbench(), connections[DEFAULT].cursor() as cursor:
        cursor.execute(template.statements)


def _joined(statements: Iterable[str]) -> str:
    return "\n".join(f"{text};" for text in statements)


# Finds the schema's objects by the index on dependencies: a scan of all tables of the cluster would slow down with
# every store.
OBJECTS_OF_SCHEMA: Final = (
    "pg_catalog.pg_namespace n JOIN pg_catalog.pg_depend d "
    "ON d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid "
    "AND d.classid = 'pg_catalog.pg_class'::regclass "
    "JOIN pg_catalog.pg_class c ON c.oid = d.objid"
)


def list_tables(schema: str) -> list[str]:
    """The tables of a schema of the active store's database."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            f"SELECT c.relname FROM {OBJECTS_OF_SCHEMA} "  # noqa: S608  a text of ours
            "WHERE n.nspname = %s AND c.relkind IN ('r', 'p') ORDER BY 1",
            [schema],
        )
        return [row[0] for row in cursor.fetchall()]


def read_shapes(schema: str) -> Shapes:
    """The tables of a schema of the active store's database, column by column."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull "  # noqa: S608  a text of ours
            f"FROM {OBJECTS_OF_SCHEMA} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
            "WHERE n.nspname = %s AND c.relkind IN ('r', 'p') "
            "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2",
            [schema],
        )
        shapes: Shapes = {}
        for table, *column in cursor.fetchall():
            shapes.setdefault(table, []).append(column)
    return shapes


def _migration_rows(nodes: list[Node]) -> Iterator[str]:
    """The rows of Django's migrations table for the replayed migrations."""
    if nodes:
        values = ", ".join(f"({_literal(app)}, {_literal(name)}, now())" for app, name in nodes)
        yield f'INSERT INTO "{MIGRATIONS_TABLE}" ("app", "name", "applied") VALUES {values}'  # noqa: S608  a text of ours


def _reference_rows(
    before: dict[str, list[list[Any]]], after: dict[str, list[list[Any]]]
) -> Iterator[str]:
    """New content types and permissions with the template's ids. In a store with another id for one of them, the unique
    keys fail, and Django's migrate runs instead."""
    tables = {
        "types": ("django_content_type", '("id", "app_label", "model")'),
        "permissions": ("auth_permission", '("id", "content_type_id", "codename", "name")'),
    }
    for kind, (table, columns) in tables.items():
        known = {row[0] for row in before[kind]}
        rows = [row for row in after[kind] if row[0] not in known]
        if rows:
            values = ",\n".join(f"({', '.join(map(_literal, row))})" for row in rows)
            yield f'INSERT INTO "{table}" {columns} VALUES\n{values}'
            yield (
                f"SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('\"{table}\"', 'id'), "  # noqa: S608  a text of ours
                f'(SELECT pg_catalog.max("id") FROM "{table}"))'
            )


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _copy_rows(tables: list[str]) -> Iterator[str]:
    """One INSERT per table with rows, every value as PostgreSQL's own text."""
    quote = connections[DEFAULT].ops.quote_name
    with connections[DEFAULT].cursor() as cursor:
        for table in tables:
            columns = [quote(name) for name in _list_columns(cursor, table)]
            values = ", ".join(f"pg_catalog.quote_nullable({column}::text)" for column in columns)
            cursor.execute(
                f"SELECT pg_catalog.concat_ws(', ', {values}) FROM {quote(table)} ORDER BY 1"  # noqa: S608  names from the catalog
            )
            rows = [f"({row[0]})" for row in cursor.fetchall()]
            if rows:
                listed = ",\n".join(rows)
                yield f"INSERT INTO {quote(table)} ({', '.join(columns)}) VALUES\n{listed}"


def _list_columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s "
        "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [TEMPLATE_STORE.schema, table],
    )
    return [row[0] for row in cursor.fetchall()]


def _copy_sequences() -> Iterator[str]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT pg_catalog.quote_literal(pg_catalog.quote_ident(sequencename)), last_value "
            "FROM pg_catalog.pg_sequences WHERE schemaname = %s AND last_value IS NOT NULL ORDER BY 1",
            [TEMPLATE_STORE.schema],
        )
        for name, value in cursor.fetchall():
            yield f"SELECT pg_catalog.setval({name}::regclass, {int(value)}, true)"
