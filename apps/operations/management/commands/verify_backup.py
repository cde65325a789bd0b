"""`manage.py verify_backup`: verifies archives and shows their contents."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.archive.errors import ArchiveLocked
from apps.archive.reading import verify_archive
from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.common.management.console import describe
from apps.operations.management import archives


class Command(OperatorCommand):
    help = "Read archives from the first byte to the last and compare every count and checksum. Needs no database."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", nargs="+")
        archives.add_unlocking(parser)

    def work(self, options: dict[str, Any]) -> None:
        self.outcome = {"archives": []}
        names, key, bad = options["file"], archives.unlocking_key(options), []
        for name in names:
            try:
                manifest = _verify(Path(name), key)
            except (DomainError, OSError) as error:
                bad.append((name, _said(error)))
                self.outcome["archives"].append({"file": name, "error": _said(error)})
                self.say(f"[red]not verified[/] {name}: {_said(error)}")
                continue
            self.outcome["archives"].append({"file": name, **archives.as_json(manifest)})
            self.say(archives.manifest_table(manifest))
            self.say(f"[green]whole[/] {name}: {archives.summary(manifest)}")
        if bad and len(names) == 1:
            raise CommandError(f"{names[0]}: {bad[0][1]}")
        if bad:
            listed = ", ".join(name for name, _sentence in bad)
            raise CommandError(f"{len(bad)} of {len(names)} archives were not verified: {listed}.")


def _said(error: DomainError | OSError) -> str:
    if isinstance(error, DomainError):
        return describe(error)
    return f"The file can't be read: {error.strerror or error}."


def _verify(path: Path, key: str | None) -> Any:
    with path.open("rb") as source:
        try:
            return verify_archive(source, unlock=key)
        except ArchiveLocked:
            if key is not None or (asked := archives.ask_for_key()) is None:
                raise
            return verify_archive(source, unlock=asked)
