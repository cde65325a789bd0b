"""`manage.py export_gstr1 STORE 2026-04`: the return of a month as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.invoices.reports.files import CSV, JSON, XLSX, gstr1_file
from apps.invoices.reports.period import read_period
from apps.platform import selectors
from apps.tenancy.context import system_scope, use_store


class Command(OperatorCommand):
    help = "Write a store's GSTR-1 return of a month to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="The store's short name or id.")
        parser.add_argument("period", help="The month, such as 2026-04.")
        parser.add_argument(
            "--format",
            choices=[JSON, CSV, XLSX],
            default=JSON,
            help="For the portal, or tables.",
        )
        parser.add_argument("--output", type=Path, help="The file; its usual name here.")

    def work(self, options: dict[str, Any]) -> None:
        period = read_period(options["period"])
        store = selectors.get_store(options["slug"]).active_store
        with system_scope("export_gstr1"), use_store(store):
            made = gstr1_file(period, kind=options["format"])
        target = options["output"] or Path(made.name)
        target.write_bytes(made.content)
        self.outcome = {
            "file": str(target),
            "bytes": len(made.content),
            "left_out": made.left_out,
            "without_code": made.without_code,
        }
        self.say(f"{target} is written.")
        if made.left_out:
            self.say(f"Left out, not in rupees: {', '.join(made.left_out)}.")
        if made.without_code:
            self.say(f"A line has no HSN or SAC code: {', '.join(made.without_code)}.")
