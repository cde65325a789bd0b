"""A store as one portable archive, for backup, restore, move, branch and deletion.

    with open(path, "wb") as target:
        manifest = write_archive(store, target)
    with open(path, "rb") as source:
        verify_archive(source)

Without a file in between: inside `snapshot(store)` take `list_tables()` and `iterate_lines(model, References())`, and
write them with `load_lines()` inside the other place. `docs/backups.md` says what is in an archive.
"""

from apps.archive.documents import (
    count_documents,
    delete_documents,
    document_print,
    iterate_documents,
    load_documents,
)
from apps.archive.errors import (
    ArchiveDamaged,
    ArchiveLocked,
    ArchiveNotFitting,
    CopyDiffers,
    PlaceNotEmpty,
    ScopeNotSystem,
)
from apps.archive.files import delete_files, list_files, read_file, save_file
from apps.archive.id_remapping import LEFT_OUT_OF_COPIES, Restamp
from apps.archive.loading import load_lines
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
from apps.archive.reading import read_manifest, verify_archive
from apps.archive.schema import (
    list_applied,
    list_collections,
    list_tables,
    models_at,
)
from apps.archive.snapshot import Snapshot, snapshot, use_store_as_system
from apps.archive.tables import (
    References,
    columns_of,
    count_rows,
    empty_tables,
    iterate_lines,
    iterate_rows,
    set_sequences,
)
from apps.archive.values import Checksum, line_of
from apps.archive.writing import fingerprint_store, fingerprint_tables, write_archive

__all__ = [
    "DEVELOPMENT",
    "DOCUMENTS",
    "FILES",
    "LEFT_OUT_OF_COPIES",
    "PARTS",
    "REGISTRY",
    "SQL",
    "ArchiveDamaged",
    "ArchiveLocked",
    "ArchiveNotFitting",
    "Checksum",
    "CopyDiffers",
    "Manifest",
    "PlaceNotEmpty",
    "References",
    "Restamp",
    "ScopeNotSystem",
    "Section",
    "Snapshot",
    "columns_of",
    "count_documents",
    "count_rows",
    "delete_documents",
    "delete_files",
    "document_print",
    "empty_tables",
    "fingerprint_store",
    "fingerprint_tables",
    "iterate_documents",
    "iterate_lines",
    "iterate_rows",
    "line_of",
    "list_applied",
    "list_collections",
    "list_files",
    "list_tables",
    "load_documents",
    "load_lines",
    "models_at",
    "read_file",
    "read_manifest",
    "save_file",
    "set_sequences",
    "snapshot",
    "use_store_as_system",
    "verify_archive",
    "write_archive",
]
