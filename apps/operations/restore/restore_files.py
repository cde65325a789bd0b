"""Restores the files of an archive into the active store's storage."""

import tempfile
from collections.abc import Iterable
from typing import IO, Any

from apps.archive import files
from apps.archive.reading import FilePiece, SectionReader
from apps.archive.values import Checksum
from apps.platform.services import set_storage
from apps.tenancy.context import current_store
from apps.tenancy.storage import uncounted_files


def restore_files(sections: Iterable[SectionReader]) -> tuple[int, str]:
    """Replace the active store's files by those of the archive; their number and checksum. Each file is written under a
    temporary name first, so that no incomplete file has its final name."""
    checksum, size = Checksum(), 0
    with uncounted_files():
        files.delete_files()
        for section in sections:
            with tempfile.TemporaryFile() as spool:
                for piece in section.pieces():
                    size += _take(piece, spool, checksum)
    set_storage(current_store().id, size)
    return checksum.rows, checksum.hex


def _take(piece: FilePiece, spool: IO[Any], checksum: Checksum) -> int:
    """The bytes of a file with its last piece, 0 with the others."""
    if piece.data:
        spool.write(piece.data)
    elif piece.sha256:
        spool.seek(0)
        files.save_file(piece.name, spool)
        checksum.add(files.file_line(piece.name, piece.size, piece.sha256))
        return piece.size
    else:
        spool.seek(0)
        spool.truncate()
    return 0
