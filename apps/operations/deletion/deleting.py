"""Deleting a store: request, export, confirmation, deletion. Each step can be repeated after a crash.

1. `request_deletion` archives the store and records who requested it.
2. `export_for_deletion` starts a write pause, so that the export is complete, writes the store's archive and verifies
   it. The write pause stays until the store is deleted or the deletion is cancelled.
3. `delete_store` requires that archive, and either the end of the waiting period or the store's short name, typed. Then
   the status is `deleting`, which is final: it deletes tables, documents, files, cache entries, and at last the
   registry's row together with the entry in the audit log.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.archive import documents, files
from apps.archive.manifest import SQL, Manifest
from apps.archive.snapshot import use_store_as_system
from apps.archive.writing import ALIASES, fingerprint_store
from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import Conflict, DomainError, InvalidInput
from apps.common.progress import Progress, ignore_progress
from apps.common.states import require_transition
from apps.operations.backup.backup_store import SUFFIX, backup_store, is_whole
from apps.operations.deletion.held_outside import delete_held_outside
from apps.operations.moving.dropping import drop_source
from apps.operations.restore import restore_schema
from apps.operations.restore.caches import forget_cache_of
from apps.operations.selectors import get_open_move, list_kept_sources
from apps.operations.store_locks import exclusive_store_operation
from apps.operations.store_status import archive_store, forget_deletion
from apps.placements.own_documents import drop_collections, has_own_documents
from apps.platform.agreements import store_will_be_deleted
from apps.platform.auditing import note
from apps.platform.models import Store, StoreDeletion
from apps.platform.services.stores import forget_addresses_on_commit
from apps.platform.states import STORE_TRANSITIONS, StoreStatus
from apps.tenancy.aliases import parse_alias
from apps.tenancy.connections import forget_database
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform
from apps.tenancy.write_pause import pause_writes

log = structlog.get_logger(__name__)

UNREACHABLE: Final = gettext_lazy(
    "The store's own database does not answer, so its contents can't be deleted. Try again when it does, or leave it "
    "behind for its owner."
)


class ExportMissing(Conflict):
    """No whole archive of the store is where it was written."""

    code = "export_missing"
    title = _("The store has no complete export. Export it first.")


class NotConfirmed(InvalidInput):
    """The waiting period has not ended and the name was not typed."""

    code = "deletion_not_confirmed"
    title = _("Type the store's short name to delete it now.")


_EXPORT_FIELDS: Final = ("export_path", "export_checksum", "export_rows", "exported_at")


def request_deletion(*, store: Store, actor: Actor, by_worker: bool = False) -> StoreDeletion:
    """Archive the store and record the request. A repeated call keeps the first request; it may change who writes the
    export.

    `by_worker`: a worker writes it; if the worker dies, another one continues.
    """
    with outside_store(), atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        if get_open_move(locked) is not None:
            raise Conflict(
                gettext("This store is being moved. Let the move end, or undo it, first.")
            )
        _require_no_guests(locked)
        archive_store(store=locked)
        moment = now()
        deletion, is_new = StoreDeletion.objects.get_or_create(
            store=locked,
            defaults={
                "requested_by": actor.label[:200],
                "requested_at": moment,
                "due_at": moment + timedelta(days=settings.STORE_DELETION_DAYS),
            },
        )
        deletion.export_by_worker, deletion.error = by_worker, ""
        deletion.save(update_fields=["export_by_worker", "error"])
        if is_new:
            note("store.deletion_requested", locked, actor=actor)
    store.status = locked.status
    return deletion


def _require_no_guests(store: Store) -> None:
    """Raise `Conflict` while sandboxes have their documents in the store's own MongoDB."""
    guests = Store.objects.filter(sandbox_of=store, documents_version__gt=0)
    names = list(guests.order_by("slug").values_list("slug", flat=True))
    if names:
        raise Conflict(
            gettext(
                "Its MongoDB holds the documents of its sandboxes %(names)s. Discard them first."
            )
            % {"names": ", ".join(names)}
        )


