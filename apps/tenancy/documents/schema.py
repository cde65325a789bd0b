"""Migrations on documents: for all stores at once, repeatable, with ordinary unique indexes."""

from typing import Any

from django.db import models
from django_mongodb_backend.fields import ArrayField
from django_mongodb_backend.models import EmbeddedModel
from django_mongodb_backend.schema import DatabaseSchemaEditor as MongoDatabaseSchemaEditor
from django_mongodb_backend.utils import OperationCollector
from pymongo import ASCENDING, IndexModel

from apps.tenancy.documents.errors import translated_errors
from apps.tenancy.documents.fields import Field, get_field


class DatabaseSchemaEditor(MongoDatabaseSchemaEditor):  # type: ignore[misc]
    def get_collection(self, name: str) -> Any:
        collection = self.connection.unscoped_collection(name)
        if self.collect_sql:
            return OperationCollector(self.collected_sql, collection=collection)
        return collection

    def get_database(self) -> Any:
        if self.collect_sql:
            return OperationCollector(self.collected_sql, db=self.connection)
        return self.connection.unscoped_database

    def create_model(self, model: type[models.Model]) -> None:
        """A run that was cut off, or a first insert, may have made the collection: only what is missing is made."""
        if issubclass(model, EmbeddedModel):
            return
        name = model._meta.db_table
        with translated_errors():
            if self.collect_sql or name not in self.connection.introspection.table_names():
                self.get_database().create_collection(name)
            self._create_model_indexes(model)

    def add_constraint(
        self,
        model: type[models.Model],
        constraint: models.BaseConstraint,
        field: Field | None = None,
        column_prefix: str = "",
        parent_model: type[models.Model] | None = None,
    ) -> None:
        """A unique constraint becomes an ordinary unique index, which equality queries use.

        As shipped it is partial on every field's `$type`, which no query ever proves, on real MongoDB neither.
        Fields stay out of the index while they are null, as in SQL, or an empty array: `[]` would be a value.
        """
        if not isinstance(constraint, models.UniqueConstraint) or not _is_plain(constraint):
            super().add_constraint(model, constraint, field, column_prefix, parent_model)
            return
        if issubclass(model, EmbeddedModel) and parent_model is None:
            return
        fields = [field] if field else [get_field(model, name) for name in constraint.fields]
        columns = {f"{column_prefix}{one.column}": one for one in fields}
        left_out = {
            column: self._when_present(one)
            for column, one in columns.items()
            if one.null or isinstance(one, ArrayField)
        }
        index = IndexModel(
            [(column, ASCENDING) for column in columns],
            name=constraint.name,
            unique=True,
            **({"partialFilterExpression": left_out} if left_out else {}),
        )
        owner = parent_model or model
        self.get_collection(owner._meta.db_table).create_indexes([index])

    def _when_present(self, field: Field) -> dict[str, Any]:
        element = getattr(field, "base_field", field)
        db_type = element.db_type(self.connection)
        # Equality with a text implies `>= ""`, so the index is still used; it does not imply a `$type`.
        return {"$gte": ""} if db_type == "string" else {"$type": db_type}


def _is_plain(constraint: models.UniqueConstraint) -> bool:
    return not (constraint.condition or constraint.expressions)
