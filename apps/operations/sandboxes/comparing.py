"""Differences between a sandbox and its live store, by row and by document, with the live store's keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext

from apps import archive
from apps.archive import Restamp
from apps.common.errors import Conflict
from apps.operations.sandboxes.making import require_sandbox
from apps.operations.sandboxes.publishable import Content, list_contents
from apps.platform.models import Store
from apps.tenancy.aliases import DOCUMENTS
from apps.tenancy.documents.scope import STORE_KEY
from apps.tenancy.routers import DEFAULT

Row = dict[str, Any]
ADDED, CHANGED, ONLY_LIVE = "added", "changed", "only live"


@dataclass(frozen=True)
class Difference:
    """`row` is what publishing would write, by column; None for what only the live store has, which is left alone.
    `is_contested`: the live store's own was changed after the branch was made."""

    content: Content
    kind: str
    key: Any
    title: str
    fields: tuple[str, ...] = ()
    is_contested: bool = False
    row: Row | None = None
    live: Row | None = None


@dataclass(frozen=True)
class _OriginalIds(Restamp):
    """Maps the sandbox's document keys to the live store's; a document created in the sandbox gets a new key."""

    table: Mapping[str, str] = field(default_factory=dict)

    def key(self, old: str) -> str:
        return self.table.get(old) or super().key(old)


def compare(sandbox: Store) -> list[Difference]:
    """All differences that can be published, and what only the live store has. Reads both in full.

    Raises `Conflict` unless this is a sandbox with a live store.
    """
    live = live_of(sandbox)
    back = _way_back(live, sandbox)
    found: list[Difference] = []
    for content in list_contents():
        ours, theirs = _read(content, live), _read(content, sandbox)
        mapped = {back.value(key): back.value(row) for key, row in theirs.items()}
        found += _differences(content, ours, mapped, sandbox.created_at)
    return found


def live_of(sandbox: Store) -> Store:
    require_sandbox(sandbox)
    if sandbox.sandbox_of is None:
        raise Conflict(gettext("The live store of this sandbox is deleted."))
    return sandbox.sandbox_of


def _way_back(live: Store, sandbox: Store) -> _OriginalIds:
    there = Restamp(live.id, sandbox.id, frozenset())
    documents = [content for content in list_contents() if content.is_document]
    keys: dict[bool, set[str]] = {
        is_live: {str(key) for content in documents for key in _read(content, store)}
        for is_live, store in ((True, live), (False, sandbox))
    }
    table = {there.key(key): key for key in keys[True]}
    return _OriginalIds(sandbox.id, live.id, frozenset(keys[False]), table)


def _read(content: Content, store: Store) -> dict[Any, Row]:
    with archive.use_store_as_system(store):
        if content.is_document:
            documents = archive.iterate_documents(content.model, DOCUMENTS)
            return {
                one["_id"]: {k: v for k, v in one.items() if k != STORE_KEY} for one in documents
            }
        return dict(_iterate_rows(content.model))


def _iterate_rows(model: type[Model]) -> Iterator[tuple[Any, Row]]:
    """Rows as Python values by attribute name, so that they can be written as they are."""
    for row in model._base_manager.using(DEFAULT).values():
        yield row[str(model._meta.pk and model._meta.pk.attname)], row


def _differences(
    content: Content, ours: dict[Any, Row], theirs: dict[Any, Row], branched_at: datetime
) -> Iterator[Difference]:
    for key, row in theirs.items():
        live = ours.get(key)
        if live is None:
            yield Difference(content, ADDED, key, content.title(row), row=row)
            continue
        names = sorted((row.keys() | live.keys()) - content.keep)
        fields = tuple(name for name in names if row.get(name) != live.get(name))
        if fields:
            contested = _written_after(content, live, branched_at)
            yield Difference(
                content, CHANGED, key, content.title(live), fields, contested, row, live
            )
    for key, live in ours.items():
        if key not in theirs:
            yield Difference(content, ONLY_LIVE, key, content.title(live), live=live)


def _written_after(content: Content, live: Row, branched_at: datetime) -> bool:
    moment = live.get(content.changed_at)
    if not isinstance(moment, datetime):
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) > branched_at
