"""What a store leaves in databases, cache and files, and the search for it."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import connections

from apps.common.clock import now
from apps.platform.services import note_wake_up, save_integration
from apps.tenancy.context import outside_store, use_store
from tests.support.databases import close_store
from tests.support.documents import clean_documents, documents
from tests.support.trading import CANARY, trade


def leave_traces(store: Any) -> None:
    trade(store)
    save_integration(store=store, kind="stripe", config={"key": CANARY})
    note_wake_up(store_id=store.id, due_at=now())
    with use_store(store):
        cache.set("page", CANARY)


def search(store_id: UUID, slug: str, *, canary: bool = True) -> set[str]:
    """Where any of the words still stands: tables of every schema, collections, cache keys and values, files."""
    words = [str(store_id), store_id.hex, slug, *([CANARY] if canary else [])]
    found = _search_sql(words) | _search_documents(words)
    client = cache._cache.get_client(None)  # type: ignore[attr-defined]
    for key in client.scan_iter():
        value = client.get(key) if client.type(key) == b"string" else b""
        if any(word.encode() in key + (value or b"") for word in words):
            found.add(f"cache {key!r}")
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if any(word in str(path) for word in words) or (
            canary and path.is_file() and CANARY.encode() in path.read_bytes()
        ):
            found.add(f"file {path}")
    return found


def _search_sql(words: list[str]) -> set[str]:
    found = set()
    with outside_store(), connections["platform"].cursor() as cursor:
        cursor.execute("SET polystore.sees_all = 'on'")
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for schema, table in cursor.fetchall():
            pattern = [[f"%{word}%" for word in words]]
            if any(word in schema for word in (words[2].replace("-", "_"),)):
                found.add(f"schema {schema}")
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{schema}"."{table}" t WHERE t::text LIKE ANY (%s))',
                pattern,
            )
            if cursor.fetchone()[0]:
                found.add(f"{schema}.{table}")
        cursor.execute("RESET polystore.sees_all")
    return found


def _search_documents(words: list[str]) -> set[str]:
    found = set()
    for alias in ("documents", "documents_dev"):
        database = documents(alias).unscoped_database
        for name in database.list_collection_names():
            texts = (str(document) for document in database[name].find())
            if any(word in text for text in texts for word in words):
                found.add(f"{alias} {name}")
    return found


def forget(store: Any) -> None:
    clean_documents(store)
    close_store(store)
