"""`manage.py verify_backup`: verifies archives and shows their contents."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.archive.errors import ArchiveLocked
from apps.archive.reading import verify_archive
from apps.common.management.command import OperatorCommand
from apps.operations.management import archives


class Command(OperatorCommand):
    help = "Read archives from the first byte to the last and compare every count and checksum. Needs no database."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", nargs="+")
        archives.add_unlocking(parser)

    def work(self, options: dict[str, Any]) -> None:
        self.outcome = {"archives": []}
        for name in options["file"]:
            manifest = _verify(Path(name), archives.unlocking_key(options))
            self.outcome["archives"].append({"file": name, **archives.as_json(manifest)})
            self.say(archives.manifest_table(manifest))
            self.say(f"[green]whole[/] {name}: {archives.summary(manifest)}")


def _verify(path: Path, key: str | None) -> Any:
    try:
        with path.open("rb") as source:
            try:
                return verify_archive(source, unlock=key)
            except ArchiveLocked:
                if key is not None or (asked := archives.ask_for_key()) is None:
                    raise
                return verify_archive(source, unlock=asked)
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from None
