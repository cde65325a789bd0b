"""Restores the master database from an archive."""

import hashlib
import json
from typing import BinaryIO
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext, gettext_noop

from apps.archive import schema, tables
from apps.archive.errors import ArchiveNotFitting, CopyDiffers, PlaceNotEmpty
from apps.archive.loading import load_lines
from apps.archive.manifest import MASTER, Manifest
from apps.archive.reading import Contents, verify_archive
from apps.common.progress import Progress, ignore_progress, make_message
from apps.operations.backup.backup_master import fingerprint_master
from apps.operations.restore import restore_progress
from apps.platform.models import Store, StoreMove, WakeUp
from apps.platform.services.stores import forget_addresses_on_commit
from apps.platform.states import OPEN_MOVES, WITH_TABLES, MoveStatus
from apps.tenancy.applied import MIGRATIONS_TABLE
from apps.tenancy.context import outside_store
from apps.tenancy.required import REFERENCE_TABLES
from apps.tenancy.routers import PLATFORM
from apps.tenancy.transactions import atomic_on_platform


def restore_master(
    source: BinaryIO, *, watch: Progress | None = None, unlock: str | None = None
) -> bool:
    """Load the archive into a master database that has tables and no stores, in one transaction. False if it was loaded
    before.

    Its stores are closed until each of them is restored (see `restore_progress`). Raises `PlaceNotEmpty` where other
    stores are registered.
    """
    tell = watch or ignore_progress
    tell(0.0, gettext_noop("Verifying the archive"))
    manifest = _verify(source, unlock)
    with outside_store():
        _require_same_version(manifest)
        under_way = restore_progress.backup_under_way()
        if under_way == _name_of(manifest):
            return False
        if under_way:
            raise PlaceNotEmpty(
                gettext(
                    "The restore of another backup is unfinished here. Repeat the command with its "
                    "folder."
                )
            )
        archived = {name: (one.rows, one.checksum) for name, one in manifest.sections.items()}
        if Store.objects.exists():
            here = fingerprint_master()
            for passing in _list_passing():
                here.pop(f"{MASTER}:{passing}")
            if here.items() <= archived.items():
                return False
            raise PlaceNotEmpty(gettext("This platform has stores already; nothing was touched."))
        models = schema.list_master_tables()
        with atomic_on_platform():
            tables.empty_tables(models, PLATFORM)
            _load(Contents(source, unlock=unlock), tell)
            tables.set_sequences(models, PLATFORM)
            connections[PLATFORM].check_constraints()
            if not fingerprint_master().items() <= archived.items():
                raise CopyDiffers()
            restore_progress.begin(_name_of(manifest))
            _stop_moves()
            forget_addresses_on_commit()
    tell(1.0, gettext_noop("Restored"))
    return True


def read_stores(source: BinaryIO, *, unlock: str | None = None) -> list[Store]:
    """The stores with tables in an archive of the platform, each with the name of its file. Verifies it all."""
    _verify(source, unlock)
    found = []
    for section in Contents(source, unlock=unlock).sections():
        if section.table == Store._meta.db_table:
            for line in section.lines():
                row = dict(zip(section.columns, json.loads(line), strict=True))
                if row["status"] in WITH_TABLES:
                    found.append(Store(id=UUID(row["id"]), slug=row["slug"], name=row["name"]))
    return sorted(found, key=lambda store: store.slug)


def _list_passing() -> list[str]:
    """Tables that differ from an archive of the same platform; wake-ups and history are left out, because they always
    change."""
    models = [one for one in schema.list_master_tables() if getattr(one, "is_append_only", False)]
    return [WakeUp._meta.db_table, *(one._meta.db_table for one in models)]


def _verify(source: BinaryIO, unlock: str | None) -> Manifest:
    manifest = verify_archive(source, unlock=unlock)
    if MASTER not in manifest.parts:
        raise ArchiveNotFitting(gettext("This is the archive of a store, not of the platform."))
    return manifest


def _require_same_version(manifest: Manifest) -> None:
    with connections[PLATFORM].cursor() as cursor:
        has_tables = MIGRATIONS_TABLE in connections[PLATFORM].introspection.table_names(cursor)
    if not has_tables:
        raise ArchiveNotFitting(
            gettext("The master database has no tables yet. Run manage.py migrate_platform first.")
        )
    if set(manifest.migrations) != set(schema.list_applied(PLATFORM)):
        raise ArchiveNotFitting(
            gettext(
                "The platform's archive was written by another version. Restore it with that "
                "version, then upgrade."
            )
        )


def _name_of(manifest: Manifest) -> str:
    """The identity of a backup of the platform."""
    words = json.dumps(manifest.as_json(), sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _stop_moves() -> None:
    """Stop moves that were open at the time of the backup: such a move may have ended since, so its target may be the
    live store's place."""
    open_moves = StoreMove.objects.filter(status__in=OPEN_MOVES)
    open_moves.update(
        status=MoveStatus.FAILED,
        error=gettext("The platform was restored from a backup while the store was being moved."),
        target_is_ours=False,
        paused_at=None,
        lease_until=None,
        lease_holder="",
    )


def _load(contents: Contents, tell: Progress) -> None:
    models = {model._meta.db_table: model for model in schema.list_master_tables()}
    references = tables.References(using=PLATFORM)
    for index, section in enumerate(contents.sections()):
        tell(
            index / (len(models) + 1),
            make_message(gettext_noop("Writing %(table)s"), table=section.table),
        )
        model = models[section.table]
        if section.table in REFERENCE_TABLES:
            tables.add_references(model, section.lines(), references)
        else:
            load_lines(model, section.columns, section.lines(), references)
