"""`manage.py export_oss STORE 2026-Q4`: the return of a quarter as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.invoices.reports.files import CSV, XLSX, oss_file
from apps.invoices.reports.period import read_quarter
from apps.platform import selectors
from apps.tenancy.context import system_scope, use_store


class Command(OperatorCommand):
    help = "Write a store's sales to consumers in other EU states, for the OSS return of a quarter."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="The store's short name or id.")
        parser.add_argument("quarter", help="Such as 2026-Q4.")
        parser.add_argument("--format", choices=[CSV, XLSX], default=CSV)
        parser.add_argument("--output", type=Path, help="The file; its usual name here.")

    def work(self, options: dict[str, Any]) -> None:
        quarter = read_quarter(options["quarter"])
        store = selectors.get_store(options["slug"]).active_store
        with system_scope("export_oss"), use_store(store):
            made = oss_file(quarter, kind=options["format"])
        target = options["output"] or Path(made.name)
        target.write_bytes(made.content)
        self.outcome = {"file": str(target), "bytes": len(made.content), "left_out": made.left_out}
        self.say(f"{target} is written.")
        if made.left_out:
            self.say(f"Left out, in another currency: {', '.join(made.left_out)}.")
