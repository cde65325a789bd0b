"""Points Django at our compilers, remembers how stored values become Python's, and empties collections for the test runner."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Expression
from django_mongodb_backend.operations import DatabaseOperations as MongoDatabaseOperations

from apps.tenancy.documents.pipelines import Mql


class _Conversion(NamedTuple):
    """How the value of one column is converted; `place` is its key in a document, or its place in a row."""

    place: Any
    expression: Any
    converters: list[Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """How documents with certain columns become rows of a model."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    conversions: tuple[_Conversion, ...]

    def row_of(self, document: Mql, connection: Any) -> list[Any]:
        row = [document[column] for column in self.columns]
        for place, expression, converters in self.conversions:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        return row


class DatabaseOperations(MongoDatabaseOperations):  # type: ignore[misc]
    """What is remembered is remembered per connection: converters belong to one."""

    compiler_module = "apps.tenancy.documents.compiler"

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._load_plans: dict[tuple[type[models.Model], tuple[str, ...]], LoadPlan] = {}
        self._embedded: dict[type[models.Model], list[_Conversion]] = {}

    def load_plan(self, model: type[models.Model], columns: tuple[str, ...]) -> LoadPlan:
        key = (model, columns)
        plan = self._load_plans.get(key)
        if plan is None:
            fields = [field for field in model._meta.concrete_fields if field.column in columns]
            plan = self._load_plans[key] = LoadPlan(
                names=tuple(field.attname for field in fields),
                columns=tuple(str(field.column) for field in fields),
                conversions=tuple(
                    _Conversion(place, expression, converters)
                    for place, field in enumerate(fields)
                    for expression in [field.get_col(model._meta.db_table)]
                    if (converters := self._converters_of(expression))
                ),
            )
        return plan

    def convert_embeddedmodelfield_value(
        self, value: Any, expression: Any, connection: Any
    ) -> Any | None:
        """As shipped, except that converters are not searched for in every value."""
        if value is None:
            return None
        embedded = expression.output_field.embedded_model
        conversions = self._embedded.get(embedded)
        if conversions is None:
            conversions = self._embedded[embedded] = list(self._conversions_in(embedded))
        for column, part, converters in conversions:
            if column in value:
                for convert in converters:
                    value[column] = convert(value[column], part, connection)
        return value

    def _conversions_in(self, embedded: type[models.Model]) -> Iterator[_Conversion]:
        for field in embedded._meta.fields:
            part = Expression(output_field=field)
            if converters := self._converters_of(part):
                yield _Conversion(field.column, part, converters)

    def _converters_of(self, expression: Any) -> list[Callable[..., Any]]:
        return [
            *self.get_db_converters(expression),
            *expression.get_db_converters(self.connection),
        ]

    def execute_sql_flush(self, tables: list[str]) -> None:
        """`manage.py flush` and TransactionTestCase: empties the collections for every store."""
        for table in tables:
            if not table.startswith("system."):
                self.connection.unscoped_collection(table).delete_many({})
