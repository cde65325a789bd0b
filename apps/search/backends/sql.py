"""The index in the store's own SQL: the tables of `apps/search/models.py`, read by `apps/search/finding.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from apps.search import finding
from apps.search.models import Entry
from apps.search.queries import Suggestion
from apps.search.terms import Condition


class SqlBackend:
    """Always kept, whichever backend answers."""

    count_matches = staticmethod(finding.count_matches)
    summarize = staticmethod(finding.summarize)
    find_page = staticmethod(finding.find_page)
    find_behind = staticmethod(finding.find_behind)

    def put(self, rows: Sequence[Entry]) -> None:
        """One upsert. Where the stored version is newer, nothing changes."""
        fields: Sequence[models.Field[Any, Any]] = Entry._meta.concrete_fields
        quote = connection.ops.quote_name
        names = [quote(str(field.column)) for field in fields]
        table = quote(Entry._meta.db_table)
        placeholders = f"({', '.join(['%s'] * len(fields))})"
        values = [
            field.get_db_prep_save(getattr(row, field.attname), connection)
            for row in rows
            for field in fields
        ]
        sql = (
            f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608  names of our own model
            f"VALUES {', '.join([placeholders] * len(rows))} "
        ) + _unless_newer(connection.vendor, table, names, quote("version"))
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    def remove(self, ids: Sequence[str]) -> None:
        Entry.objects.filter(pk__in=ids).delete()

    def suggest(self, condition: Condition, *, most: int) -> list[Suggestion]:
        found = finding.find_by_terms(condition, status="active").order_by("position", "-id")
        return [
            Suggestion(title, slug) for title, slug in found.values_list("title", "slug")[:most]
        ]


def _unless_newer(vendor: str, table: str, names: Sequence[str], version: str) -> str:
    changed = [name for name in names if name != version][1:]  # the first one is the key
    if vendor == "mysql":
        sets = [
            f"{name} = IF(VALUES({version}) >= {version}, VALUES({name}), {name})"
            for name in (*changed, version)  # assigned from left to right: the version last
        ]
        return f"ON DUPLICATE KEY UPDATE {', '.join(sets)}"
    sets = [f"{name} = EXCLUDED.{name}" for name in (*changed, version)]
    return (
        f"ON CONFLICT ({names[0]}) DO UPDATE SET {', '.join(sets)} "
        f"WHERE {table}.{version} <= EXCLUDED.{version}"
    )
