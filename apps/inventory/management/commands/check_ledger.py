"""`manage.py check_ledger`: whether the stock of stores adds up to its movements and reservations."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.inventory.selectors import check_ledger
from apps.platform import selectors
from apps.platform.management.console import console_for, one_line_errors
from apps.platform.tenancy.context import ActiveStore, system_scope, use_store


class Command(BaseCommand):
    help = "List stock whose counters differ from its ledger, in all stores or those named. Exit code 1 if there is any."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="store", help="Short names (default: all).")

    def handle(self, *args: Any, **options: Any) -> None:
        console = console_for(self.stdout)
        with one_line_errors():
            named = [selectors.get_store(slug).active_store for slug in options["slugs"]]
        wrong = 0
        for store in named or selectors.list_active_stores():
            for sentence in _look_at(store):
                wrong += 1
                console.print(f"[red]{store.slug}[/]: {sentence}")
        if wrong:
            raise CommandError(f"{wrong} lines to look at.")
        if options["verbosity"] > 0:
            console.print("[green]All stock adds up.[/]")


def _look_at(store: ActiveStore) -> list[str]:
    """What is wrong, in words. A store whose database does not answer keeps nobody from the others."""
    try:
        with system_scope("check_ledger"), use_store(store):
            found = check_ledger()
    except (DomainError, DatabaseError) as error:
        return [f"not looked at ({type(error).__name__})"]
    return [
        f"{one.sku}: {one.counter} is {one.counted}, the {one.source} say {one.expected}"
        for one in found
    ]
