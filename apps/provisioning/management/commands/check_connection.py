"""`manage.py check_connection`: checks whether a database can hold a store."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.table import Table

from apps.common.management.command import OperatorCommand
from apps.placements.kinds import list_offered, require_offered
from apps.placements.report import Level, Report
from apps.platform import selectors
from apps.provisioning import services as provisioning
from apps.provisioning.management.config_file import HELP, read_config

COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.PROBLEM: "red"}


class Command(OperatorCommand):
    help = "Check a database without changing it. Exit code 1 if it can't hold a store."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("store", nargs="?", help="Check the database of this store.")
        parser.add_argument("--database-type", help=f"One of: {', '.join(list_offered())}.")
        parser.add_argument("--config", metavar="FILE", help=HELP)

    def work(self, options: dict[str, Any]) -> None:
        report = _look(options)
        self.outcome, self.is_bad = asdict(report), not report.is_good
        self.say(_table(report))


def _look(options: dict[str, Any]) -> Report:
    store = selectors.get_store(options["store"]) if options["store"] else None
    if store is not None and not options["config"]:
        return provisioning.check_store(store)
    if not options["config"] and not options["database_type"]:
        raise CommandError(
            "Name the database to check: a store's short name, or --database-type and --config FILE. "
            f"Types: {', '.join(list_offered())}. {HELP}"
        )
    config = read_config(options["config"])
    kind = options["database_type"] or (store.database_type if store else "postgresql")
    require_offered(kind, config)
    return provisioning.check_connection(database_type=kind, config=config, store=store)


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("Check", "Result", "Found", "What to do"):
        table.add_column(heading)
    for finding in report.findings:
        level = f"[{COLOURS[finding.level]}]{finding.level}[/]"
        table.add_row(finding.check, level, finding.text, finding.advice)
    return table
