"""`manage.py backup_platform`: the master database and every store, a file each."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.filesize import decimal

from apps.archive.manifest import MASTER, PARTS
from apps.common.management.command import OperatorCommand
from apps.operations.backup.backup_platform import Outcome, backup_everything
from apps.operations.management import archives


class Command(OperatorCommand):
    help = (
        "Back up the master database and every store into a folder. Repeat the command with "
        "the same folder after an interruption or a failed store; report.json lists the result."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--output", required=True, help="A new folder for each backup.")
        parser.add_argument(
            "--only",
            action="append",
            choices=(MASTER, *archives.ONLY),
            help="Only this home (repeatable): the master's tables, or one home of every store.",
        )
        archives.add_encryption(parser)

    def work(self, options: dict[str, Any]) -> None:
        outcomes = []
        for outcome in backup_everything(
            Path(options["output"]),
            lambda name: self.watching(name, lines=False),
            parts=options["only"] or (MASTER, *PARTS),
            encrypt_to=archives.encryption_key(options),
        ):
            outcomes.append(outcome)
            done = [asdict(one) for one in outcomes]
            self.outcome = {"folder": options["output"], "archives": done}
            self.say(describe(outcome))
        broken = [one.name for one in outcomes if one.error]
        if broken:
            raise CommandError(
                f"{len(broken)} of {len(outcomes)} could not be backed up: {', '.join(broken[:10])}. Repeat the command."
            )
        size = decimal(sum(one.size for one in outcomes))
        self.say(f"[green]{len(outcomes)} archives[/] ({size}) in {options['output']}")


def describe(outcome: Outcome) -> str:
    """One line of a run."""
    if outcome.error:
        return f"[red]failed[/] {outcome.name}: {outcome.error}"
    if outcome.skipped:
        return f"[dim]there[/]  {outcome.name}"
    return f"[green]done[/]   {outcome.name}: {outcome.rows:,} rows, {decimal(outcome.size)}"
