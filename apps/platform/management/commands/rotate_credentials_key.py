"""`manage.py rotate_credentials_key`: everything encrypted is written anew under the first of CREDENTIALS_KEYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.progress import Progress

from apps.platform.management.console import console_for, is_terminal, one_line_errors
from apps.platform.services.rotation import count_sealed, rotate_credentials


class Command(BaseCommand):
    help = (
        "Encrypt all stored credentials under the first key of CREDENTIALS_KEYS. Repeatable, and safe to stop. "
        "Exit code 1, and nothing changed, when an older key is missing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Only count what is encrypted, and whether it can be read.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        console = console_for(self.stdout)
        with one_line_errors():
            total = count_sealed()
            if options["check"]:
                console.print(f"[bold]{total}[/] credentials, all of them readable.")
                return
            with Progress(console=console, disable=not is_terminal(self.stdout)) as progress:
                bar = progress.add_task("Writing credentials anew", total=total)
                changed = rotate_credentials(lambda: progress.advance(bar))
        console.print(
            f"[bold]credentials[/]: {changed} written under the newest key, {total} in all"
        )
        older = len(settings.CREDENTIALS_KEYS) - 1
        if older:
            console.print(
                f"[green]The {older} older key{'s' if older > 1 else ''} may go from CREDENTIALS_KEYS[/], as soon as "
                "every server runs with the new one in front. Backups made before still need them."
            )
