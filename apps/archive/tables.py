"""The rows of a store's SQL tables in their normal form. `using` is `default`, the active store's database, or the master's.

`loading.py` reads them.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connections
from django.db.models import Field, JSONField, Model, Value
from django.db.models.sql import InsertQuery

from apps.archive.values import as_it_stands, line_of, normaliser_of, restorer_of
from apps.tenancy.required import REFERENCE_TABLES
from apps.tenancy.routers import DEFAULT

PAGE: Final = 1000
CONTENT_TYPES, PERMISSIONS = REFERENCE_TABLES

Name = tuple[str, ...]


def columns_of(model: type[Model]) -> list["Field[Any, Any]"]:
    """The archived columns: every stored column except generated ones, ordered by name. The keys of the reference
    tables are not archived."""
    columns = [one for one in model._meta.concrete_fields if not getattr(one, "generated", False)]
    if model._meta.db_table in REFERENCE_TABLES:
        columns = [one for one in columns if not one.primary_key]
    return sorted(columns, key=lambda one: str(one.column))


@dataclass
class References:
    """The place's own numbers of content types and permissions, and the names by which rows refer to them elsewhere:
    `(app, model)` and `(app, model, codename)`."""

    registry: Apps = apps
    using: str = DEFAULT
    names: dict[str, dict[Any, Name]] = field(default_factory=dict)
    keys: dict[str, dict[Name, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.read()

    def read(self) -> None:
        """Look them up; some hundred rows."""
        kinds: Any = self.registry.get_model("contenttypes", "ContentType")._base_manager
        rights: Any = self.registry.get_model("auth", "Permission")._base_manager
        types: dict[Any, Name] = {
            key: (app, model)
            for key, app, model in kinds.using(self.using).values_list("pk", "app_label", "model")
        }
        found = rights.using(self.using).values_list("pk", "content_type_id", "codename")
        permissions: dict[Any, Name] = {
            key: (*types[kind], codename) for key, kind, codename in found
        }
        self.names = {CONTENT_TYPES: types, PERMISSIONS: permissions}
        self.keys = {
            table: {name: key for key, name in rows.items()} for table, rows in self.names.items()
        }

    def renames(self, column: "Field[Any, Any]") -> bool:
        """Whether the values of this column are the place's own numbers, and travel as names."""
        return _referred(column) is not None

    def outward(self, column: "Field[Any, Any]") -> Callable[[Any], Any]:
        """The function that converts values of this column for the archive; it is built once per table."""
        table = _referred(column)
        if table is None:
            return normaliser_of(column)
        names = self.names[table]
        return lambda value: None if value is None else list(names[value])

    def inward(self, column: "Field[Any, Any]") -> Callable[[Any], Any]:
        """The inverse: a value that the column's field can save."""
        table = _referred(column)
        if table is not None:
            keys = self.keys[table]
            return lambda value: None if value is None else keys[tuple(value)]
        restore = restorer_of(column)
        if isinstance(column, JSONField) and not column.null:
            null = Value(None, JSONField())  # null inside the JSON, not the column's
            return lambda value: null if value is None else restore(value)
        return restore


def _referred(column: "Field[Any, Any]") -> str | None:
    if column.remote_field is None:
        return None
    table = column.remote_field.model._meta.db_table
    return table if table in REFERENCE_TABLES else None


def iterate_rows(model: type[Model], references: References) -> Iterator[list[Any]]:
    """Every row of a table in normal form, values in the order of `columns_of`. Reads pages by key, so memory use is
    constant.

    Call it inside `snapshot()`; outside of one, pages are of different moments.
    """
    columns = columns_of(model)
    names = [one.attname for one in columns]
    outward = [
        (index, change)
        for index, one in enumerate(columns)
        if (change := references.outward(one)) is not as_it_stands
    ]
    rows: Any = model._base_manager.using(references.using).order_by("pk").values_list("pk", *names)
    page = list(rows[:PAGE])
    while page:
        for _key, *values in page:
            for index, change in outward:
                values[index] = change(values[index])
            yield values
        page = list(rows.filter(pk__gt=page[-1][0])[:PAGE]) if len(page) == PAGE else []


def iterate_lines(model: type[Model], references: References) -> Iterator[bytes]:
    """`iterate_rows` as the lines that are in an archive and are added up in its checksums."""
    return map(line_of, iterate_rows(model, references))


def count_rows(model: type[Model], using: str = DEFAULT) -> int:
    """The server's own count."""
    return int(model._base_manager.using(using).count())


def insert_rows(
    model: type[Model], columns: list["Field[Any, Any]"], rows: list[Model], using: str
) -> None:
    """One INSERT of many rows, values untouched."""
    query = InsertQuery(model)
    query.insert_values(columns, rows, raw=True)
    query.get_compiler(using=using).execute_sql()


def add_references(model: type[Model], lines: Iterable[bytes], references: References) -> None:
    """Add the content types or permissions that the place lacks, such as a permission staff made manually."""
    columns = columns_of(model)
    table = model._meta.db_table
    for line in lines:
        row = dict(zip([one.attname for one in columns], json.loads(line), strict=True))
        if table == CONTENT_TYPES:
            name: Name = (row["app_label"], row["model"])
        else:
            name = (*row["content_type_id"], row["codename"])
        if name not in references.keys[table]:
            values = [references.inward(one)(row[one.attname]) for one in columns]
            pairs = zip([one.attname for one in columns], values, strict=True)
            insert_rows(model, columns, [model(**dict(pairs))], references.using)
            references.read()


def empty_tables(models: Iterable[type[Model]], using: str = DEFAULT) -> None:
    """Delete every row of these tables, history too; reference tables stay. On PostgreSQL as part of the transaction,
    on MariaDB and MySQL at once and outside of one.

    `TRUNCATE`, because triggers refuse to delete history row by row: emptying a store is the platform's decision.
    """
    connection = connections[using]
    names = [_quoted(one, using) for one in models if one._meta.db_table not in REFERENCE_TABLES]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)}")
            return
        with connection.constraint_checks_disabled():
            for name in names:
                cursor.execute(f"TRUNCATE TABLE {name}")


def find_occupied(models: Iterable[type[Model]], using: str = DEFAULT) -> list[str]:
    """The tables with rows, without reference tables."""
    return [
        model._meta.db_table
        for model in models
        if model._meta.db_table not in REFERENCE_TABLES
        and model._base_manager.using(using).exists()
    ]


def set_sequences(models: Iterable[type[Model]], using: str = DEFAULT) -> None:
    """Let the next automatic key follow the highest one loaded."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


def _quoted(model: type[Model], using: str) -> str:
    return str(connections[using].ops.quote_name(model._meta.db_table))