def cancel_deletion(*, store: Store) -> None:
    """Cancel the request; the store stays archived and its export is kept. Refused once the deletion has begun."""
    with (
        outside_store(),
        exclusive_store_operation(store.id, "deleted"),
        atomic_on_platform(),
    ):
        locked = Store.objects.select_for_update().get(pk=store.pk)
        if locked.status == StoreStatus.DELETING:
            raise Conflict(
                gettext(
                    "Parts of this store are deleted already, so the deletion can't be cancelled."
                )
            )
        note("store.deletion_cancelled", locked)
        forget_deletion(locked)


def export_for_deletion(
    *,
    store: Store,
    folder: Path | None = None,
    watch: Progress | None = None,
    encrypt_to: str | None = None,
) -> StoreDeletion:
    """Write the store's archive, verify it, and record its path. A complete export is not written again."""
    with outside_store(), exclusive_store_operation(store.id, "deleted"):
        deletion = _get_deletion(store)
        if not _has_export(deletion):
            target = folder or Path(settings.BACKUP_DIR)
            target.mkdir(parents=True, exist_ok=True)
            path = target / f"{store.slug}-{store.id.hex[:8]}-final{SUFFIX}"
            is_paused = _stop_writes(store)
            manifest = backup_store(store, path, watch=watch, encrypt_to=encrypt_to)
            if encrypt_to is None and not is_whole(path):
                raise ExportMissing()
            if not is_paused:
                _require_unchanged(store, manifest)
            _note_export(deletion, path, manifest)
    return deletion


def _stop_writes(store: Store) -> bool:
    """Start the write pause. False on MariaDB and MySQL without the TRIGGER privilege."""
    try:
        pause_writes(store.active_store)
    except DatabaseError as error:
        log.warning(
            "Writes could not be blocked before an export.",
            store=store.slug,
            error=type(error).__name__,
        )
        return False
    return True


def _require_unchanged(store: Store, manifest: Manifest) -> None:
    """Without a write pause: raise `Conflict` when a request that was still running wrote something during the
    export."""
    archived = {name: (one.rows, one.checksum) for name, one in manifest.sections.items()}
    if not fingerprint_store(store, parts=[SQL]).items() <= archived.items():
        raise Conflict(gettext("The store changed while the archive was written. Write it again."))


def confirm_deletion(*, store: Store, typed: str = "", actor: Actor | None = None) -> StoreDeletion:
    """Set the status `deleting`, which is final. A repeated call needs no typed name. `actor` is recorded for the
    worker that completes it."""
    with outside_store():
        deletion = _get_deletion(store)
        if store.status != StoreStatus.DELETING:
            _require_confirmed(deletion, typed)
        if not _has_export(deletion):
            raise ExportMissing()
        is_first = not deletion.confirmed_by
        if actor is not None:
            deletion.confirmed_by, deletion.confirmed_ref = actor.label[:200], actor.id
        deletion.error = ""
        deletion.save(update_fields=["confirmed_by", "confirmed_ref", "error"])
        _begin(store)
        if is_first:
            note("store.deletion_confirmed", store, actor=actor)
    return deletion


def delete_store(
    *,
    store: Store,
    actor: Actor,
    typed: str = "",
    watch: Progress | None = None,
    leave_tables: bool = False,
) -> None:
    """Delete all data of the store except the audit log and the export. This can't be undone.

    `typed` is the short name as a person typed it; without it, the call is refused before `due_at`. `leave_tables`
    gives up on a database of the store's own that does not answer. Repeatable: a second call continues after an
    interruption.
    """
    tell = watch or ignore_progress
    with outside_store(), exclusive_store_operation(store.id, "deleted"):
        deletion = confirm_deletion(store=store, typed=typed, actor=actor)
        for share, words, step in _steps(store, leave_tables=leave_tables):
            tell(share, words)
            step()
        _end(store, deletion, actor)
        for alias in (store.active_store.alias, store.active_store.documents_alias):
            if parse_alias(alias):  # databases of clusters and regions also belong to other stores
                forget_database(alias)
        forget_cache_of(store.id)  # files written by a request that was still running
        tell(1.0, gettext_noop("Deleted"))


