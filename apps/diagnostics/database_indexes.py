"""Unused indexes and missing indexes, as far as the servers report them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import Model
from pymongo.errors import PyMongoError

from apps.diagnostics.database_health import MOST_STORES
from apps.placements.own_documents import has_own_documents
from apps.platform.models import Store
from apps.platform.selectors import list_stores_with_documents
from apps.tenancy.aliases import DOCUMENTS, DOCUMENTS_DEV, cluster_alias
from apps.tenancy.clusters import list_documents_aliases
from apps.tenancy.context import NoActiveStore, outside_store, use_store
from apps.tenancy.routers import PLATFORM, Home, home_of

# Scans since the server's counters began; those of constraints are needed whether they are read or not. A rarely read
# table (of a new store) gives no result.
OFTEN: Final = 1_000
_UNUSED: Final = """
SELECT s.schemaname || '.' || s.relname, s.indexrelname
FROM pg_catalog.pg_stat_user_indexes s
JOIN pg_catalog.pg_index i USING (indexrelid)
JOIN pg_catalog.pg_stat_user_tables t ON t.relid = s.relid
WHERE s.idx_scan = 0 AND NOT i.indisunique AND NOT i.indisprimary
  AND COALESCE(t.idx_scan, 0) + COALESCE(t.seq_scan, 0) >= %s
  AND (s.schemaname = 'public' OR s.schemaname LIKE 's\\_%%')
ORDER BY pg_catalog.pg_relation_size(s.indexrelid) DESC LIMIT 50
"""


@dataclass(frozen=True)
class IndexFinding:
    alias: str
    table: str
    index: str
    text: str


def list_index_findings(
    *, only: Store | None = None, most: int = MOST_STORES
) -> list[IndexFinding]:
    """Of the platform's server and its clusters (the largest unused ones of each) and of all documents databases; of
    stores with a MongoDB of their own, `only` one or the first `most`. Reads statistics only. Never raises for a server
    that does not answer: that is a finding."""
    with outside_store():
        found: list[IndexFinding] = []
        for alias in (PLATFORM, *map(cluster_alias, settings.SQL_CLUSTERS)):
            found += _asked(alias, partial(_unused_in_sql, alias))
        for alias in (*list_documents_aliases(), DOCUMENTS_DEV):
            found += _asked(alias, partial(_of_documents, alias, title=alias))
        for store in [only] if only is not None else list_stores_with_documents()[:most]:
            if has_own_documents(store):
                found += _asked(store.active_store.documents_alias, partial(_of_store, store))
        return found


def _asked(alias: str, ask: Callable[[], Iterator[IndexFinding]]) -> list[IndexFinding]:
    try:
        return list(ask())
    except (DatabaseError, PyMongoError, NoActiveStore):
        return [IndexFinding(alias, "", "", "does not answer")]


def _unused_in_sql(alias: str) -> Iterator[IndexFinding]:
    with connections[alias].cursor() as cursor:
        cursor.execute(_UNUSED, [OFTEN])
        for table, index in cursor.fetchall():
            yield IndexFinding(alias, table, index, "unused since the server counts")


def _of_store(store: Store) -> Iterator[IndexFinding]:
    with use_store(store):
        yield from _of_documents(DOCUMENTS, title=store.active_store.documents_alias)


def _of_documents(alias: str, *, title: str) -> Iterator[IndexFinding]:
    connection: Any = connections[alias]
    home = Home.DOCUMENTS_DEV if alias == DOCUMENTS_DEV else Home.DOCUMENTS
    for model in apps.get_models():
        if home_of(model) is not home or not model._meta.managed:
            continue
        table = model._meta.db_table
        collection = connection.unscoped_collection(table)
        there = set(collection.index_information())
        for name in sorted(_wanted(model) - there):
            yield IndexFinding(title, table, name, "missing: manage.py migrate_documents")
        for name in _unused(collection):
            yield IndexFinding(title, table, name, "unused since the server counts")


def _wanted(model: type[Model]) -> set[str]:
    """Indexes and unique constraints by name, as the migrations make them."""
    return {index.name for index in model._meta.indexes} | {
        constraint.name for constraint in model._meta.constraints
    }


def _unused(collection: Any) -> list[str]:
    """Servers without index statistics (the embedded one) give no result."""
    try:
        found = list(collection.aggregate([{"$indexStats": {}}]))
    except PyMongoError:
        return []
    return sorted(
        row["name"]
        for row in found
        if row.get("name") != "_id_" and not row.get("accesses", {}).get("ops", 1)
    )
