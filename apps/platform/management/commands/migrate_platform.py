"""`manage.py migrate_platform`: the tables and plans of the master database."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.platform.management.console import console_for, one_line_errors
from apps.platform.services.master import migrate_platform


class Command(BaseCommand):
    help = (
        "Bring the master database up to date. Repeatable; safe when several servers start at once."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with one_line_errors():
            result = migrate_platform()
        if options["verbosity"] > 0:
            state = f"{result.applied} migrations applied" if result.applied else "up to date"
            plans = f", {result.plans} plans created" if result.plans else ""
            console_for(self.stdout).print(f"[bold]platform[/]: {state}{plans}")
