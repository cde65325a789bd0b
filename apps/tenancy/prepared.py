"""Statements that are built once per kind of database, where building them again costs more than running them.

    _rates = PreparedQuery(lambda country: TaxRate.objects.filter(country=country))
    _rates(country="IN")  # a list, as of the query set itself

Django builds and compiles a query for each call, which takes three to five times as long as running a small one. Here the
SQL is kept; rows, values and databases are as the query set would have them, in every store and on every kind of
database. The function that builds must not look at its values: it gets placeholders, lists of them for lists.

For the few statements of hot paths. Everything else uses the ORM itself. Those that are read one after the other go in one
message by `reading_together`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet, sql
from django.db.models.query import ModelIterable, ValuesListIterable
from django.db.transaction import TransactionManagementError

from apps.tenancy.inserting import compose_together, plan_of_rows, send, takes_several
from apps.tenancy.shown_tables import changing_nothing_shown

R = TypeVar("R")

_Key = tuple[tuple[str, int | None], ...]  # the names of the values, with the lengths of lists
_MOST_PLANS: Final = 100  # of one statement; lists of more lengths than that start again
_ADAPTING: Final[dict[type, models.Field[Any, Any]]] = {
    UUID: models.UUIDField(),
    datetime: models.DateTimeField(),
    dict: models.JSONField(),
}


class Placeholder(Expression):
    """Stands for a value, or for one of a list, while a statement is compiled."""

    def __init__(self, name: str, index: int | None = None) -> None:
        super().__init__()
        self.name, self.index = name, index

    def __hash__(self) -> int:
        return hash((self.name, self.index))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Placeholder) and hash(self) == hash(other)

    def typed(self, field: models.Field[Any, Any]) -> Expression:
        """For arithmetic, which needs a type."""
        typed = Placeholder(self.name, self.index)
        typed.output_field = field
        return typed

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        return "%s", [self]


@dataclass(frozen=True)
class _Plan:
    sql: str
    parameters: tuple[Any, ...]
    query: Any
    columns: tuple[Any, ...] = ()  # expressions of the selected columns
    names: tuple[str, ...] = ()  # of a model's instance; the rest of the columns are annotations
    annotations: tuple[str, ...] = ()

    def bind(self, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
        return [
            _adapted(_value_of(each, values), connection) if isinstance(each, Placeholder) else each
            for each in self.parameters
        ]


class _Prepared(ABC):
    """Plans by the lengths of lists and the kind of database."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._built: dict[_Key, Any] = {}
        self._plans: dict[tuple[_Key, str], _Plan] = {}

    def _find(self, values: Mapping[str, Any]) -> tuple[_Plan, Any, BaseDatabaseWrapper]:
        key = tuple((name, _length(value)) for name, value in values.items())
        built = self._built.get(key)
        if built is None:
            if len(self._built) >= _MOST_PLANS:
                self._built, self._plans = {}, {}
            built = self._built[key] = self._build(**_placeholders(key))
        connection = connections[self._query_set(built).db]
        place = (key, connection.display_name)
        plan = self._plans.get(place)
        if plan is None:
            plan = self._plans[place] = self._compile(built, connection)
        return plan, built, connection

    @abstractmethod
    def _query_set(self, built: Any) -> QuerySet[Any]: ...

    @abstractmethod
    def _compile(self, built: Any, connection: BaseDatabaseWrapper) -> _Plan: ...


class PreparedQuery(_Prepared, Generic[R]):
    """`build` gives a query set of instances (without `select_related`) or of `values_list`."""

    def __init__(self, build: Callable[..., QuerySet[Any, R]]) -> None:
        super().__init__(build)

    def __call__(self, **values: Any) -> list[R]:
        """The rows; none where a list is empty."""
        if any(_length(value) == 0 for value in values.values()):
            return []
        if (rows := _read_already(self, values)) is not None:
            return rows
        plan, queryset, connection = self._find(values)
        if plan.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update needs a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, plan.bind(values, connection))
            rows = cursor.fetchall()
        return self._made_of(rows, plan, queryset, connection)

    def _made_of(
        self, rows: Any, plan: _Plan, queryset: Any, connection: BaseDatabaseWrapper
    ) -> list[R]:
        compiler = plan.query.get_compiler(connection=connection)
        if converters := compiler.get_converters(plan.columns):
            rows = map(tuple, compiler.apply_converters(rows, converters))
        if plan.names:
            rows = _instances(queryset.model, plan, rows, connection.alias)
        return list(rows)

    def asked(self, **values: Any) -> "Asked":
        """For `reading_together`. Lists are tuples, also in the call."""
        return Asked(self, tuple(values.items()))

    def statement(self, **values: Any) -> tuple[str, list[Any], BaseDatabaseWrapper]:
        """Its text with the values, for a statement around it, and the connection to send that to."""
        plan, _built, connection = self._find(values)
        return plan.sql, plan.bind(values, connection), connection

    def _query_set(self, built: Any) -> QuerySet[Any]:
        queryset: QuerySet[Any] = built
        return queryset

    def _compile(self, built: Any, connection: BaseDatabaseWrapper) -> _Plan:
        query = built.query.chain()
        compiler = query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        columns = tuple(column for column, *_ in compiler.select)
        if built._iterable_class is ValuesListIterable:
            return _Plan(statement, tuple(parameters), query, columns)
        if built._iterable_class is not ModelIterable or query.select_related:
            raise TypeError("A prepared query gives instances or the rows of values_list.")
        fields = compiler.klass_info["select_fields"]
        names = tuple(columns[index].target.attname for index in fields)
        annotations = tuple(compiler.annotation_col_map)
        return _Plan(statement, tuple(parameters), query, columns, names, annotations)


