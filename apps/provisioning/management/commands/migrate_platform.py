"""`manage.py migrate_platform`: the tables and plans of the master database."""

from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.provisioning.services.master import list_pending_migrations, migrate_platform


class Command(OperatorCommand):
    help = (
        "Bring the master database up to date. Repeatable; safe when several servers start at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--dry-run", "--plan", action="store_true", help="Only show what would be done."
        )

    def work(self, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            pending = list_pending_migrations()
            self.outcome = {"pending": pending}
            self.say(
                f"[bold]platform[/]: {f'{len(pending)} to apply' if pending else 'up to date'}"
            )
            for name in pending:
                self.say(f"  [yellow]pending[/] {name}")
            return
        result = migrate_platform()
        self.outcome = {"applied": result.applied, "plans": result.plans}
        state = f"{result.applied} migrations applied" if result.applied else "up to date"
        plans = f", {result.plans} plans created" if result.plans else ""
        self.say(f"[bold]platform[/]: {state}{plans}")
