"""`manage.py migrate_stores`: every store's tables up to the code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import track

from apps.platform import selectors
from apps.platform.management.console import console_for, is_terminal, one_line_errors
from apps.platform.services.migrating import migrate_stores
from apps.platform.tenancy.template import graph_version


class Command(BaseCommand):
    help = (
        "Migrate the stores that are behind; the others are skipped. One broken store stops nobody."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--store", help="Only this one: its short name or id.")
        parser.add_argument(
            "--plan", action="store_true", help="Only show which stores are behind."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        console = console_for(self.stdout)
        quiet = options["verbosity"] == 0
        with one_line_errors():
            only = selectors.get_store(options["store"]) if options["store"] else None
            behind = selectors.list_outdated_stores(graph_version(), only=only)
            if options["plan"]:
                for store in behind:
                    console.print(f"[yellow]behind[/] {store.slug}")
                return
            steps = track(
                migrate_stores(only=only),
                total=behind.count(),
                description="Migrating stores",
                console=console,
                disable=quiet or not is_terminal(self.stdout),
            )
            results = list(steps)
        broken = [result for result in results if result.error]
        for result in broken:
            self.stderr.write(f"{result.slug}: {result.error}")
        if not quiet:
            changed = sum(result.changed for result in results)
            console.print(f"[bold]stores[/]: {changed} migrated, {len(broken)} failed")
        if broken:
            raise CommandError(f"{len(broken)} stores could not be migrated.")
