"""Publishing a sandbox's contents. Never deletes anything in the live store; repeatable after an interruption."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps import archive
from apps.common.clock import now
from apps.common.errors import Conflict
from apps.operations.restore.caches import forget_cache_of
from apps.operations.sandboxes.comparing import ADDED, ONLY_LIVE, Difference, compare, live_of
from apps.operations.store_locks import exclusive_store_operation, require_unpaused
from apps.platform.auditing import note
from apps.platform.models import Store
from apps.tenancy.context import outside_store
from apps.tenancy.documents.access import ScopedCollection
from apps.tenancy.documents.scope import STORE_KEY, document_key_of
from apps.tenancy.routers import DEFAULT


@dataclass(frozen=True)
class Published:
    added: int
    changed: int
    files: int


def publish(sandbox: Store, *, overwrite: bool = False) -> Published:
    """Write what differs into the live store: files first, rows in one transaction, then documents one by one.

    Raises `Conflict` naming what was changed in the live store since the copy, unless `overwrite`. A product that is
    changed during the run is left to the next run and named in a `Conflict`.
    """
    live = live_of(sandbox)
    require_unpaused(live)
    doing = "changed by its sandbox"
    with (
        outside_store(),
        exclusive_store_operation(live.id, doing),
        exclusive_store_operation(sandbox.id, doing),
    ):
        wanted = [one for one in compare(sandbox) if one.kind != ONLY_LIVE]
        contested = [one.title for one in wanted if one.is_contested]
        if contested and not overwrite:
            raise Conflict(
                gettext(
                    "Changed in the live store since the branch was made: %(contested)s. Look at them, "
                    "then publish with --overwrite."
                )
                % {"contested": _named(contested)}
            )
        files = _copy_files(sandbox, live)
        with archive.use_store_as_system(live):
            with transaction.atomic():
                for one in wanted:
                    if not one.content.is_document:
                        _write_row(one)
            with _around(wanted):
                late = [
                    one.title
                    for one in wanted
                    if one.content.is_document and not _write_document(one, live)
                ]
        forget_cache_of(live.id)
    if late:
        raise Conflict(
            gettext("Changed while publishing, so left as they are: %(late)s. Publish again.")
            % {"late": _named(late)}
        )
    added = sum(one.kind == ADDED for one in wanted)
    note("store.sandbox_published", live, after={"sandbox": sandbox.slug, "overwrite": overwrite})
    return Published(added, len(wanted) - added, files)


@contextmanager
def _around(wanted: list[Difference]) -> Iterator[None]:
    """What each content wants around the writing of its documents."""
    with ExitStack() as stack:
        for content in {one.content.name: one.content for one in wanted}.values():
            keys = [one.key for one in wanted if one.content is content]
            stack.enter_context(content.around(keys))
        yield


def _write_row(one: Difference) -> None:
    assert one.row is not None
    model = one.content.model
    key = model._meta.pk
    assert key is not None
    rows = model._base_manager.using(DEFAULT)
    if one.kind == ADDED:
        rows.bulk_create([model(**one.row)])
        return
    values: dict[str, Any] = {name: one.row[name] for name in one.fields}
    if one.content.changed_at:
        values[one.content.changed_at] = now()
    rows.filter(**{key.attname: one.key}).update(**values)


def _write_document(one: Difference, live: Store) -> bool:
    """Compare-and-set on the compared version. False when another write came first."""
    assert one.row is not None
    content, collection = one.content, ScopedCollection[Any](one.content.model)
    document = {**one.row, **{name: (one.live or one.row).get(name) for name in content.keep}}
    document[STORE_KEY] = document_key_of(live.id)
    if content.changed_at:
        document[content.changed_at] = now().replace(tzinfo=None)
    if one.kind == ADDED:
        collection.insert_many([document])
        return True
    condition: dict[str, Any] = {"_id": one.key}
    if content.version and one.live is not None:
        condition[content.version] = one.live[content.version]
        document[content.version] = one.live[content.version] + 1
    return bool(collection.replace_one(condition, document).matched_count)


def _copy_files(sandbox: Store, live: Store) -> int:
    """Files of the sandbox that the live store lacks. Their names are random, so the same name is the same file."""
    with archive.use_store_as_system(live):
        there = set(archive.list_files())
    count = 0
    with archive.use_store_as_system(sandbox):
        missing = [name for name in archive.list_files() if name not in there]
    for name in missing:
        with archive.use_store_as_system(sandbox):
            content = b"".join(archive.read_file(name))
        with archive.use_store_as_system(live):
            archive.save_file(name, BytesIO(content))
        count += 1
    return count


def _named(titles: list[str]) -> str:
    return ", ".join(titles[:5]) + (f" and {len(titles) - 5} more" if len(titles) > 5 else "")
