"""The column with the terms of an entry, and the one condition on it, in the words of each database."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler

from apps.search.full_text import VECTOR
from apps.search.terms import Condition, as_boolean_mode, as_tsquery
from apps.tenancy.prepared import Placeholder


class TermsField(models.TextField):
    """Terms (`apps.search.terms`), a space between them."""


def written_for(vendor: str, condition: Condition) -> str:
    return as_boolean_mode(condition) if vendor == "mysql" else as_tsquery(condition)


@TermsField.register_lookup
class Matches(Lookup[Any]):
    """`terms__matches=condition`: by `tsvector` on PostgreSQL, by FULLTEXT on MariaDB and MySQL.

    A prepared statement has a placeholder for what `written_for` gives."""

    lookup_name = "matches"
    prepare_rhs = False
    rhs: Condition | Placeholder

    def get_db_prep_lookup(
        self, value: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        if isinstance(value, Placeholder):
            return "%s", (value,)
        return "%s", (written_for(connection.vendor, value),)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, _ = self.process_lhs(compiler, connection)
        placeholder, values = self.get_db_prep_lookup(self.rhs, connection)
        if connection.vendor == "mysql":
            return f"MATCH ({column}) AGAINST ({placeholder} IN BOOLEAN MODE)", values
        table = column.rpartition(".")[0]
        vector = connection.ops.quote_name(VECTOR)
        return f"{table}.{vector} @@ {placeholder}::tsquery", values
