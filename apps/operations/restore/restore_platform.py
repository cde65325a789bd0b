"""Restores a platform from the folder of `backup_platform`: verifies everything, then loads the master, then each
store. Every step can be repeated; other data is never replaced."""

from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError
from django.utils.translation import gettext, gettext_noop
from pymongo.errors import PyMongoError

from apps.archive import schema, tables
from apps.archive.errors import ArchiveDamaged, ArchiveNotFitting, PlaceNotEmpty
from apps.archive.manifest import Manifest
from apps.archive.reading import verify_archive
from apps.archive.snapshot import use_store_as_system
from apps.archive.writing import fingerprint_store
from apps.common.errors import DomainError
from apps.operations.backup.backup_master import list_stores_to_back_up
from apps.operations.backup.backup_platform import (
    PLATFORM_FILE,
    Outcome,
    Watching,
    describe_outcome,
    file_of,
)
from apps.operations.restore import restore_progress
from apps.operations.restore.restore_master import read_stores, restore_master
from apps.operations.restore.restore_store import restore_over
from apps.operations.restore.restoring import is_under_way
from apps.placements.kinds import placement_of
from apps.placements.release import template
from apps.platform.auditing import note
from apps.platform.models import Store
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.context import outside_store


def restore_everything(
    folder: Path, watching: Watching, *, unlock: str | None = None, partial: bool = False
) -> Iterator[Outcome]:
    """Restore a platform into an empty, migrated master: its registry, then every store with an archive in the
    folder, under its old id and in its old state.

    Every file is verified before anything is touched; one that is missing or damaged stops it, unless `partial`. A run
    that was cut off is repeated with the same folder. On a platform that is there already, equal to its archive, only
    stores whose tables are lost are brought back.
    """
    path = folder / PLATFORM_FILE
    if not path.is_file():
        raise ArchiveNotFitting(
            gettext("%(folder)s holds no %(platform_file)s.")
            % {"folder": folder, "platform_file": PLATFORM_FILE}
        )
    with outside_store(), restore_progress.one_restore():
        with watching("platform") as watch, path.open("rb") as source:
            if not partial:
                watch(0.0, gettext_noop("Verifying every archive"))
                _require_whole(folder, read_stores(source, unlock=unlock), unlock)
            was_missing = restore_master(source, watch=watch, unlock=unlock)
        yield Outcome("platform", path.name, skipped=not was_missing)
        template.build_template()
        for store in list_stores_to_back_up():
            yield _bring_back(store, folder / file_of(store), watching, unlock)
        if not restore_progress.list_pending():
            restore_progress.end()
        note("platform.restored", "platform", after={"folder": folder.name})


def _require_whole(folder: Path, stores: list[Store], unlock: str | None) -> None:
    """Raise `ArchiveDamaged` with the first file that is not the whole archive of its store."""
    for store in stores:
        try:
            _verify(folder / file_of(store), store, unlock)
        except (ArchiveDamaged, ArchiveNotFitting) as error:
            raise ArchiveDamaged(
                gettext(
                    "%(error)s (%(store)s) Nothing was touched; --partial restores the other stores."
                )
                % {"error": error, "store": file_of(store)}
            ) from None


def _verify(path: Path, store: Store, unlock: str | None) -> Manifest:
    if not path.is_file():
        raise ArchiveNotFitting(
            gettext("There is no archive of the store %(slug)s.") % {"slug": store.slug}
        )
    with path.open("rb") as source:
        manifest = verify_archive(source, unlock=unlock)
    if manifest.store_id != store.pk:
        raise ArchiveNotFitting(gettext("This file is the archive of another store."))
    schema.require_known([*manifest.migrations, *manifest.document_migrations])
    return manifest


def _bring_back(store: Store, path: Path, watching: Watching, unlock: str | None) -> Outcome:
    waiting = restore_progress.list_pending().get(store.pk)
    try:
        if waiting is None and _has_tables(store):
            return Outcome(store.slug, path.name, skipped=True)
        manifest = _verify(path, store, unlock)
        if waiting is not None and not waiting.has_begun:
            _require_free(store, manifest)
            restore_progress.note_begun(store)
        status = waiting.status if waiting is not None else store.status
        reason = waiting.reason if waiting is not None else store.suspension_reason
        with watching(store.slug) as watch, path.open("rb") as source:
            restore_over(source, store, watch=watch, unlock=unlock, status=status, reason=reason)
    except (DatabaseError, PyMongoError, DomainError, OSError) as error:
        return Outcome(store.slug, path.name, error=describe_outcome(store.slug, error))
    return Outcome(store.slug, path.name, rows=manifest.rows, size=path.stat().st_size)


def _has_tables(store: Store) -> bool:
    return MIGRATIONS_TABLE in placement_of(store).list_tables() and not is_under_way(store)


def _require_free(store: Store, manifest: Manifest) -> None:
    """Raise `PlaceNotEmpty` for a database of the store's own that outlived the platform and holds other rows."""
    if not _has_tables(store):
        return
    with use_store_as_system(store):
        models = schema.list_tables(schema.models_at(schema.list_applied()))
        if not tables.find_occupied(models):
            return
    archived = {name: (one.rows, one.checksum) for name, one in manifest.sections.items()}
    if not fingerprint_store(store, parts=["sql"]).items() <= archived.items():
        raise PlaceNotEmpty(
            gettext(
                "The database of %(slug)s is still there and holds other rows than the archive. "
                "Nothing was touched in it. Put the archive in its place with restore_store "
                "--replace %(slug)s."
            )
            % {"slug": store.slug}
        )
