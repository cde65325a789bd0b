"""Restoring an archive: verified first, repeatable after a crash, compared with the archive at the end.

A table of our own, `polystore_restore_marker`, is in the place while a restore is under way. A place with rows but
without the marker belongs to another owner and is refused; with the marker, its rows are left from an interrupted run
and are replaced.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from django.db import connections, transaction
from django.utils.translation import gettext, gettext_noop

from apps.archive import documents, schema, tables
from apps.archive.errors import ArchiveNotFitting, CopyDiffers, PlaceNotEmpty
from apps.archive.id_remapping import LEFT_OUT_OF_COPIES, Restamp
from apps.archive.loading import load_rows
from apps.archive.manifest import DEVELOPMENT, DOCUMENTS, FILES, SQL, Manifest
from apps.archive.reading import Contents, SectionReader, verify_with_keys
from apps.archive.snapshot import use_store_as_system
from apps.archive.values import Checksum, line_of
from apps.archive.writing import (
    ALIASES,
    fingerprint_store,
    fingerprint_tables,
)
from apps.common.progress import Progress, ignore_progress, make_message
from apps.operations.restore.reconciling import reconcile
from apps.operations.restore.restore_files import restore_files
from apps.platform.models import Store
from apps.tenancy.aliases import DOCUMENTS as PRODUCTION
from apps.tenancy.context import ActiveStore
from apps.tenancy.required import REFERENCE_TABLES
from apps.tenancy.routers import DEFAULT

_WRITING: Final = gettext_noop("Writing %(table)s")
MARKER: Final = "polystore_restore_marker"
RESTORED: Final = (SQL, DOCUMENTS, DEVELOPMENT, FILES)

Expected = dict[str, tuple[int, str]]


@dataclass
class _Run:
    source: BinaryIO
    unlock: str | None
    store: ActiveStore
    manifest: Manifest
    restamp: Restamp | None
    watch: Progress
    parts: tuple[str, ...]
    expected: Expected = field(default_factory=dict)

    def sections(self, part: str) -> Iterator[SectionReader]:
        """The archive's sections of one part, in a separate pass."""
        seen = False
        for section in Contents(self.source, unlock=self.unlock).sections():
            if section.part == part:
                seen = True
                yield section
            elif seen:
                return

    def leaves_out(self, table: str) -> bool:
        return self.restamp is not None and table in LEFT_OUT_OF_COPIES


def restore_archive(
    source: BinaryIO,
    into: Store | ActiveStore,
    *,
    watch: Progress | None = None,
    unlock: str | None = None,
    parts: Collection[str] = RESTORED,
    replace: bool = False,
) -> Manifest:
    """Load an archive into a migrated place and return its manifest. `source` must be seekable.

    The whole archive is verified before the first change. Rows are loaded in one transaction, with their keys and
    times. At the end everything is read back and compared. In a store other than the archive's own, documents get that
    store's key and new ids; sessions and tokens are left out. Raises `PlaceNotEmpty` for rows that no interrupted
    restore left (unless `replace`), `ArchiveNotFitting` where the migrations differ.
    """
    store = into if isinstance(into, ActiveStore) else into.active_store
    tell = watch or ignore_progress
    tell(0.0, gettext_noop("Verifying the archive"))
    manifest, keys = verify_with_keys(source, unlock=unlock)
    copied = manifest.store_id != store.id
    run = _Run(
        source=source,
        unlock=unlock,
        store=store,
        manifest=manifest,
        restamp=Restamp(manifest.store_id, store.id, keys) if copied else None,
        watch=tell,
        parts=tuple(part for part in RESTORED if part in parts and part in manifest.parts),
    )
    with use_store_as_system(store):
        _require_fitting(run)
        with _under_way(run, replace=replace):
            _restore_parts(run)
            tell(0.9, gettext_noop("Comparing"))
            _compare(run)
            reconcile(store, copied=copied)
    tell(1.0, gettext_noop("Restored"))
    return manifest


def is_under_way(store: Store | ActiveStore) -> bool:
    """Whether a restore into this place is unfinished."""
    with use_store_as_system(store):
        connection = connections[DEFAULT]
        with connection.cursor() as cursor:
            return MARKER in connection.introspection.table_names(cursor)


def _require_fitting(run: _Run) -> None:
    """The place must have exactly the archive's migrations, the documents' database at least those."""
    schema.require_known(run.manifest.migrations)
    schema.require_known(run.manifest.document_migrations)
    if SQL in run.parts and set(schema.list_applied()) != set(run.manifest.migrations):
        raise ArchiveNotFitting(
            gettext("The tables in this place have other migrations than the archive.")
        )
    here = set(schema.list_applied(PRODUCTION))
    documents.require_bridgeable(here - set(run.manifest.document_migrations))


