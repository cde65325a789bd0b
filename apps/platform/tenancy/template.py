"""The template of new stores: a schema that Django migrates for real while every statement is written down.

Opening a store replays the text in one transaction: the same catalog, object by object, in a fraction of the time.
What the migrations and their signals wrote (migration rows, content types, permissions) is copied with the
template's ids, so that Django's process-wide caches of content types hold in every store.

Nothing in the text names a schema: the search path of the connection decides where it lands.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from sys import modules
from typing import Any, Final
from uuid import UUID

import django
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader

from apps.common.clock import now
from apps.platform.errors import TemplateOutdated
from apps.platform.models import StoreTemplate
from apps.platform.tenancy.context import ActiveStore, outside_store, system_scope, use_store
from apps.platform.tenancy.routers import DEFAULT, PLATFORM

# No store's schema can have this name: a slug begins with a letter or a digit.
TEMPLATE_STORE: Final = ActiveStore(
    id=UUID(int=0), slug="template", name="Template", schema="s__template"
)
FORMAT: Final = "1"  # of the recorded text; a new number makes old recordings worthless
LOCK: Final = 7_146_301_001  # the advisory lock between building and provisioning

# Rows are copied from the finished template, so statements about rows are not recorded; nor is the search path.
NOT_RECORDED: Final = frozenset(
    [
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "WITH",
        "VALUES",
        "SAVEPOINT",
        "RELEASE",
        "ROLLBACK",
        "BEGIN",
        "COMMIT",
        "SHOW",
        "EXPLAIN",
    ]
)

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@cache
def graph_version() -> str:
    """A hash of the names of all migrations: what a store's database is compared with."""
    digest = hashlib.sha256("\n".join(".".join(node) for node in sorted(_graph())).encode())
    return digest.hexdigest()


@cache
def template_version() -> str:
    """A hash of the migrations' names and sources, of Django's version and of this recorder's format."""
    digest = hashlib.sha256(f"{FORMAT} {django.__version__}".encode())
    for node, source in sorted(_graph().items()):
        digest.update(".".join(node).encode())
        digest.update(source.read_bytes() if source.exists() else b"")
    return digest.hexdigest()


@cache
def _graph() -> dict[tuple[str, str], Path]:
    """Every migration in the code and the file it comes from."""
    loader = MigrationLoader(None)
    return {
        node: Path(modules[type(migration).__module__].__file__ or "")
        for node, migration in loader.disk_migrations.items()
    }


def list_migrations() -> frozenset[tuple[str, str]]:
    """`(app label, name)` of every migration in the code."""
    return frozenset(_graph())


def get_template() -> StoreTemplate:
    """The recording that fits the code. Raises `TemplateOutdated` when it is missing or another one is in force."""
    with outside_store():
        newest = StoreTemplate.objects.order_by("-built_at").first()
    if newest is None or newest.version != template_version():
        raise _outdated()
    return newest


def ensure_template() -> str:
    """The version of the recording that fits the code, built now where there is none (some seconds). An older
    process that finds a newer recording in force is refused, as `get_template` says."""
    with outside_store():
        versions = StoreTemplate.objects.order_by("-built_at").values_list("version", flat=True)
        if versions.first() == template_version():
            return template_version()
        if template_version() in versions:
            raise _outdated()
    return build_template().version


def _outdated() -> TemplateOutdated:
    with outside_store():
        if not StoreTemplate.objects.filter(version=template_version()).exists():
            return TemplateOutdated()
    return TemplateOutdated(
        "A newer version of the platform is being deployed; this process still runs the old one."
    )


def build_template(*, force: bool = False) -> StoreTemplate:
    """Migrate the template schema from nothing and write down how. Returns at once when it is current.

    Holds the lock: nobody provisions, and nobody else builds, meanwhile.
    """
    with outside_store(), transaction.atomic(using=PLATFORM):
        _lock(shared=False)
        existing = StoreTemplate.objects.filter(version=template_version()).first()
        if existing is not None and not force:
            existing.built_at = now()
            existing.save(update_fields=["built_at"])
            return existing
        statements, table_count = _record()
        built, _created = StoreTemplate.objects.update_or_create(
            version=template_version(),
            defaults={
                "statements": statements,
                "table_count": table_count,
                "built_at": now(),
            },
        )
    return built


@contextmanager
def provisioning_lock() -> Iterator[None]:
    """Many may provision at once, but not while the template is being built."""
    with outside_store(), transaction.atomic(using=PLATFORM):
        _lock(shared=True)
        yield


def _lock(*, shared: bool) -> None:
    name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connections[PLATFORM].cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [LOCK])


def replay(store: ActiveStore, template: StoreTemplate, *, schema: str, mark: str = "") -> int:
    """Make the whole schema in one transaction and two round trips; the number of its tables.

    `CREATE SCHEMA` is a statement of its own (Citus asks for that). All or nothing: a crash leaves no schema.
    `mark` is one more statement, which says whose schema it is.
    """
    with use_store(store), transaction.atomic():
        connection = connections[DEFAULT]
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(schema)}")
            cursor.execute(template.statements + mark)
            return template.table_count


def migrate_schema(store: ActiveStore) -> None:
    """Django's own migrate, on the active store's database, with everybody's rows open to data migrations."""
    with system_scope("migrations"), use_store(store):
        call_command(Migrate(), database=DEFAULT, interactive=False, verbosity=0, skip_checks=True)


def _record() -> tuple[str, int]:
    """The text, and the number of tables it makes."""
    _drop_template_schema()
    recorded: list[str] = []
    with use_store(TEMPLATE_STORE):
        connection = connections[DEFAULT]
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {connection.ops.quote_name(TEMPLATE_STORE.schema)}")
    with use_store(TEMPLATE_STORE), connections[DEFAULT].execute_wrapper(_recorder(recorded)):
        migrate_schema(TEMPLATE_STORE)
    with use_store(TEMPLATE_STORE):
        tables = list_tables(TEMPLATE_STORE.schema)
        recorded.extend(_copy_rows(tables))
        recorded.extend(_copy_sequences())
    return ";\n".join(recorded) + ";", len(tables)


def _recorder(recorded: list[str]) -> Callable[..., Any]:
    """An execute wrapper. Django's schema editor sends finished text, without parameters."""

    def record(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        text = str(sql).strip().rstrip(";").rstrip()
        if _is_definition(text):
            if params:
                raise TypeError(f"A migration sends a definition with parameters: {text[:80]}")
            if TEMPLATE_STORE.schema in text:
                raise ValueError(f"A migration names the schema it runs in: {text[:80]}")
            recorded.append(text.replace(" INDEX CONCURRENTLY ", " INDEX "))
        return result

    return record


def _is_definition(text: str) -> bool:
    """Some definitions begin with SET: dropping a foreign key first makes its check immediate."""
    word = (text.split(None, 1) or [""])[0].upper().rstrip(";")
    return (
        bool(word) and word not in NOT_RECORDED and not text.upper().startswith("SET SEARCH_PATH")
    )


def list_tables(schema: str) -> list[str]:
    """The tables of a schema of the active store's database."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s ORDER BY 1", [schema]
        )
        return [row[0] for row in cursor.fetchall()]


def _copy_rows(tables: list[str]) -> Iterator[str]:
    """One INSERT per table that has rows, every value as the text PostgreSQL itself writes for it."""
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


def _drop_template_schema() -> None:
    with use_store(TEMPLATE_STORE):
        connection = connections[DEFAULT]
        with connection.cursor() as cursor:
            cursor.execute(
                f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(TEMPLATE_STORE.schema)} CASCADE"
            )
