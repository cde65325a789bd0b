"""Rows from an archive into a table, as they are: no `auto_now`, no signals, no defaults.

PostgreSQL takes them by `COPY`, other servers by INSERTs of many rows. A table with policies for our login does not
allow `COPY`: its rows go through a temporary table, and the policies check them as for any INSERT.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any, Final

from django.db import connections, models, transaction
from django.db.models import Field, Model

from apps.archive.tables import References, insert_rows
from apps.archive.values import PLAIN, class_of

BATCH: Final = 500
STAGE: Final = "polystore_load"

# PostgreSQL reads the normal form of these itself, to the same stored value as if the field had prepared it.
READ_BY_POSTGRESQL: Final = PLAIN | {
    models.DateField,
    models.DateTimeField,
    models.DecimalField,
    models.TimeField,
    models.UUIDField,
}

Row = list[Any]
Columns = list["Field[Any, Any]"]


def load_lines(
    model: type[Model], names: list[str], lines: Iterable[bytes], references: References
) -> int:
    """Add rows in their normal form; the number of rows. `names` are the columns of the lines, as their section in the
    archive says."""
    return load_rows(model, names, map(json.loads, lines), references)


def load_rows(
    model: type[Model], names: list[str], rows: Iterable[Row], references: References
) -> int:
    """`load_lines` of lines that were parsed already. The lists are changed."""
    by_column = {str(one.column): one for one in model._meta.concrete_fields}
    columns = [by_column[name] for name in names]
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return 0
    rest = chain([first], source)
    if connections[references.using].vendor == "postgresql":
        return _copy(model, columns, rest, references)
    return _insert(model, columns, rest, references)


def _copy(model: type[Model], columns: Columns, rows: Iterator[Row], references: References) -> int:
    connection = connections[references.using]
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(str(one.column)) for one in columns)
    with transaction.atomic(using=references.using, savepoint=False), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_catalog.row_security_active(%s::regclass), "
            "pg_catalog.has_database_privilege(current_database(), 'TEMPORARY')",
            [table],
        )
        is_bound, may_stage = cursor.fetchone()
        if is_bound and not may_stage:
            return _insert(model, columns, rows, references)
        prepared = _prepare(columns, rows, references)
        if not is_bound:
            return _write(connection, cursor, f"{table} ({names})", prepared)
        cursor.execute(
            f"CREATE TEMPORARY TABLE {STAGE} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608  names of models
        )
        count = _write(connection, cursor, f"{STAGE} ({names})", prepared)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {STAGE}")  # noqa: S608  the same
        cursor.execute(f"DROP TABLE {STAGE}")
    return count


def _write(connection: Any, cursor: Any, into: str, rows: Iterable[Row]) -> int:
    """The errors of a COPY are the driver's own, past Django's cursor."""
    count = 0
    with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _prepare(columns: Columns, rows: Iterator[Row], references: References) -> Iterator[Row]:
    """Each value as the driver gets it for an INSERT, or in its normal form where the server reads that as well."""
    connection = connections[references.using]

    def save(column: "Field[Any, Any]", restore: Callable[[Any], Any], value: Any) -> Any:
        return column.get_db_prep_save(restore(value), connection)

    changes = [
        (index, partial(save, column, references.inward(column)))
        for index, column in enumerate(columns)
        if references.renames(column) or class_of(column) not in READ_BY_POSTGRESQL
    ]
    for row in rows:
        for index, change in changes:
            row[index] = change(row[index])
        yield row


def _insert(
    model: type[Model], columns: Columns, rows: Iterator[Row], references: References
) -> int:
    """For servers without `COPY`, and logins that may not make a temporary table: many rows in one INSERT."""
    inward = [references.inward(one) for one in columns]
    attributes = [one.attname for one in columns]
    count = 0
    while batch := list(islice(rows, BATCH)):
        found = [_instance(model, attributes, inward, row, references.using) for row in batch]
        insert_rows(model, columns, found, references.using)
        count += len(batch)
    return count


def _instance(
    model: type[Model],
    attributes: list[str],
    inward: list[Callable[[Any], Any]],
    row: Row,
    using: str,
) -> Model:
    """Built as if it had been read, in a third of the constructor's time."""
    values = {
        name: change(value) for name, change, value in zip(attributes, inward, row, strict=True)
    }
    here = [one.attname for one in model._meta.concrete_fields if one.attname in values]
    return model.from_db(using, here, [values[name] for name in here])
