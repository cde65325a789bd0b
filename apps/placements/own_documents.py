"""A MongoDB of the store's own, possible with any kind of database.

The database is marked with the store's id before anything else is created, so that two stores or another program never
share it. Sandboxes of the store use the same database, with their own key in each document.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connections
from django.utils.translation import gettext
from pymongo.errors import DuplicateKeyError

from apps.placements.documents_configuration import (
    DOCUMENTS_FIELDS,
    clean_documents_config,
    client_options,
    split_config,
)
from apps.platform.errors import PlacementOccupied
from apps.platform.models import Store
from apps.tenancy.aliases import DOCUMENTS
from apps.tenancy.context import use_store
from apps.tenancy.documents.collection import UNSCOPED_COLLECTIONS
from apps.tenancy.documents.errors import translated_errors
from apps.tenancy.documents.migrating import DocumentMigrations
from apps.tenancy.documents.models import Document

__all__ = [
    "DOCUMENTS_FIELDS",
    "MARKS",
    "clean_documents_config",
    "documents_settings",
    "drop_collections",
    "has_own_documents",
    "list_own_collections",
    "make_collections",
    "owner_of_place",
    "read_mark",
    "split_config",
]

MARKS: Final = "polystore_place"
_MARK_KEY: Final = "store"


def has_own_documents(store: Store) -> bool:
    """Whether the store's documents are in a MongoDB of its own."""
    return store.documents_version > 0


def owner_of_place(store: Store) -> UUID:
    """The id of the store that owns the MongoDB; for a sandbox, the id of its live store."""
    return store.sandbox_of_id or store.id


def documents_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Django's settings for the alias of a store's own documents."""
    return {
        "ENGINE": "apps.tenancy.documents",
        "HOST": config["uri"],
        "NAME": config["database"],
        "USER": config["user"],
        "PASSWORD": config["password"],
        "PIN_ADDRESS": True,
        "OPTIONS": client_options(config),
    }


def list_own_collections() -> set[str]:
    """The collections that a store's documents need."""
    return {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, Document) and model._meta.managed
    }


def read_mark(database: Any) -> str:
    """The id of the store a database was marked for, as 32 hex digits; "" where there is no mark."""
    found = database[MARKS].find_one({"_id": _MARK_KEY})
    return str(found["store_id"]) if found else ""


def make_collections(store: Store) -> bool:
    """Create missing collections and indexes in the store's documents database; False when none was missing. The
    platform's own documents are left to `migrate_documents`. Raises `PlacementOccupied` for another store's place."""
    if store.active_store.documents_alias == DOCUMENTS:
        return False
    with use_store(store):
        if has_own_documents(store):
            _mark(store)
        migrations = DocumentMigrations(DOCUMENTS)
        migrations.apply()
        return bool(migrations.pending)


def _mark(store: Store) -> None:
    connection: Any = connections[DOCUMENTS]
    owner = owner_of_place(store).hex
    with translated_errors():
        database = connection.unscoped_database
        try:
            database[MARKS].insert_one({"_id": _MARK_KEY, "store_id": owner})
        except DuplicateKeyError:
            if read_mark(database) != owner:
                raise PlacementOccupied(
                    gettext("This MongoDB database already belongs to another store.")
                ) from None


def drop_collections(store: Store) -> None:
    """Delete all collections in a MongoDB of the store's own. A database without this store's mark is left unchanged,
    so a sandbox drops nothing of its live store."""
    with use_store(store), translated_errors():
        connection: Any = connections[DOCUMENTS]
        database = connection.unscoped_database
        if has_own_documents(store) and read_mark(database) == store.id.hex:
            for name in sorted(list_own_collections() | UNSCOPED_COLLECTIONS):
                database.drop_collection(name)
            database.drop_collection(MARKS)