class Asked(NamedTuple):
    query: PreparedQuery[Any]
    values: tuple[tuple[str, Any], ...]


@contextmanager
def reading_together(*asked: Asked) -> Iterator[None]:
    """Reads of one home that follow each other: PostgreSQL gets them in one message, now. In the block the first call of
    each with these values is answered by that, a further one reads. MariaDB is asked at each call."""
    token = _read_ahead.set(_read_all([each for each in asked if all(_lengths(each))]))
    try:
        yield
    finally:
        _read_ahead.reset(token)


_read_ahead: ContextVar[dict[Asked, list[Any]] | None] = ContextVar("read_ahead", default=None)


def _read_already(query: PreparedQuery[R], values: Mapping[str, Any]) -> list[R] | None:
    ahead = _read_ahead.get()
    return ahead.pop(query.asked(**values), None) if ahead else None


def _read_all(asked: Sequence[Asked]) -> dict[Asked, list[Any]]:
    found = [(each, *each.query._find(dict(each.values))) for each in asked]
    if len(found) < 2 or not takes_several(connection := found[0][3]):
        return {}
    texts = [(plan.sql, plan.bind(dict(each.values), connection)) for each, plan, *_ in found]
    rows = []
    # a text of several statements may write, for those who look at it
    with changing_nothing_shown(), connection.cursor() as cursor:
        cursor.execute(compose_together(connection, texts))
        for _ in found:
            rows.append(cursor.fetchall())
            cursor.nextset()
    return {
        each: each.query._made_of(own, plan, built, connection)
        for (each, plan, built, _), own in zip(found, rows, strict=True)
    }


def _lengths(asked: Asked) -> Iterator[bool]:
    return (_length(value) != 0 for _, value in asked.values)


class PreparedUpdate(_Prepared):
    """`build` gives a query set and the changes: `lambda key, at: (Row.objects.filter(pk=key), {"seen_at": at})`."""

    def __call__(self, **values: Any) -> int:
        """The number of rows that matched."""
        plan, _built, connection = self._find(values)
        with (
            transaction.mark_for_rollback_on_error(using=connection.alias),
            connection.cursor() as cursor,
        ):
            cursor.execute(plan.sql, plan.bind(values, connection))
            return int(cursor.rowcount)

    def later(self, **values: Any) -> None:
        """With the INSERTs of `collected_inserts`, where the rows are known to be there: locked by this transaction."""
        plan, _built, connection = self._find(values)
        send(connection, plan.sql, plan.bind(values, connection))

    def _query_set(self, built: Any) -> QuerySet[Any]:
        queryset: Any = built[0]
        queryset._for_write = True
        return queryset  # type: ignore[no-any-return]  # `_for_write` is not in the stubs

    def _compile(self, built: Any, connection: BaseDatabaseWrapper) -> _Plan:
        queryset, changes = built
        query = queryset.query.chain(sql.UpdateQuery)
        query.add_update_values(changes)
        query.clear_ordering(force=True)
        statement, parameters = query.get_compiler(connection=connection).as_sql()
        return _Plan(statement, tuple(parameters), query)


def insert_rows(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert new rows of one model in one statement, as `bulk_create` does: without signals, with what `pre_save` of
    the fields makes. Keys are the model's own (`new_id`). A row of another store is refused."""
    if not rows:
        return
    model = type(rows[0])
    (alias,) = {str(router.db_for_write(model, instance=row)) for row in rows}
    connection = connections[alias]
    plan = plan_of_rows(model, connection, ignore_conflicts)
    values = [column.of(row, connection) for row in rows for column in plan.columns]
    send(connection, plan.text(len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _instances(
    model: type[models.Model], plan: _Plan, rows: Any, alias: str
) -> Iterator[models.Model]:
    count = len(plan.names)
    for row in rows:
        instance = model.from_db(alias, plan.names, row[:count])
        for name, value in zip(plan.annotations, row[count:], strict=True):
            setattr(instance, name, value)
        yield instance


def _placeholders(key: _Key) -> dict[str, Any]:
    return {
        name: Placeholder(name)
        if length is None
        else [Placeholder(name, index) for index in range(length)]
        for name, length in key
    }


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, list | tuple) else None


def _value_of(placeholder: Placeholder, values: Mapping[str, Any]) -> Any:
    value = values[placeholder.name]
    return value if placeholder.index is None else value[placeholder.index]


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """As the field of that type hands it to the database."""
    field = _ADAPTING.get(type(value))
    return value if field is None else field.get_db_prep_value(value, connection, prepared=False)
