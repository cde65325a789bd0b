"""`ENGINE = "apps.tenancy.documents"`: django-mongodb-backend, confined to the active store."""

from typing import Any

from django_mongodb_backend.base import DatabaseWrapper as MongoDatabaseWrapper
from pymongo.collection import Collection
from pymongo.database import Database

from apps.tenancy.documents.collection import (
    UNSCOPED_COLLECTIONS,
    CommandLog,
    GuardedCollection,
    GuardedDatabase,
)
from apps.tenancy.documents.creation import DatabaseCreation
from apps.tenancy.documents.operations import DatabaseOperations
from apps.tenancy.documents.schema import DatabaseSchemaEditor

SERVER_SELECTION_MS = 5_000


class DatabaseWrapper(MongoDatabaseWrapper):  # type: ignore[misc]
    """`get_collection` and `database` give guarded objects; `unscoped_*` is for the backend itself only."""

    SchemaEditorClass = DatabaseSchemaEditor
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """An unreachable server raises an error within seconds, unless the address or OPTIONS set another limit."""
        params: dict[str, Any] = super().get_connection_params()
        host = str(params.get("host") or "").lower()
        if "serverselectiontimeoutms" not in host:
            params.setdefault("serverSelectionTimeoutMS", SERVER_SELECTION_MS)
        return params

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self.database = GuardedDatabase(self)

    def get_collection(self, name: str, **options: Any) -> Any:
        """The collection as the active store sees it; Django's own table of migrations as it is."""
        if name in UNSCOPED_COLLECTIONS:
            return self.unscoped_collection(name, **options)
        return GuardedCollection(self, name, **options)

    @property
    def unscoped_database(self) -> "Database[Any]":
        self.ensure_connection()
        database: Database[Any] = self.connection[self.settings_dict["NAME"]]
        return database

    def unscoped_collection(self, name: str, **options: Any) -> "Collection[Any] | CommandLog":
        """The unscoped collection, with the documents of every store. Not for code above this package."""
        collection: Collection[Any] = Collection(self.unscoped_database, name, **options)
        return CommandLog(self, collection) if self.queries_logged else collection
