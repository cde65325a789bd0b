"""Lookups that ignore case fold it on the column's side too: the collation of the tables does not."""

from typing import Any, Final

from django.db.backends.mysql import operations

DjangoOperations: Any = operations.DatabaseOperations  # the type stubs know only part of it

FOLDED: Final = frozenset(("iexact", "icontains", "istartswith", "iendswith"))


class DatabaseOperations(DjangoOperations):
    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        lookup: str = super().lookup_cast(lookup_type, internal_type)
        return f"LOWER({lookup})" if lookup_type in FOLDED else lookup
