"""The master database as an archive: what the platform knows. Credentials are in it as they are stored, encrypted by
the installation's keys, which are never in an archive."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final
from uuid import UUID

from django.db import connections, transaction

from apps.archive import schema, tables
from apps.archive.container import HEAD, SECTION, ArchiveWriter, LineBuffer
from apps.archive.errors import ArchiveNotFitting, CopyDiffers, PlaceNotEmpty
from apps.archive.loading import load_lines
from apps.archive.manifest import MASTER, Manifest, Section
from apps.archive.reading import Contents, verify_archive
from apps.archive.snapshot import master_snapshot
from apps.archive.values import Checksum
from apps.archive.writing import Watch, look_away
from apps.common.clock import now
from apps.operations.restore import restore_progress
from apps.platform.models import Store, StoreMove, WakeUp
from apps.platform.services.stores import forget_addresses
from apps.platform.states import OPEN_MOVES, MoveStatus
from apps.tenancy.context import outside_store
from apps.tenancy.routers import PLATFORM

# The id in an archive of the master, which belongs to no store.
NO_STORE: Final = UUID(int=0)


def write_master(
    target: BinaryIO, *, watch: Watch | None = None, encrypt_to: str | None = None
) -> Manifest:
    """Write the master's tables in one snapshot. Sessions and the recorded template are left out."""
    tell, writer = watch or look_away, ArchiveWriter(target, encrypt_to=encrypt_to)
    with master_snapshot() as moment:
        manifest = Manifest(
            store_id=NO_STORE,
            slug="platform",
            name="The platform",
            created_at=now(),
            consistent_at=moment.taken_at,
            vendor=moment.vendor,
            marker=moment.marker,
            parts=(MASTER,),
            migrations=tuple(schema.list_applied(PLATFORM)),
            encrypted=bool(encrypt_to),
        )
        writer.put_json(HEAD, manifest.as_json())
        references, sections = tables.References(using=PLATFORM), {}
        models = schema.list_master_tables()
        for index, model in enumerate(models):
            name = model._meta.db_table
            tell(index / len(models), f"Reading {name}")
            columns = [str(column.column) for column in tables.columns_of(model)]
            writer.put_json(SECTION, {"name": f"{MASTER}:{name}", "columns": columns})
            buffer, checksum = LineBuffer(writer), Checksum()
            for line in tables.iterate_lines(model, references):
                buffer.add(line)
                checksum.add(line)
            buffer.flush()
            sections[f"{MASTER}:{name}"] = Section(checksum.rows, checksum.hex)
    manifest = replace(manifest, sections=sections, finished_at=now())
    writer.finish(manifest)
    tell(1.0, "Written")
    return manifest


def restore_master(
    source: BinaryIO, *, watch: Watch | None = None, unlock: str | None = None
) -> bool:
    """Load a master database that has tables and no stores, in one transaction. False when it was there already.

    Its stores are closed until each of them is back (see `pending`). Raises `PlaceNotEmpty` where other stores are
    registered.
    """
    tell = watch or look_away
    tell(0.0, "Verifying the archive")
    manifest = _verify(source, unlock)
    with outside_store():
        _require_same_version(manifest)
        under_way = restore_progress.backup_under_way()
        if under_way == _name_of(manifest):
            return False
        if under_way:
            raise PlaceNotEmpty(
                "Another backup is being restored here and is not all back. Repeat the command with its folder."
            )
        archived = {name: (one.rows, one.checksum) for name, one in manifest.sections.items()}
        if Store.objects.exists():
            here = fingerprint_master()
            for passing in _list_passing():
                here.pop(f"{MASTER}:{passing}")
            if here.items() <= archived.items():
                return False
            raise PlaceNotEmpty("This platform has stores already; nothing was touched.")
        models = schema.list_master_tables()
        with transaction.atomic(using=PLATFORM):
            tables.empty_tables(models, PLATFORM)
            _load(Contents(source, unlock=unlock), tell)
            tables.set_sequences(models, PLATFORM)
            connections[PLATFORM].check_constraints()
            if not fingerprint_master().items() <= archived.items():
                raise CopyDiffers()
            restore_progress.begin(_name_of(manifest))
            _stop_moves()
            forget_addresses()
    tell(1.0, "Restored")
    return True


