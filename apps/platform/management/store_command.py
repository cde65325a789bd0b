"""What commands about one store share: its name, looking without doing, an answer for programs, a bar to watch."""

from abc import abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.platform import selectors
from apps.platform.management.console import Watcher, console_for, is_terminal, one_line_errors
from apps.platform.models import Store


class StoreCommand(BaseCommand):
    """`manage.py <command> <store> ...`: errors are one line, `--json` and `-v 0` keep it quiet."""

    requires_system_checks: list[str] = []
    slug_help = "The store's short name or id."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help=self.slug_help)
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen.")
        parser.add_argument("--json", action="store_true", help="Print the outcome for a program.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = console_for(self.stdout)
        self.quiet = options["verbosity"] == 0 or options["json"]
        with one_line_errors():
            self.work(selectors.get_store(options["slug"]), options)

    @abstractmethod
    def work(self, store: Store, options: dict[str, Any]) -> None:
        """What the command does; errors of ours may be raised."""

    def say(self, text: str) -> None:
        if not self.quiet:
            self.console.print(text)

    def watching(self, slug: str) -> Watcher:
        return Watcher(slug, self.console, quiet=self.quiet, bar=is_terminal(self.stdout))
