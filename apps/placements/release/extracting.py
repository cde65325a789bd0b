"""A store's tables as SQL text, from the models, without a database, for reviews and database administrators.

The text loads as it is. For MariaDB and MySQL it is one text: where they differ, it says so in the comments that only
one of them executes.
"""

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from typing import Any, Final

from django.apps import apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.postgresql import base as postgresql
from django.db.backends.postgresql import schema as postgresql_schema
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Model
from django.db.utils import ConnectionHandler

from apps.tenancy.mysql import base as mysql
from apps.tenancy.mysql import schema as mysql_schema
from apps.tenancy.routers import Home, home_of

DIALECTS: Final = ("postgresql", "mysql")
OLDEST_POSTGRESQL: Final = 140_000

HEAD: Final = {
    "postgresql": (
        "-- The tables of one store, for PostgreSQL 14 or newer.",
        "-- Load it into an empty schema: psql --set ON_ERROR_STOP=1 --single-transaction --file=FILE",
        "SET client_min_messages = warning;",
        "CREATE SCHEMA IF NOT EXISTS extensions;",
        "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;",
        "SELECT set_config('search_path', current_setting('search_path') || ', extensions', false);",
    ),
    "mysql": (
        "-- The tables of one store, for MariaDB 10.6 or newer and MySQL 8.0.17 or newer.",
        "-- Load it into an empty database: mysql DATABASE < FILE",
        "SET NAMES utf8mb4;",
    ),
}


def extract_schema(dialect: str) -> Iterator[str]:
    """Statements and comments in an order that loads: tables before what points at them, triggers last.

    Raises `ValueError` for an unknown dialect."""
    if dialect not in DIALECTS:
        raise ValueError(f"unknown dialect {dialect!r}")
    yield from HEAD[dialect]
    models = sort_by_dependency(list_migrated_models())
    editor = _postgresql_editor() if dialect == "postgresql" else _mysql_editor()
    with editor:
        for model in (MigrationRecorder.Migration, *models):
            editor.create_model(model)
    yield from editor.collected_sql
    yield from _triggers(models, dialect)


def list_migrated_models() -> list[type[Model]]:
    """The models in the state of the migrations, so that many-to-many tables have their original keys."""
    state = MigrationLoader(None).project_state()
    return [
        model
        for model in state.apps.get_models(include_auto_created=True)
        if home_of(model) in (Home.STORE, Home.SHARED)
        and model._meta.managed
        and not model._meta.proxy
    ]


def sort_by_dependency(models: Iterable[type[Model]]) -> list[type[Model]]:
    """Every model after those it refers to. Many-to-many tables follow the model that has the field."""
    wanted = {model: model._meta.label for model in models if not model._meta.auto_created}
    graph: dict[type[Model], set[type[Model]]] = {}
    for model in sorted(wanted, key=lambda one: one._meta.label):
        fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
        targets = {field.related_model for field in fields if field.related_model is not None}
        graph[model] = {one for one in targets if one in wanted and one is not model}  # type: ignore[misc]
    return list(TopologicalSorter(graph).static_order())


def _triggers(models: Iterable[type[Model]], dialect: str) -> Iterator[str]:
    """The triggers of append-only models (see `apps.events.append_only`)."""
    seen = set()
    for model in models:
        live = apps.get_model(model._meta.label)
        for statement in getattr(live, "guard_statements", lambda _dialect: [])(dialect):
            if statement not in seen:
                seen.add(statement)
                yield f"{statement.strip()};"


def _postgresql_editor() -> Any:
    connection: Any = postgresql.DatabaseWrapper(_nowhere("django.db.backends.postgresql"), "text")
    connection.pg_version = OLDEST_POSTGRESQL
    return _OfflinePostgreSQL(connection, collect_sql=True, atomic=False)


def _mysql_editor() -> Any:
    connection: Any = mysql.DatabaseWrapper(_nowhere("apps.tenancy.mysql"), "text")
    connection.mysql_server_data = {
        "version": "10.6.0-MariaDB",
        "sql_mode": mysql.SQL_MODE,
        "default_storage_engine": "InnoDB",
        "sql_auto_is_null": False,
        "lower_case_table_names": 0,
        "has_zoneinfo_database": True,
    }
    return _OfflineMySQL(connection, collect_sql=True, atomic=False)


def _nowhere(engine: str) -> dict[str, Any]:
    """The settings of a connection that is never opened."""
    return dict(ConnectionHandler({"default": {"ENGINE": engine}}).settings["default"])


class _OfflinePostgreSQL(postgresql_schema.DatabaseSchemaEditor):
    """Django's editor without a connection: values such as defaults in the database are quoted here."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        if params:
            sql, params = str(sql) % tuple(self.quote_value(value) for value in params), None
        super().execute(sql, params)


class _OfflineMySQL(mysql_schema.DatabaseSchemaEditor):
    """The schema editor without queries to a server, with SQL for both servers."""

    generated = mysql_schema.GENERATED.replace(
        "INVISIBLE", "/*M! INVISIBLE */ /*!80023 INVISIBLE */"
    )

    @property
    def sql_create_table(self) -> str:
        return (
            "CREATE TABLE %(table)s (%(definition)s) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 "
            "/*M! COLLATE utf8mb4_nopad_bin */ /*!80017 COLLATE utf8mb4_0900_bin */"
        )

    def quote_value(self, value: Any) -> str:
        return str(mysql.pymysql.converters.escape_item(value, "utf8mb4"))

    def _field_should_be_indexed(self, model: type[Model], field: "Field[Any, Any]") -> bool:
        """InnoDB makes the index of a foreign key itself."""
        editor: Any = BaseDatabaseSchemaEditor
        is_key = field.get_internal_type() == "ForeignKey" and getattr(
            field, "db_constraint", False
        )
        wanted = editor._field_should_be_indexed(self, model, field)
        return bool(wanted and not is_key and not self._is_limited_data_type(field))
