"""Writing an archive: one pass over everything a store has."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext_noop

from apps.archive import documents, files, registry, schema, tables
from apps.archive.container import ArchiveWriter
from apps.archive.errors import ScopeNotSystem
from apps.archive.manifest import (
    DEVELOPMENT,
    DOCUMENTS,
    FILES,
    PARTS,
    REGISTRY,
    SQL,
    Manifest,
    Section,
)
from apps.archive.snapshot import Snapshot, snapshot, use_store_as_system
from apps.archive.values import Checksum, line_of
from apps.common.clock import now
from apps.common.progress import Progress, ignore_progress, make_message
from apps.platform.models import Store
from apps.tenancy import aliases

ALIASES: Final = {DOCUMENTS: aliases.DOCUMENTS, DEVELOPMENT: aliases.DOCUMENTS_DEV}
SHARES: Final = {REGISTRY: 0.0, SQL: 0.02, DOCUMENTS: 0.5, DEVELOPMENT: 0.75, FILES: 0.8}
_READING: Final = gettext_noop("Reading %(name)s")


@dataclass
class _Run:
    store: Store
    writer: ArchiveWriter
    watch: Progress
    parts: Collection[str]
    sections: dict[str, Section] = field(default_factory=dict)

    def section(
        self, name: str, lines: Iterable[tuple[bytes, bytes]], *, columns: list[str] | None = None
    ) -> Section:
        """Write lines; each comes with what is added up for it."""
        section, checksum = self.writer.section(name, columns), Checksum()
        for line, summed in lines:
            section.add(line)
            checksum.add(summed)
        section.finish()
        self.sections[name] = Section(checksum.rows, checksum.hex)
        return self.sections[name]

    def say(self, part: str, words: str, within: float = 0.0) -> None:
        following = [share for share in SHARES.values() if share > SHARES[part]] or [1.0]
        self.watch(SHARES[part] + (following[0] - SHARES[part]) * within, words)


def write_archive(
    store: Store,
    target: BinaryIO,
    *,
    watch: Progress | None = None,
    encrypt_to: str | None = None,
    parts: Collection[str] = PARTS,
    with_credentials: bool = False,
) -> Manifest:
    """Write everything the store has into `target`, in constant memory, and return what was written.

    SQL is of one moment (`consistent_at`); documents and files are read after it, so they are no older. `encrypt_to`
    is a passphrase or an age recipient. Credentials of integrations go in only when asked for, and only encrypted.
    Raises `ScopeNotSystem` rather than writing an archive that lacks rows.
    """
    if with_credentials and not encrypt_to:
        raise ValueError("Credentials only go into an encrypted archive.")
    chosen = [part for part in PARTS if part in {REGISTRY, *parts}]
    with snapshot(store) as moment:
        manifest = _head(store, moment, chosen, bool(encrypt_to), with_credentials)
        writer = ArchiveWriter(target, manifest, encrypt_to=encrypt_to)
        run = _Run(store=store, writer=writer, watch=watch or ignore_progress, parts=chosen)
        _write_registry(run, with_credentials)
        if SQL in run.parts:
            _write_tables(run)
    with use_store_as_system(store):
        for part in (DOCUMENTS, DEVELOPMENT):
            if part in run.parts:
                _write_documents(run, part)
        if FILES in run.parts:
            _write_files(run)
    manifest = replace(manifest, sections=run.sections, finished_at=now())
    run.writer.finish(manifest)
    run.watch(1.0, gettext_noop("Written"))
    return manifest


def _head(
    store: Store, moment: Snapshot, parts: list[str], encrypted: bool, with_credentials: bool
) -> Manifest:
    return Manifest(
        store_id=store.id,
        slug=store.slug,
        name=store.name,
        created_at=now(),
        consistent_at=moment.taken_at,
        vendor=moment.vendor,
        marker=moment.marker,
        parts=tuple(parts),
        migrations=tuple(schema.list_applied()),
        document_migrations=tuple(schema.list_applied(aliases.DOCUMENTS)),
        has_credentials=with_credentials,
        encrypted=encrypted,
    )


def _write_registry(run: _Run, with_credentials: bool) -> None:
    run.say(REGISTRY, gettext_noop("Reading the registry"))
    facts = registry.iterate_facts(run.store, with_credentials=with_credentials)
    lines = (line_of({"table": table, **row}) for table, row in facts)
    run.section(REGISTRY, ((line, line) for line in lines))


def _write_tables(run: _Run) -> None:
    """Every table; the rows written are compared with the server's own count in the same snapshot."""
    models = schema.list_tables(schema.models_at(schema.list_applied()))
    references = tables.References()
    for index, model in enumerate(models):
        table = model._meta.db_table
        run.say(SQL, make_message(_READING, name=table), index / len(models))
        columns = [str(column.column) for column in tables.columns_of(model)]
        lines = tables.iterate_lines(model, references)
        written = run.section(f"{SQL}:{table}", ((line, line) for line in lines), columns=columns)
        if written.rows != tables.count_rows(model):
            raise ScopeNotSystem()
    if not run.sections[f"{SQL}:{tables.CONTENT_TYPES}"].rows:
        raise ScopeNotSystem()


def _write_documents(run: _Run, part: str) -> None:
    alias = ALIASES[part]
    for model in schema.list_collections(alias):
        name = model._meta.db_table
        run.say(part, make_message(_READING, name=name))
        found = documents.iterate_documents(model, alias)
        lines = ((documents.document_line(one), documents.document_print(one)) for one in found)
        run.section(f"{part}:{name}", lines)


def _write_files(run: _Run) -> None:
    """Each file under its own name. One that is deleted meanwhile is left out."""
    run.writer.begin_files()
    checksum, total = Checksum(), 0
    for name in files.list_files():
        run.say(FILES, make_message(_READING, name=name))
        try:
            size, digest = run.writer.file(name, files.read_file(name))
        except FileNotFoundError:
            continue
        checksum.add(files.file_line(name, size, digest))
        total += size
    run.sections[FILES] = Section(checksum.rows, checksum.hex, total)


def fingerprint_store(
    store: Any, *, parts: Collection[str] = (SQL, DOCUMENTS, DEVELOPMENT, FILES)
) -> dict[str, tuple[int, str]]:
    """`part:table` -> (rows, checksum) of what the store has now, for comparing places: equal rows give equal
    checksums on every kind of server. Tables of content types and permissions are left out: every place has its own.
    """
    found: dict[str, tuple[int, str]] = {}
    if SQL in parts:
        with snapshot(store):
            found |= fingerprint_tables()
    with use_store_as_system(store):
        for part in (DOCUMENTS, DEVELOPMENT):
            for model in schema.list_collections(ALIASES[part]) if part in parts else ():
                alias = ALIASES[part]
                prints = map(documents.document_print, documents.iterate_documents(model, alias))
                summed = Checksum().add_all(prints)
                found[f"{part}:{model._meta.db_table}"] = (summed.rows, summed.hex)
        if FILES in parts:
            summed = Checksum().add_all(line for line, _size in files.iterate_prints())
            found[FILES] = (summed.rows, summed.hex)
    return found


def fingerprint_tables() -> dict[str, tuple[int, str]]:
    """The SQL part of `fingerprint_store`, in the transaction and store that are active."""
    references = tables.References()
    found = {}
    for model in schema.list_tables(schema.models_at(schema.list_applied())):
        if model._meta.db_table not in schema.REFERENCE_TABLES:
            summed = Checksum().add_all(tables.iterate_lines(model, references))
            found[f"{SQL}:{model._meta.db_table}"] = (summed.rows, summed.hex)
    return found
