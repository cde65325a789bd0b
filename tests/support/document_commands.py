"""Every command that the product sends to the documents server in any test is served by an index, or it is named here.

The rule is the stricter of the two servers': the embedded one answers from an index only when every matched field
is in it, equalities in front and at most one range or `$in` behind them; it finds `_id` only where that comes first,
and for `findAndModify` never. What passes here is indexed on MongoDB, too. `tests/flows` asks the server itself, by
`explain`.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest
from pymongo import monitoring

from tests.support.documents import list_document_models

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_APPS, _TESTS, _BACKEND = (
    str(ROOT / part) + "/" for part in ("apps", "tests", "apps/tenancy/documents")
)
_WRITES: Final = frozenset({"insert", "update", "delete", "findAndModify"})
_ON_THE_LAST_FIELD: Final = frozenset({"$eq", "$in", "$gt", "$gte", "$lt", "$lte"})

# Whole stores, and what no index serves: the file, and why. The list only shrinks.
READS_WHOLE_STORES: Final = {
    "apps/archive/documents.py": "a backup and a deletion are of the whole store",
    "apps/provisioning/services/development_documents.py": "a reset is of all stores",
    "apps/backoffice/base.py": "the admin's lists of categories, which are few",
    "apps/backoffice/lookups.py": "the admin's choice of a category, which are few",
    "apps/backoffice/store/checklist.py": "whether there is any product: it ends at the first",
    "apps/backoffice/store/product_list.py": "the admin's list of all products of a store",
    "apps/catalog/derived.py": "derived values are renewed in every product, after a restore",
    "apps/catalog/indexing.py": "the search index is rebuilt from all products",
    "apps/catalog/selectors/categories.py": "the tree of categories, kept per catalog version",
    "apps/catalog/services/categories.py": "the tree of categories, before one is moved in it",
    "apps/demo/services/sales.py": "the demo buys of all its products",
    "apps/demo/services/shelves.py": "the demo looks whether it is there already",
    "apps/placements/own_documents.py": "whether a merchant's MongoDB is empty",
    "apps/provisioning/management/commands/migrate_documents.py": "the table of migrations",
    "apps/search/backends/mongodb.py": "the copy of the search index is counted, and cleaned at a rebuild",
    "apps/search/backends/mongodb_words.py": "the words of a store, at a rebuild",
    "apps/tenancy/applied.py": "the table of migrations, which is no store's",
}
WITHOUT_INDEX: Final = {
    ("search_documents", "text"): "stands for `$text` in tests, where the server has no text index",
    ("products", "tax_class"): "whether a tax class is in use: a rare question of staff",
}


@dataclass(frozen=True)
class Sent:
    """One condition that a command sent. `origin` is the line of the product that sent it; "" in a test."""

    verb: str
    collection: str
    condition: Mapping[str, Any]
    origin: str = ""

    def __str__(self) -> str:
        return f"{self.origin}: {self.verb} {self.collection} {dict(self.condition)}"

    @property
    def shape(self) -> tuple[str, str, frozenset[tuple[str, frozenset[str]]]]:
        """The same for every command that differs in its values only."""
        parts = ((field, _operators(value)) for field, value in self.condition.items())
        return self.verb, self.collection, frozenset(parts)

    @property
    def file(self) -> str:
        return self.origin.rpartition(":")[0]

    @property
    def is_allowed(self) -> bool:
        """Whether the lists above name it."""
        if not set(self.condition) - {"store"}:
            return self.file in READS_WHOLE_STORES
        return any(
            self.collection == collection
            and any(field.startswith(name) for field in self.condition)
            for collection, name in WITHOUT_INDEX
        )


class Recorder(monitoring.CommandListener):
    """Registered once for the process, before the first client. `written` has the collections that the process wrote to
    in this test."""

    def __init__(self) -> None:
        self.recordings: list[list[Sent]] = []
        self.written: set[str] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in _WRITES:
            self.written.add(event.command[event.command_name])
        if self.recordings:
            sent = list(_conditions(event.command_name, event.command))
            for recording in self.recordings:
                recording.extend(sent)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


RECORDER: Final = Recorder()
monitoring.register(RECORDER)


@contextmanager
def recorded_commands() -> Iterator[list[Sent]]:
    """The conditions of everything sent to the documents server in the block, by any thread."""
    recording: list[Sent] = []
    RECORDER.recordings.append(recording)
    try:
        yield recording
    finally:
        RECORDER.recordings = [one for one in RECORDER.recordings if one is not recording]


@pytest.fixture(autouse=True)
def _every_document_command_has_an_index() -> Iterator[None]:
    """In every test. Commands of the test itself are free."""
    RECORDER.written.clear()
    with recorded_commands() as sent:
        yield
    scanning = {each.shape: each for each in sent if each.origin and not is_fine(each)}
    assert not scanning, "No index serves " + "\n".join(map(str, scanning.values()))


def is_fine(sent: Sent) -> bool:
    """Whether an index serves it, and more of it than the store, or it is allowed."""
    if sent.is_allowed:
        return True
    is_store = not set(sent.condition) - {"store"}
    return not is_store and is_served(sent, _declared_indexes().get(sent.collection, []))


def is_served(sent: Sent, indexes: list[list[str]]) -> bool:
    """Whether one of the indexes, each the names of its fields, holds all matched fields."""
    if sent.verb == "findAndModify":
        return False
    if "_id" in sent.condition:
        is_first = next(iter(sent.condition)) == "_id"
        return is_first and _operators(sent.condition["_id"]) <= _ON_THE_LAST_FIELD
    if "$text" in sent.condition:
        return True  # refused where its index is not there
    if any(field.startswith("$") for field in sent.condition):
        return False
    return any(_fits(sent.condition, fields) for fields in indexes)


def _conditions(verb: str, command: Mapping[str, Any]) -> Iterator[Sent]:
    if verb == "aggregate":
        first: dict[str, Any] = next(iter(command["pipeline"]), {})
        if "$indexStats" not in first:
            yield Sent(verb, command["aggregate"], first.get("$match", {}), _origin())
    elif verb == "find":
        yield Sent(verb, command["find"], command.get("filter", {}), _origin())
    elif verb == "findAndModify":
        yield Sent(verb, command["findAndModify"], command.get("query", {}), _origin())
    elif verb in ("update", "delete"):
        for one in command[f"{verb}s"]:
            yield Sent(verb, command[verb], one["q"], _origin())
    elif verb in ("count", "distinct"):
        yield Sent(verb, command[verb], command.get("query", {}), _origin())


def _origin() -> str:
    """The innermost line above the documents backend that is the product's; "" if it is a test's."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(_TESTS) and path != __file__:
            return ""
        if path.startswith(_APPS) and not path.startswith(_BACKEND):
            return f"{Path(path).relative_to(ROOT)}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]  # the outermost has none
    return ""


