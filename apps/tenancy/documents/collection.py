"""A guarded collection: adds the active store to every command.

The ORM, raw pipelines and `scoped_collection(Model)` all use it. Methods that are not listed here are refused.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django_mongodb_backend.utils import OperationDebugWrapper
from pymongo import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.collection import Collection
from pymongo.command_cursor import CommandCursor
from pymongo.cursor import Cursor
from pymongo.results import (
    BulkWriteResult,
    DeleteResult,
    InsertManyResult,
    InsertOneResult,
    UpdateResult,
)

from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.documents.connection import DocumentsConnection
from apps.tenancy.documents.development import (
    require_development_collection,
    require_not_confined,
)
from apps.tenancy.documents.errors import UnscopedAccess, translated_errors
from apps.tenancy.documents.pipelines import (
    Mql,
    Pipeline,
    Update,
    guard_update,
    refuse_writing_stages,
    scope_filter,
    scope_pipeline,
    scope_upsert,
    stamp,
)
from apps.tenancy.documents.scope import Scope, current_documents_scope
from apps.tenancy.page_versions import announce_change, shown_tables
from apps.tenancy.retrying import note_outside_effect
from apps.tenancy.shown_tables import note_writes

UNSCOPED_COLLECTIONS = frozenset({MIGRATIONS_TABLE})
WRITING = ("insert", "update", "replace", "delete", "bulk_write", "find_one_and_")
HARMLESS_COMMANDS = frozenset({"ping", "hello", "buildInfo", "dbStats"})

Condition = Mapping[str, Any] | None
WriteOperation = InsertOne[Any] | UpdateOne | UpdateMany | ReplaceOne[Any] | DeleteOne | DeleteMany


class CommandLog(OperationDebugWrapper):  # type: ignore[misc]
    """Logs the verbs that only we use, too, so that query counts in tests count them."""


def _logged(verb: str) -> Any:
    def call(self: CommandLog, *args: Any, **kwargs: Any) -> Any:
        shown = copy.deepcopy(args)
        duration, result = self.profile_call(getattr(self.wrapped, verb), args, kwargs)
        self.log(verb, duration, shown, kwargs)
        return result

    return call


for _verb in [
    "bulk_write",
    "count_documents",
    "delete_one",
    "distinct",
    "find",
    "find_one",
    "find_one_and_delete",
    "find_one_and_replace",
    "find_one_and_update",
    "insert_one",
    "replace_one",
    "update_one",
]:
    setattr(CommandLog, _verb, _logged(_verb))


class GuardedCollection:
    """A collection as the active store sees it. Arguments and results are PyMongo's, errors Django's."""

    def __init__(self, connection: DocumentsConnection, name: str, **options: Any) -> None:
        self._connection = connection
        self._options = options
        self.name = name

    # Reading

    def find(self, filter: Condition = None, *args: Any, **kwargs: Any) -> Cursor[Any]:
        return self._call("find", self._filter(current_documents_scope(), filter), *args, **kwargs)

    def find_one(self, filter: Condition = None, *args: Any, **kwargs: Any) -> Any | None:
        return self._call(
            "find_one", self._filter(current_documents_scope(), filter), *args, **kwargs
        )

    def count_documents(self, filter: Condition = None, **kwargs: Any) -> int:
        return self._call(
            "count_documents", self._filter(current_documents_scope(), filter), **kwargs
        )

    def distinct(self, key: str, filter: Condition = None, **kwargs: Any) -> list[Any]:
        return self._call(
            "distinct", key, self._filter(current_documents_scope(), filter), **kwargs
        )

    def aggregate(self, pipeline: Sequence[Mapping[str, Any]], **kwargs: Any) -> CommandCursor[Any]:
        return self._call(
            "aggregate", self._pipeline(current_documents_scope(), pipeline), **kwargs
        )

    # Writing

    def insert_one(self, document: Mql, **kwargs: Any) -> InsertOneResult:
        scope = self._writing()
        return self._call("insert_one", stamp(document, scope.store), **kwargs)

    def insert_many(self, documents: Iterable[Mql], **kwargs: Any) -> InsertManyResult:
        """Without a real transaction, the documents before a refused one stay inserted."""
        scope = self._writing()
        return self._call("insert_many", [stamp(one, scope.store) for one in documents], **kwargs)

    def update_one(self, filter: Condition, update: Update, **kwargs: Any) -> UpdateResult:
        return self._update("update_one", filter, update, **kwargs)

    def update_many(self, filter: Condition, update: Update, **kwargs: Any) -> UpdateResult:
        return self._update("update_many", filter, update, **kwargs)

    def find_one_and_update(self, filter: Condition, update: Update, **kwargs: Any) -> Any | None:
        return self._update("find_one_and_update", filter, update, **kwargs)

    def replace_one(self, filter: Condition, replacement: Mql, **kwargs: Any) -> UpdateResult:
        scope = self._writing()
        replacement = stamp(replacement, scope.store)
        return self._call("replace_one", self._filter(scope, filter), replacement, **kwargs)

    def delete_one(self, filter: Condition, **kwargs: Any) -> DeleteResult:
        return self._call("delete_one", self._filter(self._writing(), filter), **kwargs)

    def delete_many(self, filter: Condition, **kwargs: Any) -> DeleteResult:
        return self._call("delete_many", self._filter(self._writing(), filter), **kwargs)

    def find_one_and_delete(self, filter: Condition, **kwargs: Any) -> Any | None:
        return self._call("find_one_and_delete", self._filter(self._writing(), filter), **kwargs)

    def bulk_write(self, requests: Iterable[WriteOperation], **kwargs: Any) -> BulkWriteResult:
        scope = self._writing()
        scoped = [self._operation(scope, request) for request in requests]
        return self._call("bulk_write", scoped, **kwargs)

    # Looking at the collection itself

    def index_information(self) -> Mapping[str, Any]:
        return self._call("index_information")

    def list_search_indexes(self, *args: Any) -> CommandCursor[Any]:
        return self._call("list_search_indexes", *args)

    def with_options(self, **options: Any) -> "GuardedCollection":
        return GuardedCollection(self._connection, self.name, **{**self._options, **options})

    def __getattr__(self, verb: str) -> Any:
        if verb.startswith("__"):
            raise AttributeError(verb)
        raise UnscopedAccess(f"Collection.{verb} can't be confined to a store.")

    # How

    def _collection(self) -> "Collection[Any] | CommandLog":
        require_not_confined(self._connection.alias)
        return self._connection.unscoped_collection(self.name, **self._options)

    def _call(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("session", self._connection.session)
        is_shown = verb.startswith(WRITING) and self.name in shown_tables()
        try:
            with translated_errors():
                return getattr(self._collection(), verb)(*args, **kwargs)
        finally:  # also after an error: a server that gave no answer may have written
            if is_shown:
                note_writes(frozenset([self.name]), after_commit=lambda note: note())

    def _update(self, verb: str, filter: Condition, update: Update, **kwargs: Any) -> Any:
        scope = self._writing()
        update = guard_update(update, scope.store)
        if kwargs.get("upsert"):
            update = _scope_upsert(scope, update)
        return self._call(verb, self._filter(scope, filter), update, **kwargs)

    def _writing(self) -> Scope:
        scope = current_documents_scope()
        scope.require_write()
        require_development_collection(self._connection.alias, self.name)
        note_outside_effect()
        announce_change(self.name)
        return scope

    @staticmethod
    def _filter(scope: Scope, condition: Condition) -> Mql:
        if scope.store is None:
            return dict(condition or {})
        return scope_filter(condition, scope.store)

    @staticmethod
    def _pipeline(scope: Scope, pipeline: Sequence[Mapping[str, Any]]) -> Pipeline:
        if scope.store is not None:
            return scope_pipeline(pipeline, scope.store)
        if not scope.may_write:
            refuse_writing_stages(pipeline)
        return [dict(stage) for stage in pipeline]

    def _operation(self, scope: Scope, request: WriteOperation) -> WriteOperation:
        # PyMongo's operations have no public attributes; they are copied, never changed in place.
        scoped: Any = copy.copy(request)
        if not isinstance(request, InsertOne):
            scoped._filter = self._filter(scope, scoped._filter)
        if isinstance(request, InsertOne | ReplaceOne):
            scoped._doc = stamp(scoped._doc, scope.store)
        elif isinstance(request, UpdateOne | UpdateMany):
            scoped._doc = guard_update(scoped._doc, scope.store)
            if scoped._upsert:
                scoped._doc = _scope_upsert(scope, scoped._doc)
        elif not isinstance(request, DeleteOne | DeleteMany):
            raise UnscopedAccess(f"{type(request).__name__} can't be confined to a store.")
        return scoped


def _scope_upsert(scope: Scope, update: Update) -> Update:
    if scope.store is None:
        raise UnscopedAccess("An upsert needs an active store for the document it may make.")
    return scope_upsert(update, scope.store)


class GuardedDatabase:
    """The value of `connections["documents"].database`: guarded collections and a few harmless commands."""

    def __init__(self, connection: DocumentsConnection) -> None:
        self._connection = connection

    @property
    def name(self) -> str:
        return self._connection.unscoped_database.name

    def __getitem__(self, name: str) -> Any:
        return self._connection.get_collection(name)

    def get_collection(self, name: str, **options: Any) -> Any:
        return self._connection.get_collection(name, **options)

    def list_collections(self, **kwargs: Any) -> Any:
        return self._connection.unscoped_database.list_collections(**kwargs)

    def list_collection_names(self, **kwargs: Any) -> list[str]:
        return self._connection.unscoped_database.list_collection_names(**kwargs)

    def command(self, command: Any, value: Any = 1, **kwargs: Any) -> Any:
        """`ping` and the like, and `explain` of an aggregation (which is confined to the store)."""
        if command == "explain" and isinstance(value, Mapping) and "aggregate" in value:
            scope = current_documents_scope()
            pipeline = value["pipeline"]
            if scope.store is not None:
                pipeline = scope_pipeline(pipeline, scope.store)
            value = {**value, "pipeline": pipeline}
        elif command not in HARMLESS_COMMANDS:
            raise UnscopedAccess(f"The command {command!r} can't be confined to a store.")
        with translated_errors():
            return self._connection.unscoped_database.command(command, value, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise UnscopedAccess(f"Database.{name} can't be confined to a store.")
