"""`manage.py build_template`: record how a new store's tables are made. Part of every deployment."""

import time
from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.placements.release.template import build_template


class Command(OperatorCommand):
    help = "Migrate the template of new stores and record its SQL. Does nothing when it is current."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--force", action="store_true", help="Rebuild it even if it is current."
        )

    def work(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        built = build_template(force=options["force"])
        seconds = time.monotonic() - started
        self.outcome = {"tables": built.table_count, "version": built.version, "seconds": seconds}
        self.say(
            f"[bold]template[/]: {built.table_count} tables, version {built.version[:12]} ({seconds:.1f} s)"
        )