def _list_passing() -> list[str]:
    """Tables that differ from an archive of the same platform: work that is due comes and goes, history is added to."""
    models = [one for one in schema.list_master_tables() if getattr(one, "is_append_only", False)]
    return [WakeUp._meta.db_table, *(one._meta.db_table for one in models)]


def _verify(source: BinaryIO, unlock: str | None) -> Manifest:
    manifest = verify_archive(source, unlock=unlock)
    if MASTER not in manifest.parts:
        raise ArchiveNotFitting("This is the archive of a store, not of the platform.")
    return manifest


def _require_same_version(manifest: Manifest) -> None:
    with connections[PLATFORM].cursor() as cursor:
        has_tables = "django_migrations" in connections[PLATFORM].introspection.table_names(cursor)
    if not has_tables:
        raise ArchiveNotFitting(
            "The master database has no tables yet. Run manage.py migrate_platform first."
        )
    if set(manifest.migrations) != set(schema.list_applied(PLATFORM)):
        raise ArchiveNotFitting(
            "The platform's archive was written by another version. Restore it with that version, then upgrade."
        )


def _name_of(manifest: Manifest) -> str:
    """What tells one backup of the platform from another."""
    words = json.dumps(manifest.as_json(), sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _stop_moves() -> None:
    """A move of the day of the backup may have ended since, so that the store sells in the place it was moving to: it
    stops, and takes nothing there for its own."""
    open_moves = StoreMove.objects.filter(status__in=OPEN_MOVES)
    open_moves.update(
        status=MoveStatus.FAILED,
        error="The platform was restored from a backup while the store was being moved.",
        target_is_ours=False,
        paused_at=None,
        lease_until=None,
        lease_holder="",
    )


def read_stores(source: BinaryIO, *, unlock: str | None = None) -> list[Store]:
    """The stores with tables that an archive of the platform knows, each with what names its file. Verifies it all."""
    _verify(source, unlock)
    found = []
    for section in Contents(source, unlock=unlock).sections():
        if section.table == Store._meta.db_table:
            for line in section.lines():
                row = dict(zip(section.columns, json.loads(line), strict=True))
                if row["status"] in restore_progress.WITH_TABLES:
                    found.append(Store(id=UUID(row["id"]), slug=row["slug"], name=row["name"]))
    return sorted(found, key=lambda store: store.slug)


def fingerprint_master() -> dict[str, tuple[int, str]]:
    """Rows and checksum of each table of the master, content types and permissions left out."""
    references = tables.References(using=PLATFORM)
    found = {}
    for model in schema.list_master_tables():
        name = model._meta.db_table
        if name not in schema.REFERENCE_TABLES:
            summed = Checksum().add_all(tables.iterate_lines(model, references))
            found[f"{MASTER}:{name}"] = (summed.rows, summed.hex)
    return found


def _load(contents: Contents, tell: Watch) -> None:
    models = {model._meta.db_table: model for model in schema.list_master_tables()}
    references = tables.References(using=PLATFORM)
    for index, section in enumerate(contents.sections()):
        tell(index / (len(models) + 1), f"Writing {section.table}")
        model = models[section.table]
        if section.table in schema.REFERENCE_TABLES:
            tables.add_references(model, section.lines(), references)
        else:
            load_lines(model, section.columns, section.lines(), references)


def list_stores() -> Iterator[Store]:
    """Every store with tables, archived ones too."""
    with outside_store():
        yield from list(
            Store.objects.filter(status__in=restore_progress.WITH_TABLES).order_by("slug")
        )