def _steps(
    store: Store, *, leave_tables: bool
) -> Iterator[tuple[float, str, Callable[[], object]]]:
    yield (
        0.1,
        gettext_noop("Deleting tables"),
        lambda: _drop_tables(store, leave_tables=leave_tables),
    )
    yield (
        0.4,
        gettext_noop("Deleting documents"),
        lambda: _drop_documents(store, leave=leave_tables),
    )
    yield 0.7, gettext_noop("Deleting files"), lambda: _in_store(store, files.delete_files)
    yield (
        0.8,
        gettext_noop("Deleting what other servers hold"),
        lambda: _delete_outside(store, leave=leave_tables),
    )
    yield 0.9, gettext_noop("Forgetting the cache"), lambda: forget_cache_of(store.id)


def _in_store(store: Store, call: Callable[[], object]) -> None:
    with use_store_as_system(store):
        call()


def _delete_documents() -> None:
    for alias in ALIASES.values():
        documents.delete_documents(alias)


def _drop_documents(store: Store, *, leave: bool) -> None:
    """In a MongoDB of the store's own, the collections are dropped as well."""
    try:
        _in_store(store, _delete_documents)
        drop_collections(store)
    except DatabaseError as error:
        if not has_own_documents(store) or not leave:
            raise Conflict(UNREACHABLE) from error
        log.warning("The documents of a deleted store were left behind.", store=store.slug)


def _delete_outside(store: Store, *, leave: bool) -> None:
    try:
        _in_store(store, delete_held_outside)
    except DomainError as error:
        if not leave:
            raise
        log.warning("Another server keeps parts of a store.", store=store.slug, reason=str(error))


def _drop_tables(store: Store, *, leave_tables: bool) -> None:
    try:
        for move in list_kept_sources(store):
            drop_source(move)
        restore_schema.drop_place(store)
    except (DatabaseError, DomainError) as error:
        if not leave_tables:
            raise Conflict(UNREACHABLE) from error
        log.warning("The tables of a deleted store were left behind.", store=store.slug)


def _begin(store: Store) -> None:
    with atomic_on_platform():
        locked = Store.objects.select_for_update().get(pk=store.pk)
        if locked.status != StoreStatus.DELETING:
            _require_no_guests(locked)
            require_transition(
                STORE_TRANSITIONS,
                subject=f"The store {locked.name}",
                current=locked.status,
                target=StoreStatus.DELETING,
            )
            Store.objects.filter(pk=store.pk).update(status=StoreStatus.DELETING)
            forget_addresses_on_commit()
    store.status = StoreStatus.DELETING


def _end(store: Store, deletion: StoreDeletion, actor: Actor) -> None:
    """Delete the store's rows in the registry (hosts, plans, jobs, wake-ups, credentials) and write the entry in the
    audit log."""
    facts = {
        "slug": store.slug,
        "requested_by": deletion.requested_by,
        "export": deletion.export_path,
        "sha256": deletion.export_checksum,
        "rows": deletion.export_rows,
    }
    with atomic_on_platform():
        note("store.deleted", store, after=facts, actor=actor, always=True)
        store_will_be_deleted(store.pk)
        Store.objects.get(pk=store.pk).delete()
        forget_addresses_on_commit()


def _get_deletion(store: Store) -> StoreDeletion:
    store.refresh_from_db()
    found = StoreDeletion.objects.filter(store=store).first()
    if found is None:
        raise Conflict(gettext("No deletion of this store was requested. Run delete_store first."))
    return found


def _require_confirmed(deletion: StoreDeletion, typed: str) -> None:
    if typed and typed != deletion.store.slug:
        raise NotConfirmed(gettext("This is not the store's short name."))
    if not typed and now() < deletion.due_at:
        day = deletion.due_at.strftime("%Y-%m-%d %H:%M UTC")
        raise NotConfirmed(
            gettext("%(title)s Without it, it can be deleted from %(day)s.")
            % {"title": NotConfirmed.title, "day": day}
        )


def _has_export(deletion: StoreDeletion) -> bool:
    path = Path(deletion.export_path or "-")
    return bool(
        deletion.exported_at and path.is_file() and _sha256(path) == deletion.export_checksum
    )


def _note_export(deletion: StoreDeletion, path: Path, manifest: Manifest) -> None:
    deletion.export_path = str(path)
    deletion.export_checksum = _sha256(path)
    deletion.export_rows = manifest.rows
    deletion.exported_at = now()
    deletion.error = ""
    deletion.save(update_fields=[*_EXPORT_FIELDS, "error"])  # a worker's lease is in the row too


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
