"""Shared options of commands about one store: its name and `--dry-run`."""

from abc import abstractmethod
from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.platform import selectors
from apps.platform.models import Store


class StoreCommand(OperatorCommand):
    """`manage.py <command> <store> ...`."""

    slug_help = "The store's short name or id."
    has_dry_run = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help=self.slug_help)
        if self.has_dry_run:
            parser.add_argument(
                "--dry-run", action="store_true", help="Show what would happen; change nothing."
            )

    def work(self, options: dict[str, Any]) -> None:
        self.work_on(selectors.get_store(options["slug"]), options)

    @abstractmethod
    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        """What the command does with the store."""
