"""`manage.py verify_backup`: is this file whole, and what is in it?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.platform.archive.errors import ArchiveLocked
from apps.platform.archive.reading import verify_archive
from apps.platform.management import archives
from apps.platform.management.console import console_for, one_line_errors


class Command(BaseCommand):
    help = "Read archives from the first byte to the last and compare every count and checksum. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="+")
        archives.add_unlocking(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console = console_for(self.stdout)
        for name in options["file"]:
            with one_line_errors():
                manifest = _verify(Path(name), archives.unlocking_key(options))
            if options["verbosity"] > 0:
                console.print(archives.manifest_table(manifest))
                console.print(f"[green]whole[/] {name}: {archives.summary(manifest)}")


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
