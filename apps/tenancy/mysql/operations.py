"""Lookups that ignore case fold it on the column's side too: the collation of the tables does not. Local time is worked
out without the server's tables of time zones."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.backends.mysql import operations
from django.db.backends.utils import split_tzname_delta

from apps.tenancy.mysql.local_time import local_time_sql

DjangoOperations: Any = operations.DatabaseOperations  # the type stubs know only part of it

FOLDED: Final = frozenset(("iexact", "icontains", "istartswith", "iendswith"))


class DatabaseOperations(DjangoOperations):
    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        lookup: str = super().lookup_cast(lookup_type, internal_type)
        return f"LOWER({lookup})" if lookup_type in FOLDED else lookup

    def _convert_sql_to_tz(
        self, sql: str, params: Sequence[Any], tzname: str | None
    ) -> tuple[str, Sequence[Any]]:
        if not tzname or tzname == self.connection.timezone_name:
            return sql, params
        if split_tzname_delta(tzname)[2]:  # a fixed offset: every server knows those
            converted: tuple[str, Sequence[Any]] = super()._convert_sql_to_tz(sql, params, tzname)
            return converted
        return local_time_sql(sql, params, tzname)
