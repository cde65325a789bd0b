"""The master database as an archive. Credentials are in it as they are stored, encrypted by the installation's keys,
which are never in an archive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final
from uuid import UUID

from django.utils.translation import gettext_noop

from apps.archive import schema, tables
from apps.archive.container import ArchiveWriter
from apps.archive.manifest import MASTER, Manifest, Section
from apps.archive.snapshot import master_snapshot
from apps.archive.values import Checksum
from apps.common.clock import now
from apps.common.progress import Progress, ignore_progress, make_message
from apps.platform.models import Store
from apps.platform.states import WITH_TABLES
from apps.tenancy.context import outside_store
from apps.tenancy.required import REFERENCE_TABLES
from apps.tenancy.routers import PLATFORM

# The id in an archive of the master, which belongs to no store.
NO_STORE: Final = UUID(int=0)


def write_master(
    target: BinaryIO, *, watch: Progress | None = None, encrypt_to: str | None = None
) -> Manifest:
    """Write the master's tables in one snapshot. Sessions and the recorded template are left out."""
    tell = watch or ignore_progress
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
        writer = ArchiveWriter(target, manifest, encrypt_to=encrypt_to)
        references, sections = tables.References(using=PLATFORM), {}
        models = schema.list_master_tables()
        for index, model in enumerate(models):
            name = model._meta.db_table
            tell(index / len(models), make_message(gettext_noop("Reading %(table)s"), table=name))
            columns = [str(column.column) for column in tables.columns_of(model)]
            section, checksum = writer.section(f"{MASTER}:{name}", columns), Checksum()
            for line in tables.iterate_lines(model, references):
                section.add(line)
                checksum.add(line)
            section.finish()
            sections[f"{MASTER}:{name}"] = Section(checksum.rows, checksum.hex)
    manifest = replace(manifest, sections=sections, finished_at=now())
    writer.finish(manifest)
    tell(1.0, gettext_noop("Written"))
    return manifest


def fingerprint_master() -> dict[str, tuple[int, str]]:
    """Rows and checksum of each table of the master, content types and permissions left out."""
    references = tables.References(using=PLATFORM)
    found = {}
    for model in schema.list_master_tables():
        name = model._meta.db_table
        if name not in REFERENCE_TABLES:
            summed = Checksum().add_all(tables.iterate_lines(model, references))
            found[f"{MASTER}:{name}"] = (summed.rows, summed.hex)
    return found


def list_stores_to_back_up() -> Iterator[Store]:
    """Every store with tables, archived ones included."""
    with outside_store():
        yield from list(Store.objects.filter(status__in=WITH_TABLES).order_by("slug"))
