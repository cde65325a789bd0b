"""Indexes that nobody uses and indexes that should be there, as far as the servers tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Model
from pymongo.errors import PyMongoError

from apps.platform.tenancy.clusters import list_documents_aliases
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.routers import DOCUMENTS_DEV, PLATFORM, Home, home_of

# Scans since the server's counters began; those of constraints are needed whether they are read or not.
_UNUSED = """
SELECT s.schemaname || '.' || s.relname, s.indexrelname
FROM pg_catalog.pg_stat_user_indexes s JOIN pg_catalog.pg_index i USING (indexrelid)
WHERE s.idx_scan = 0 AND NOT i.indisunique AND NOT i.indisprimary
  AND (s.schemaname = 'public' OR s.schemaname LIKE 's\\_%%')
ORDER BY pg_catalog.pg_relation_size(s.indexrelid) DESC LIMIT 50
"""


@dataclass(frozen=True)
class IndexFinding:
    alias: str
    table: str
    index: str
    text: str


def list_index_findings() -> list[IndexFinding]:
    """Of the platform's server (its largest unused ones) and of all its documents databases. Reads statistics only."""
    with outside_store():
        found = list(_unused_in_sql())
        for alias in (*list_documents_aliases(), DOCUMENTS_DEV):
            found.extend(_of_documents(alias))
        return found


def _unused_in_sql() -> Iterator[IndexFinding]:
    with connections[PLATFORM].cursor() as cursor:
        cursor.execute(_UNUSED)
        for table, index in cursor.fetchall():
            yield IndexFinding(PLATFORM, table, index, "unused since the server counts")


def _of_documents(alias: str) -> Iterator[IndexFinding]:
    connection: Any = connections[alias]
    home = Home.DOCUMENTS_DEV if alias == DOCUMENTS_DEV else Home.DOCUMENTS
    for model in apps.get_models():
        if home_of(model) is not home or not model._meta.managed:
            continue
        table = model._meta.db_table
        collection = connection.unscoped_collection(table)
        there = set(collection.index_information())
        for name in sorted(_wanted(model) - there):
            yield IndexFinding(alias, table, name, "missing: manage.py migrate_documents")
        for name in _unused(collection):
            yield IndexFinding(alias, table, name, "unused since the server counts")


def _wanted(model: type[Model]) -> set[str]:
    """Indexes and unique constraints by name, as the migrations make them."""
    return {index.name for index in model._meta.indexes} | {
        constraint.name for constraint in model._meta.constraints
    }


def _unused(collection: Any) -> list[str]:
    """Servers that keep no statistics of indexes (the embedded one) tell nothing."""
    try:
        found = list(collection.aggregate([{"$indexStats": {}}]))
    except PyMongoError:
        return []
    return sorted(
        row["name"]
        for row in found
        if row.get("name") != "_id_" and not row.get("accesses", {}).get("ops", 1)
    )
