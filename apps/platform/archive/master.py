"""The master database as an archive: what the platform knows. Credentials are in it as they are stored, encrypted by
the installation's keys, which are never in an archive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final
from uuid import UUID

from django.db import connections, transaction

from apps.common.clock import now
from apps.platform.archive import schema, tables
from apps.platform.archive.container import HEAD, SECTION, ArchiveWriter, LineBuffer
from apps.platform.archive.errors import ArchiveNotFitting, CopyDiffers, PlaceNotEmpty
from apps.platform.archive.manifest import MASTER, Manifest, Section
from apps.platform.archive.reading import Contents, verify_archive
from apps.platform.archive.snapshot import master_snapshot
from apps.platform.archive.values import Checksum
from apps.platform.archive.writing import Watch, look_away
from apps.platform.models import Store
from apps.platform.services.stores import forget_addresses
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.routers import PLATFORM

# Nobody's id: an archive of the master is no store's.
NOBODY: Final = UUID(int=0)


def write_master(
    target: BinaryIO, *, watch: Watch | None = None, encrypt_to: str | None = None
) -> Manifest:
    """Write the master's tables in one snapshot. Sessions and the recorded template are left out."""
    tell, writer = watch or look_away, ArchiveWriter(target, encrypt_to=encrypt_to)
    with master_snapshot() as moment:
        manifest = Manifest(
            store_id=NOBODY,
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

    Raises `PlaceNotEmpty` where other stores are registered.
    """
    tell = watch or look_away
    tell(0.0, "Verifying the archive")
    manifest = verify_archive(source, unlock=unlock)
    with outside_store():
        if MASTER not in manifest.parts:
            raise ArchiveNotFitting("This is the archive of a store, not of the platform.")
        if set(manifest.migrations) != set(schema.list_applied(PLATFORM)):
            raise ArchiveNotFitting(
                "The platform's archive was written by another version. Restore it with that version, then upgrade."
            )
        told = {name: (one.rows, one.checksum) for name, one in manifest.sections.items()}
        if Store.objects.exists():
            if fingerprint_master().items() <= told.items():
                return False
            raise PlaceNotEmpty("This platform has stores already; nothing was touched.")
        models = schema.list_master_tables()
        with transaction.atomic(using=PLATFORM):
            tables.empty_tables(models, PLATFORM)
            _load(Contents(source, unlock=unlock), tell)
            tables.set_sequences(models, PLATFORM)
            connections[PLATFORM].check_constraints()
            if not fingerprint_master().items() <= told.items():
                raise CopyDiffers()
            forget_addresses()
    tell(1.0, "Restored")
    return True


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
            tables.load_lines(model, section.columns, section.lines(), references)


def list_stores() -> Iterator[Store]:
    """Every store with tables, archived ones too."""
    with outside_store():
        yield from list(
            Store.objects.exclude(status__in=("provisioning", "deleting")).order_by("slug")
        )
