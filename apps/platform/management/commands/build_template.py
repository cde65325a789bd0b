"""`manage.py build_template`: record how a new store's tables are made. Part of every deployment."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.platform.management.console import console_for, one_line_errors
from apps.platform.tenancy.template import build_template


class Command(BaseCommand):
    help = "Migrate the template of new stores and record its SQL. Does nothing when it is current."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="Build it again in any case.")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        with one_line_errors():
            built = build_template(force=options["force"])
        if options["verbosity"] > 0:
            seconds = time.monotonic() - started
            console_for(self.stdout).print(
                f"[bold]template[/]: {built.table_count} tables, version {built.version[:12]} ({seconds:.1f} s)"
            )
