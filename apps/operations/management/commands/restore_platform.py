"""`manage.py restore_platform`: restores a platform from the folder that `backup_platform` wrote."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.common.management.command import OperatorCommand
from apps.operations.management import archives
from apps.operations.management.commands.backup_platform import describe
from apps.operations.restore.restore_platform import restore_everything


class Command(OperatorCommand):
    help = (
        "Restore a platform into an empty master database (migrate_platform first): its registry, then every store "
        "under its old id. Every file is verified before anything is touched; repeat the command after a crash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", help="A folder that backup_platform wrote.")
        parser.add_argument(
            "--partial",
            action="store_true",
            help="Restore the intact archives although others are missing or damaged.",
        )
        archives.add_unlocking(parser)

    def work(self, options: dict[str, Any]) -> None:
        broken = []
        self.outcome = {"archives": []}
        for outcome in restore_everything(
            Path(options["folder"]),
            lambda name: self.watching(name, lines=False),
            unlock=archives.unlocking_key(options),
            partial=options["partial"],
        ):
            broken += [outcome.name] if outcome.error else []
            self.outcome["archives"].append(asdict(outcome))
            self.say(describe(outcome))
        if broken:
            raise CommandError(f"Not restored: {', '.join(broken[:10])}. Repeat the command.")
