"""The manifest of an archive: its store, the code that wrote it, and the number of rows and files in it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext

from apps.archive.errors import ArchiveDamaged, ArchiveNotFitting

FORMAT: Final = 1
REGISTRY, SQL, DOCUMENTS, DEVELOPMENT, FILES = (
    "registry",
    "sql",
    "documents",
    "development",
    "files",
)
MASTER: Final = "platform"
PARTS: Final = (REGISTRY, SQL, DOCUMENTS, DEVELOPMENT, FILES)


@dataclass(frozen=True)
class Section:
    """One table, one collection, or all files. `checksum` is `values.Checksum.hex`; `size` counts bytes of files."""

    rows: int
    checksum: str
    size: int = 0


@dataclass(frozen=True)
class Manifest:
    """`consistent_at` is when the SQL snapshot was taken: nothing in the archive is older. Migrations are
    `app.name`. Sections are named `part:table`, for example `sql:orders_order`."""

    store_id: UUID
    slug: str
    name: str
    created_at: datetime
    consistent_at: datetime
    vendor: str
    parts: tuple[str, ...]
    marker: str = ""
    finished_at: datetime | None = None
    migrations: tuple[str, ...] = ()
    document_migrations: tuple[str, ...] = ()
    sections: Mapping[str, Section] = field(default_factory=dict)
    has_credentials: bool = False
    encrypted: bool = False
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows and documents; the platform's own facts and files are not counted."""
        counted = (SQL, DOCUMENTS, DEVELOPMENT)
        return sum(one.rows for name, one in self.sections.items() if name.split(":")[0] in counted)

    @property
    def files(self) -> Section:
        return self.sections.get(FILES, Section(0, ""))

    def of_part(self, part: str) -> dict[str, Section]:
        """The sections of one part by the name of their table or collection."""
        start = f"{part}:"
        return {
            name.removeprefix(start): one
            for name, one in self.sections.items()
            if name.startswith(start)
        }

    def as_json(self) -> dict[str, Any]:
        values = asdict(self)
        for name in ("created_at", "consistent_at", "finished_at"):
            values[name] = values[name].isoformat() if values[name] else None
        return {**values, "store_id": str(self.store_id)}


def manifest_from(values: Mapping[str, Any]) -> Manifest:
    """Read one back. Raises `ArchiveNotFitting` for a newer format, `ArchiveDamaged` for anything malformed."""
    if not isinstance(values.get("format"), int):
        raise ArchiveDamaged()
    if values["format"] > FORMAT:
        raise ArchiveNotFitting(
            gettext(
                "This archive was written by a newer version of the platform. Upgrade this "
                "installation first."
            )
        )
    try:
        finished = values["finished_at"]
        return Manifest(
            **{
                **values,
                "store_id": UUID(values["store_id"]),
                "created_at": datetime.fromisoformat(values["created_at"]),
                "consistent_at": datetime.fromisoformat(values["consistent_at"]),
                "finished_at": datetime.fromisoformat(finished) if finished else None,
                "parts": tuple(values["parts"]),
                "migrations": tuple(values["migrations"]),
                "document_migrations": tuple(values["document_migrations"]),
                "sections": {name: Section(**one) for name, one in values["sections"].items()},
            }
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ArchiveDamaged() from None
