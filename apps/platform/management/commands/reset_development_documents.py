"""`manage.py reset_development_documents`: every document of development integrations, of all stores, is deleted."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.platform.management.console import console_for, is_terminal, one_line_errors
from apps.platform.services.development_documents import (
    list_development_models,
    require_separate_development,
    reset_development_documents,
)


class Command(BaseCommand):
    help = (
        "Delete the documents of development integrations of all stores. Production can't be reached: while "
        "MONGODB_DEV_URI is not set, the command refuses. Exit code 1 when refused or not confirmed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be emptied")

    def handle(self, *args: Any, **options: Any) -> None:
        console = console_for(self.stdout)
        with one_line_errors():
            name = require_separate_development()
            tables = [model._meta.db_table for model in list_development_models()]
            console.print(f"Collections of {name}: {', '.join(tables) or 'none'}")
            if options["dry_run"]:
                return
            if not options["yes"]:
                self._confirm(name)
            counts = reset_development_documents()
        for table, count in counts.items():
            console.print(f"[bold]{table}[/]: {count} deleted")
        console.print("[green]The development documents are empty.[/]")

    def _confirm(self, name: str) -> None:
        if not is_terminal(self.stdout) or not sys.stdin.isatty():
            raise CommandError("Nobody is here to confirm: say --yes.")
        if input(f"Type the database's name ({name}) to delete them: ").strip() != name:
            raise CommandError("Nothing was deleted.")
