"""`manage.py backup_platform`: the master database and every store, a file each."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.filesize import decimal

from apps.platform.archive.everything import REPORT, Outcome, backup_everything
from apps.platform.archive.manifest import MASTER, PARTS
from apps.platform.management import archives
from apps.platform.management.console import console_for, is_terminal, one_line_errors


class Command(BaseCommand):
    help = (
        "Back up the master database and every store into a folder. A run that was cut off, or in which a store failed, "
        f"goes on with the same folder; when all is there, {REPORT} says so."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", required=True, help="A new folder for each backup.")
        parser.add_argument(
            "--only",
            action="append",
            choices=(MASTER, *archives.ONLY),
            help="Only this home (repeatable): the master's tables, or one home of every store.",
        )
        archives.add_encryption(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console, quiet = console_for(self.stdout), options["verbosity"] == 0
        key, bar = archives.encryption_key(options), is_terminal(self.stdout)
        outcomes = []
        with one_line_errors():
            for outcome in backup_everything(
                Path(options["output"]),
                lambda name: archives.watching(console, name, bar=bar, quiet=quiet or not bar),
                parts=options["only"] or (MASTER, *PARTS),
                encrypt_to=key,
            ):
                outcomes.append(outcome)
                if not quiet:
                    console.print(describe(outcome))
        broken = [one.name for one in outcomes if one.error]
        if broken:
            raise CommandError(
                f"{len(broken)} of {len(outcomes)} could not be backed up: {', '.join(broken[:10])}. Repeat the command."
            )
        if not quiet:
            size = decimal(sum(one.size for one in outcomes))
            console.print(f"[green]{len(outcomes)} archives[/] ({size}) in {options['output']}")


def describe(outcome: Outcome) -> str:
    """One line of a run."""
    if outcome.error:
        return f"[red]failed[/] {outcome.name}: {outcome.error}"
    if outcome.skipped:
        return f"[dim]there[/]  {outcome.name}"
    return f"[green]done[/]   {outcome.name}: {outcome.rows:,} rows, {decimal(outcome.size)}"