@contextmanager
def _under_way(run: _Run, *, replace: bool) -> Iterator[None]:
    """The marker of an unfinished restore; it is deleted at the end of a successful one."""
    connection = connections[DEFAULT]
    with connection.cursor() as cursor:
        begun = MARKER in connection.introspection.table_names(cursor)
        if not begun:
            if not replace:
                _refuse_occupied(run)
            cursor.execute(f"CREATE TABLE {MARKER} (archive varchar(80))")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {MARKER}")


def _refuse_occupied(run: _Run) -> None:
    occupied: list[str] = []
    if SQL in run.parts:
        models = schema.models_at(run.manifest.migrations)
        occupied += tables.find_occupied(schema.list_tables(models))
    for part, alias in ALIASES.items():
        if part in run.parts:
            for one in schema.list_collections(alias):
                occupied += [one._meta.db_table] if documents.count_documents(one, alias) else []
    if occupied:
        raise PlaceNotEmpty(
            gettext("%(title)s (%(occupied)s)")
            % {"title": PlaceNotEmpty.title, "occupied": ", ".join(occupied[:5])}
        )


def _restore_parts(run: _Run) -> None:
    if SQL in run.parts:
        _restore_tables(run)
    for part in (DOCUMENTS, DEVELOPMENT):
        if part in run.parts:
            _restore_documents(run, part)
    if FILES in run.parts:
        run.watch(0.75, gettext_noop("Writing files"))
        run.expected[FILES] = restore_files(run.sections(FILES))


def _restore_tables(run: _Run) -> None:
    """Load all tables in one transaction (on MariaDB they are emptied before it). It commits only if every constraint
    holds and the rows equal the archive's."""
    models = schema.list_tables(schema.models_at(run.manifest.migrations))
    connection = connections[DEFAULT]
    if not connection.features.can_rollback_ddl:
        tables.empty_tables(models)
    with transaction.atomic(), connection.constraint_checks_disabled():
        if connection.features.can_rollback_ddl:
            tables.empty_tables(models)
        load_tables(run)
        tables.set_sequences(models)
        connection.check_constraints([model._meta.db_table for model in models])
        wanted = {name: one for name, one in run.expected.items() if name.startswith(f"{SQL}:")}
        _require_equal(wanted, fingerprint_tables())


def load_tables(run: _Run) -> None:
    """Insert the rows of every table of the archive, in its order."""
    models = {
        model._meta.db_table: model
        for model in schema.list_tables(schema.models_at(run.manifest.migrations))
    }
    references = tables.References()
    count = len(models)
    for index, section in enumerate(run.sections(SQL)):
        table = section.table
        run.watch(0.2 + 0.3 * index / max(count, 1), make_message(_WRITING, table=table))
        if table not in models:
            raise ArchiveNotFitting(
                gettext("There is no table %(table)s in this installation.") % {"table": table}
            )
        if table in REFERENCE_TABLES:
            tables.add_references(models[table], section.lines(), references)
            continue
        checksum = Checksum()
        if not run.leaves_out(table):
            rows = _summed(run, section.lines(), checksum)
            load_rows(models[table], section.columns, rows, references)
        run.expected[section.name] = (checksum.rows, checksum.hex)


def _summed(run: _Run, lines: Iterator[bytes], checksum: Checksum) -> Iterator[list[Any]]:
    for line in lines:
        row = json.loads(line)
        if run.restamp is not None and run.restamp.may_change(line):
            row = run.restamp.value(row)
            line = line_of(row)
        checksum.add(line)
        yield row


def _restore_documents(run: _Run, part: str) -> None:
    alias = ALIASES[part]
    models = {model._meta.db_table: model for model in schema.list_collections(alias)}
    documents.delete_documents(alias)
    for section in run.sections(part):
        run.watch(0.5, make_message(_WRITING, table=section.table))
        model = models.get(section.table)
        if model is None:
            raise ArchiveNotFitting(
                gettext("There is no collection %(table)s in this installation.")
                % {"table": section.table}
            )
        checksum = Checksum()
        forward = documents.DocumentUpgrade(model, alias)
        documents.load_documents(model, alias, _forwarded(run, section, forward, checksum))
        run.expected[section.name] = (checksum.rows, checksum.hex)


def _forwarded(
    run: _Run, section: SectionReader, forward: documents.DocumentUpgrade, checksum: Checksum
) -> Iterator[documents.Document]:
    for line in section.lines():
        found = documents.document_of(line)
        document = forward.fill(run.restamp.value(found) if run.restamp else found)
        checksum.add(documents.document_print(document))
        yield document


def _compare(run: _Run) -> None:
    """Read back documents and files; the rows were compared in their transaction."""
    rest = [part for part in run.parts if part != SQL]
    found = fingerprint_store(run.store, parts=rest)
    _require_equal(
        {name: one for name, one in run.expected.items() if not name.startswith(f"{SQL}:")}, found
    )


def _require_equal(expected: Expected, found: Expected) -> None:
    for name in sorted(expected.keys() | found.keys()):
        empty = (0, Checksum().hex)
        if expected.get(name, empty) != found.get(name, empty):
            raise CopyDiffers(f"{CopyDiffers.title} ({name})")
