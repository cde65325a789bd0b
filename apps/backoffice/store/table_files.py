"""Tables that are downloaded."""

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import Final

from django.http import FileResponse

_IN_MEMORY: Final = 1024 * 1024


def table_answer(lines: Iterable[str], name: str) -> FileResponse:
    """Written while the store is active, on the disk where it is large; the server sends it later."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the answer closes it
    for line in lines:
        file.write(line.encode())
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
