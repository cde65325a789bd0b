"""Reads and writes the documents of a store. Lines are MongoDB's canonical extended JSON, the order of keys kept."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from bson import json_util
from bson.json_util import JSONOptions
from django.db import connections
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model
from django.utils.translation import gettext

from apps.archive.errors import ArchiveNotFitting
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.context import current_store
from apps.tenancy.documents.access import ScopedCollection
from apps.tenancy.documents.renewing import RenewDerived
from apps.tenancy.documents.scope import STORE_KEY, document_key_of

BATCH: Final = 200
FORM: Final[JSONOptions] = json_util.CANONICAL_JSON_OPTIONS.with_options(
    tz_aware=False, tzinfo=None, uuid_representation=4
)

Document = Mapping[str, Any]


def iterate_documents(model: type[Model], alias: str) -> Iterator[dict[str, Any]]:
    """Every document of the active store in one collection, as it is stored. Streamed; no snapshot."""
    found = _collection(model, alias).find({}, batch_size=BATCH)
    with found:
        for document in found:
            yield dict(document)


def count_documents(model: type[Model], alias: str) -> int:
    """The server's own count, in the active store."""
    return int(_collection(model, alias).count_documents({}))


def document_line(document: Document) -> bytes:
    """A document as one line, without loss of information."""
    return json_util.dumps(document, json_options=FORM, separators=(",", ":")).encode()


def document_print(document: Document) -> bytes:
    """The input of checksums: sorted by key, and without the store, which a copy changes."""
    rest = {key: value for key, value in document.items() if key != STORE_KEY}
    return json_util.dumps(rest, json_options=FORM, sort_keys=True).encode()


def document_of(line: bytes) -> dict[str, Any]:
    return dict(json_util.loads(line, json_options=FORM))


def load_documents(model: type[Model], alias: str, documents: Iterable[Document]) -> int:
    """Insert documents into the active store, whose key they get. The number of documents."""
    collection = _collection(model, alias)
    key = document_key_of(current_store().id)
    source, count = iter(documents), 0
    while batch := list(islice(source, BATCH)):
        collection.insert_many([{**document, STORE_KEY: key} for document in batch])
        count += len(batch)
    return count


def delete_documents(alias: str) -> int:
    """Delete every document of the active store in every collection of a database, collections without a class
    for any more among them. The number of documents."""
    connection = connections[alias]
    count = 0
    for name in connection.unscoped_database.list_collection_names():  # type: ignore[attr-defined]
        if name.startswith("system.") or name == MIGRATIONS_TABLE:
            continue
        count += connection.get_collection(name).delete_many({}).deleted_count  # type: ignore[attr-defined]
    return count


def _collection(model: type[Model], alias: str) -> ScopedCollection[Any]:
    collection: ScopedCollection[Any] = ScopedCollection(model)
    if collection.using != alias:
        raise ValueError(f"{model._meta.label} does not live in {alias}.")
    return collection


class DocumentUpgrade:
    """Adds missing fields to an older document, with their defaults, as the migrations did for stored documents."""

    def __init__(self, model: type[Model], alias: str) -> None:
        connection = connections[alias]
        self._defaults = {
            str(one.column): (lambda one=one: one.get_db_prep_save(one.get_default(), connection))
            for one in model._meta.concrete_fields
            if not one.primary_key and one.column != STORE_KEY
        }

    def fill(self, document: Document) -> dict[str, Any]:
        missing = self._defaults.keys() - document.keys()
        return {**document, **{name: self._defaults[name]() for name in missing}}


ADDITIVE: Final = (
    operations.AddConstraint,
    operations.AddField,
    operations.AddIndex,
    operations.AlterField,
    operations.AlterModelManagers,
    operations.AlterModelOptions,
    operations.CreateModel,
    operations.DeleteModel,
    operations.RemoveConstraint,
    operations.RemoveIndex,
    operations.RenameIndex,
    RenewDerived,
)


def require_bridgeable(later: Iterable[str]) -> None:
    """Raise `ArchiveNotFitting` unless documents can be brought over these migrations by adding fields alone."""
    disk = MigrationLoader(None).disk_migrations if later else {}
    for name in later:
        app, _, migration = name.partition(".")
        found = disk.get((app, migration))
        if found is None or not all(isinstance(one, ADDITIVE) for one in found.operations):
            raise ArchiveNotFitting(
                gettext(
                    "Documents have been rebuilt since the archive was written (%(name)s). Restore it "
                    "with the version of the platform that wrote it, then upgrade."
                )
                % {"name": name}
            )
