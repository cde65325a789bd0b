"""INSERTs of hot paths: the text is kept, values that the driver takes as they are pass by Django's fields, and the
statements of a transaction can go to the server together.

    insert_values(Movement, [{"stock_item_id": item, "kind": kind}])

`insert_values` makes no instances: a row that is only written costs a third of one. `prepared.insert_rows` is for
instances that are used afterwards.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final
from uuid import UUID

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import OnConflict
from django.db.transaction import TransactionManagementError

from apps.tenancy.routers import home_connection
from apps.tenancy.shown_tables import changing_nothing_shown, written_tables

_Fields = Sequence["models.Field[Any, Any]"]

# What PostgreSQL's driver and Django's field agree on: the field would return such a value unchanged.
_TEXT: Final = frozenset[type]({str, NoneType})
_WHOLE: Final = frozenset[type]({int, NoneType})
_UNCHANGED: Final[Mapping[Any, frozenset[type]]] = {
    models.CharField: _TEXT,
    models.EmailField: _TEXT,
    models.TextField: _TEXT,
    models.BooleanField: frozenset({bool, NoneType}),
    models.UUIDField: frozenset({UUID, NoneType}),
    models.IntegerField: _WHOLE,
    models.BigIntegerField: _WHOLE,
    models.PositiveIntegerField: _WHOLE,
    models.PositiveSmallIntegerField: _WHOLE,
}
_NOTHING: Final[frozenset[type]] = frozenset()


@dataclass(frozen=True, slots=True)
class Column:
    """How one field's values are handed to one kind of database."""

    field: "models.Field[Any, Any]"
    unchanged: frozenset[type]
    is_plain: bool  # `pre_save` of the field only reads the attribute

    def adapt(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if type(value) in self.unchanged:
            return value
        return self.field.get_db_prep_save(value, connection=connection)

    def of(self, row: models.Model, connection: BaseDatabaseWrapper) -> Any:
        if self.is_plain:
            return self.adapt(getattr(row, self.field.attname), connection)
        return self.field.get_db_prep_save(
            self.field.pre_save(row, add=True), connection=connection
        )


@dataclass(frozen=True, slots=True)
class Insertion:
    """`INSERT INTO ... VALUES (...), (...)`: the text before the rows, one row, the text behind. `makers` make
    the defaults of columns that are not given."""

    columns: tuple[Column, ...]
    head: str
    row: str
    tail: str
    makers: tuple[tuple[Column, Callable[[], Any]], ...] = ()

    def text(self, count: int) -> str:
        return f"{self.head}{', '.join([self.row] * count)}{self.tail}"


def insert_values(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    ignore_conflicts: bool = False,
) -> None:
    """Insert rows in one statement. Each names the same columns (`stock_item_id`, not `stock_item`); the others get the
    model's defaults. Without signals, `pre_save` and `full_clean`."""
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    plan = _plan_of_values(model, tuple(rows[0]), connection, ignore_conflicts)
    values = []
    for row in rows:
        if len(row) != len(plan.columns):
            raise TypeError(f"Rows of {model._meta.label} name different columns.")
        values += [column.adapt(row[column.field.attname], connection) for column in plan.columns]
        values += [column.adapt(make(), connection) for column, make in plan.makers]
    send(connection, plan.text(len(rows)), values)


def send(connection: BaseDatabaseWrapper, statement: str, values: Sequence[Any]) -> None:
    """Execute an INSERT, or keep it for the next statement of `collected_inserts`."""
    batch = _collecting.get()
    if batch is None or batch.connection is not connection or written_tables(statement):
        _execute(
            connection, statement, values
        )  # a change of what pages show is noted where it is made
    else:
        batch.statements.append((statement, values))


@contextmanager
def collected_inserts() -> Iterator[None]:
    """INSERTs of the active home's transaction wait for its next other statement, or for the end of the block, and go to
    PostgreSQL in one message: in their order, each with its own checks. MariaDB gets them one by one.

    So an error of one of them is raised there, and breaks the transaction as ever.
    """
    connection: Any = home_connection()
    if not connection.in_atomic_block:
        raise TransactionManagementError("Collected INSERTs need a transaction.")
    batch = _Batch(connection)
    token = _collecting.set(batch)
    try:
        with connection.execute_wrapper(batch.send_first):
            yield
            batch.flush()
    finally:
        _collecting.reset(token)


class _Batch:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.statements: list[tuple[str, Sequence[Any] | None]] = []

    def send_first(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        """The statement goes in the same message, and its own result is the last one."""
        cursor = context["cursor"]
        is_plain = not many and getattr(cursor.cursor, "name", None) is None
        if not self.statements or not is_plain or not takes_several(self.connection):
            self.flush()
            return execute(sql, params, many, context)
        with transaction.mark_for_rollback_on_error(using=self.connection.alias):
            result = execute(self._take((sql, params)), None, many, context)
            while cursor.nextset():
                pass
        return result

    def flush(self) -> None:
        several = len(self.statements) > 1 and takes_several(self.connection)
        waiting = [(self._take(), None)] if several else self.statements
        self.statements = []
        # `send` let no other pass; and words of a buyer in such a text are not names of tables
        with changing_nothing_shown():
            for statement, values in waiting:
                _execute(self.connection, statement, values)

    def _take(self, *following: tuple[Any, Any]) -> str:
        """All that wait, and what follows, as one text."""
        waiting, self.statements = [*self.statements, *following], []
        with transaction.mark_for_rollback_on_error(using=self.connection.alias):
            return compose_together(self.connection, waiting)


_collecting: ContextVar[_Batch | None] = ContextVar("collected_inserts", default=None)


def compose_together(
    connection: BaseDatabaseWrapper, statements: Sequence[tuple[Any, Sequence[Any] | None]]
) -> str:
    """One text with all values. Each is written on its own: the driver remembers what it has parsed of short statements."""
    write = _operations(connection).compose_sql
    with connection.wrap_database_errors:  # a value that the driver can't write
        return ";\n".join(
            text if values is None else write(text, values) for text, values in statements
        )


def takes_several(connection: BaseDatabaseWrapper) -> bool:
    """Values that are bound by the server need a message for each statement."""
    features: Any = connection.features
    return connection.vendor == "postgresql" and not features.uses_server_side_binding


def _operations(connection: BaseDatabaseWrapper) -> Any:
    """Of its kind of database: the stubs know what all have in common."""
    return connection.ops


def _execute(connection: BaseDatabaseWrapper, statement: str, values: Sequence[Any] | None) -> None:
    with (
        transaction.mark_for_rollback_on_error(using=connection.alias),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


_plans: dict[tuple[Any, ...], Insertion] = {}


def plan_of_rows(
    model: type[models.Model], connection: BaseDatabaseWrapper, ignore_conflicts: bool
) -> Insertion:
    """For rows with a value for every column."""
    place = (model, connection.vendor, ignore_conflicts)
    found = _plans.get(place)
    if found is None:
        fields = _fields_of(model)
        slots = ["%s"] * len(fields)
        found = _plans[place] = _insertion(fields, (), fields, slots, connection, ignore_conflicts)
    return found


def _plan_of_values(
    model: type[models.Model],
    names: tuple[str, ...],
    connection: BaseDatabaseWrapper,
    ignore_conflicts: bool,
) -> Insertion:
    place = (model, names, connection.vendor, ignore_conflicts)
    found = _plans.get(place)
    if found is None:
        found = _plans[place] = _build(model, names, connection, ignore_conflicts)
    return found


def _build(
    model: type[models.Model],
    names: tuple[str, ...],
    connection: BaseDatabaseWrapper,
    ignore_conflicts: bool,
) -> Insertion:
    """Constant defaults are part of the text, where the driver can write them."""
    fields = {field.attname: field for field in _fields_of(model)}
    if unknown := set(names) - set(fields):
        raise TypeError(f"{model._meta.label} has no {', '.join(sorted(unknown))}.")
    given = [fields.pop(name) for name in names]
    made: list[models.Field[Any, Any]] = []
    constant: list[models.Field[Any, Any]] = []
    slots = ["%s"] * len(given)
    for field in fields.values():
        if not field.has_default() and not field.null:
            raise TypeError(f"{model._meta.label}.{field.name} needs a value.")
        is_made = callable(field.default) or connection.vendor != "postgresql"
        (made if is_made else constant).append(field)
    slots += ["%s"] * len(made) + [_literal(field, connection) for field in constant]
    every = [*given, *made, *constant]
    return _insertion(given, made, every, slots, connection, ignore_conflicts)


def _literal(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> str:
    value = field.get_db_prep_save(field.get_default(), connection=connection)
    text: str = _operations(connection).compose_sql("%s", [value])
    return text.replace("%", "%%")


def _insertion(
    given: _Fields,
    made: _Fields,
    every: _Fields,
    slots: Sequence[str],
    connection: BaseDatabaseWrapper,
    ignore_conflicts: bool,
) -> Insertion:
    operations = _operations(connection)
    quote = operations.quote_name
    conflict = OnConflict.IGNORE if ignore_conflicts else None
    verb = operations.insert_statement(on_conflict=conflict)
    table = quote(every[0].model._meta.db_table)
    names = ", ".join(quote(str(field.column)) for field in every)
    return Insertion(
        columns=tuple(_column(field, connection) for field in given),
        head=f"{verb} {table} ({names}) VALUES ",
        row=f"({', '.join(slots)})",
        tail=f" {operations.on_conflict_suffix_sql(list(every), conflict, [], [])}".rstrip(),
        makers=tuple((_column(field, connection), field.get_default) for field in made),
    )


def _fields_of(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    if model._meta.parents or any(hasattr(field, "get_placeholder") for field in fields):
        raise TypeError(f"Rows of {model._meta.label} need more than plain values.")
    return fields


def _column(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Column:
    target: Any = field
    while target.is_relation:
        target = target.target_field
    is_known = connection.vendor == "postgresql"
    unchanged = _UNCHANGED.get(type(target), _NOTHING) if is_known else _NOTHING
    is_plain = type(field).pre_save is models.Field.pre_save or type(field) is models.DateTimeField
    is_plain = is_plain and not getattr(field, "auto_now", False)
    return Column(field, unchanged, is_plain and not getattr(field, "auto_now_add", False))