@lru_cache
def _declared_indexes() -> dict[str, list[list[str]]]:
    """The columns of every index by collection. A partial one (of a unique constraint on what may be missing) is not
    used by every condition, so it does not count."""
    from django.db import models
    from django_mongodb_backend.fields import ArrayField

    found: dict[str, list[list[str]]] = {}
    for model in list_document_models():
        declared = [[name for name, _ in index.fields_orders] for index in model._meta.indexes]
        for constraint in model._meta.constraints:
            assert isinstance(constraint, models.UniqueConstraint)
            fields = [model._meta.get_field(name) for name in constraint.fields]
            if not any(field.null or isinstance(field, ArrayField) for field in fields):
                declared.append(list(constraint.fields))
        found[model._meta.db_table] = declared
    return found


def _fits(condition: Mapping[str, Any], keys: list[str]) -> bool:
    front = keys[: len(condition)]
    if set(front) != set(condition):
        return False
    *equal, last = front
    return all(not _operators(condition[field]) for field in equal) and (
        _operators(condition[last]) <= _ON_THE_LAST_FIELD
    )


def _operators(value: Any) -> frozenset[str]:
    """Empty for an equality."""
    if not isinstance(value, Mapping):
        return frozenset()
    return frozenset(name for name in value if name.startswith("$"))
