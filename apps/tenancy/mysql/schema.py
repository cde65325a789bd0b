"""Definitions for MariaDB and MySQL: binary tables, conditional unique constraints, and steps that are remembered."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.backends.mysql import schema
from django.db.models import BaseConstraint, Field, Model, UniqueConstraint

DjangoSchemaEditor: Any = schema.DatabaseSchemaEditor  # the type stubs know only part of it

# A row outside the condition has NULL in the generated columns, and NULLs are never equal: exactly what a partial
# unique index means. One statement, so that a crash leaves both or nothing.
CONDITIONAL_UNIQUE: Final = (
    "ALTER TABLE %(table)s %(generated)s, ADD UNIQUE INDEX %(name)s (%(keys)s)"
)
GENERATED: Final = "ADD COLUMN {key} {type} GENERATED ALWAYS AS (CASE WHEN {condition} THEN {column} END) VIRTUAL INVISIBLE"


class DatabaseSchemaEditor(DjangoSchemaEditor):
    generated = GENERATED

    @property
    def sql_create_table(self) -> str:
        """The database's own defaults do not matter."""
        return (
            "CREATE TABLE %(table)s (%(definition)s) ENGINE=InnoDB "
            f"DEFAULT CHARACTER SET utf8mb4 COLLATE {self.connection.table_collation}"
        )

    def execute(self, sql: Any, params: Any = ()) -> None:
        journal = None if self.collect_sql else self.connection.journal
        if journal is None:
            super().execute(sql, params)
        else:
            journal.step(
                str(sql), params, lambda: super(DatabaseSchemaEditor, self).execute(sql, params)
            )

    def _unique_supported(self, condition: Any = None, **kinds: Any) -> bool:
        """Also with a condition; see `CONDITIONAL_UNIQUE`."""
        return bool(super()._unique_supported(**kinds))

    def _create_unique_sql(
        self,
        model: type[Model],
        fields: Sequence["Field[Any, Any]"],
        name: str | None = None,
        condition: str | None = None,
        **kinds: Any,
    ) -> Statement | None:
        if not condition or not fields or name is None:
            created: Statement | None = super()._create_unique_sql(
                model, fields, name=name, condition=condition, **kinds
            )
            return created
        table = model._meta.db_table
        keys = generated_columns(name, len(fields))
        columns = [
            self.generated.format(
                key=self.quote_name(key),
                type=field.db_type(self.connection),
                condition=condition,
                column=self.quote_name(field.column),
            )
            for key, field in zip(keys, fields, strict=True)
        ]
        return Statement(
            CONDITIONAL_UNIQUE,
            table=Table(table, self.quote_name),
            name=self.quote_name(name),
            generated=", ".join(columns),
            keys=Columns(table, keys, self.quote_name),
        )

    def remove_constraint(self, model: type[Model], constraint: BaseConstraint) -> None:
        """A conditional constraint is dropped together with its hidden columns."""
        if not isinstance(constraint, UniqueConstraint) or constraint.condition is None:
            super().remove_constraint(model, constraint)
            return
        drops = [f"DROP INDEX {self.quote_name(constraint.name)}"]
        for key in generated_columns(constraint.name, len(constraint.fields)):
            drops.append(f"DROP COLUMN {self.quote_name(key)}")
        self.execute(f"ALTER TABLE {self.quote_name(model._meta.db_table)} {', '.join(drops)}")


def generated_columns(name: str, count: int) -> list[str]:
    """The names of the hidden columns behind a conditional unique constraint. Names have 64 characters at most."""
    return [f"{name[:60]}_k{position}" for position in range(1, count + 1)]
