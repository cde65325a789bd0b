"""`manage.py databases`: every database, whether it answers, and what lives in it."""

from typing import Any

from django.core.management.base import CommandParser
from rich.table import Table

from apps.common.management.command import OperatorCommand
from apps.diagnostics import data_homes
from apps.diagnostics.database_health import (
    MOST_STORES,
    DatabaseState,
    count_placed_stores,
    list_databases,
)
from apps.diagnostics.database_indexes import IndexFinding, list_index_findings
from apps.platform import selectors
from apps.tenancy.routers import PLATFORM


class Command(OperatorCommand):
    help = "Show every database, whether it answers and how quickly. Exit code 1 if one is down."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--store", help="Of placed stores only this one: its short name or id.")
        parser.add_argument("--models", action="store_true", help="Also which models live where.")
        parser.add_argument("--indexes", action="store_true", help="Also unused, missing indexes.")

    def work(self, options: dict[str, Any]) -> None:
        only = selectors.get_store(options["store"]) if options["store"] else None
        databases = list_databases(only=only)
        homes = data_homes.list_data_homes()
        self.outcome = data_homes.as_json(databases, homes)
        self.say(_databases_table(databases))
        self.say("")
        for database in databases:
            for warning in database.warnings:
                self.say(f"[yellow]{database.alias}[/]: {warning}")
        is_up = all(database.is_good for database in databases if database.alias == PLATFORM)
        if is_up and only is None and (total := count_placed_stores()) > MOST_STORES:
            self.say(
                f"{MOST_STORES} of {total} stores with a database of their own; --store shows one."
            )
        if options["indexes"] and is_up:
            self.say(_indexes_table(list_index_findings(only=only)))
        if options["models"]:
            self.say(_homes_table(homes))
        down = [database.alias for database in databases if not database.is_good]
        self.is_bad = bool(down)
        if down:
            self.say(f"[red]No answer[/] from {', '.join(down)}.")


def _databases_table(databases: list[DatabaseState]) -> Table:
    table = _table("Database", "Role", "Engine", "Name", "State", "Latency", "In use/idle/max")
    for database in databases:
        latency = "" if database.latency_ms is None else f"{database.latency_ms} ms"
        colour = "green" if database.is_good else "red"
        table.add_row(
            database.alias,
            database.role,
            database.engine,
            database.name,
            f"[{colour}]{database.state}[/]",
            latency,
            f"{pool.in_use}/{pool.idle}/{pool.size}" if (pool := database.pool) else "",
        )
    return table


def _indexes_table(found: list[IndexFinding]) -> Table:
    table = _table("Database", "Table or collection", "Index", "Finding")
    for finding in found:
        table.add_row(finding.alias, finding.table, finding.index, finding.text)
    if not found:
        table.add_row("", "", "", "[green]none is missing, none is known to be unused[/]")
    return table


def _homes_table(homes: list[data_homes.DataHome]) -> Table:
    table = _table("Home", "App", "Model", "Table or collection")
    for home in homes:
        table.add_row(home.home, home.app, home.model, home.table)
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading)
    return table
