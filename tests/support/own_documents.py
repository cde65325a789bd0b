"""MongoDBs of stores' own, as merchants would name them: databases of the suite's documents server."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from pymongo import MongoClient

from apps.tenancy.connections import forget_database
from tests.support import own_documents
from tests.support.databases import close_store, open_store

URI = "documentsConnectionString"


def server() -> Any:
    return urlsplit(settings.DATABASES["documents"]["HOST"])


def address(database: str, *, netloc: str = "") -> str:
    """A connection string to a database of the suite's server."""
    query = "authSource=admin&directConnection=true&tls=false"
    return f"mongodb://{netloc or server().netloc}/{database}?{query}"


@contextmanager
def database() -> Iterator[str]:
    """The name of an empty database, dropped afterwards."""
    name = f"test_own_{secrets.token_hex(5)}"
    yield name
    with client() as admin:
        admin.drop_database(name)


def client() -> "MongoClient[dict[str, Any]]":
    return MongoClient(settings.DATABASES["documents"]["HOST"])


@contextmanager
def opened(name: str, **wanted: Any) -> Iterator[Any]:
    """A store whose documents are in this database."""
    store = open_store(config={URI: address(name)}, **wanted)
    try:
        yield store
    finally:
        close(store)


def close(store: Any) -> None:
    forget_database(store.active_store.documents_alias)
    close_store(store)


def collections_of(name: str) -> dict[str, list[dict[str, Any]]]:
    with own_documents.client() as admin:
        return {one: list(admin[name][one].find()) for one in admin[name].list_collection_names()}
