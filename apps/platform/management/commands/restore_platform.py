"""`manage.py restore_platform`: a whole platform comes back from the folder `backup_platform` wrote."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.platform.archive.coming_back import restore_everything
from apps.platform.management import archives
from apps.platform.management.commands.backup_platform import describe
from apps.platform.management.console import console_for, is_terminal, one_line_errors


class Command(BaseCommand):
    help = (
        "Bring a platform back into an empty master database (migrate_platform first): its registry, then every store "
        "under its old id. Every file is verified before anything is touched; repeat the command after a crash."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="A folder that backup_platform wrote.")
        parser.add_argument(
            "--partial",
            action="store_true",
            help="Bring back what there is, though archives are missing or damaged.",
        )
        archives.add_unlocking(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        console, quiet = console_for(self.stdout), options["verbosity"] == 0
        bar, broken = is_terminal(self.stdout), []
        with one_line_errors():
            for outcome in restore_everything(
                Path(options["folder"]),
                lambda name: archives.watching(console, name, bar=bar, quiet=quiet or not bar),
                unlock=archives.unlocking_key(options),
                partial=options["partial"],
            ):
                broken += [outcome.name] if outcome.error else []
                if not quiet:
                    console.print(describe(outcome))
        if broken:
            raise CommandError(f"Not brought back: {', '.join(broken[:10])}. Repeat the command.")
