"""Prepare stores on services of their own, start the servers, measure, write the table."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.builds import ENVIRONMENT, MIGRATIONS, this_build

os.environ["POLYSTORE_LOCAL"] = str(this_build().state)
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
os.environ["DOCUMENTS_CACHE"] = "2G"  # of the embedded server; 100,000 products and as many carts
ALONE = ("start", "storefront", "row-security", "fleet", "branch", "invoice")


def main() -> int:
    options = _read_arguments()
    from benchmarks import table

    parts = [table.describe_machine(), table.describe_versions()]
    if options.only == "start":
        from benchmarks.starting import measure_starting

        parts.append(table.lines_table(measure_starting(options.against, say=_say)))
    else:
        parts += _measure_on_services(options)
    text = "\n\n".join(parts)
    sys.stdout.write(f"{text}\n")
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(f"# Benchmarks\n\n{text}\n", encoding="utf-8")
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--seconds", type=float, default=6.0, help="for each side of a work")
    parser.add_argument("--only", choices=ALONE, help="one part alone")
    parser.add_argument(
        "--work", default="", help="of the storefront: works with this in their name"
    )
    parser.add_argument("--products", type=int, default=0, help="of a second, large store")
    parser.add_argument("--carts", type=int, default=100_000, help="of the store with many carts")
    parser.add_argument("--against", default="", metavar="REF", help="a commit to measure beside")
    parser.add_argument("--peer", choices=["oscar"], default="", help="another shop beside ours")
    parser.add_argument("--stores", type=int, default=1_000, help="in the part `fleet`")
    parser.add_argument("--output", type=Path, help="a file for the tables, as Markdown")
    options = parser.parse_args()
    if options.against and ENVIRONMENT.get("DATABASE_URL"):
        parser.error("--against needs the embedded services: two builds can't share one database.")
    return options


def _measure_on_services(options: argparse.Namespace) -> list[str]:
    from config import embedded

    embedded.up()
    try:
        import django

        django.setup()
        return [*_parts(options)]
    finally:
        embedded.down()


def _parts(options: argparse.Namespace) -> list[str]:
    from django.core.management import call_command

    from benchmarks import table

    for command in MIGRATIONS:  # stores may be there from an earlier run
        call_command(command, verbosity=0)
    alone: dict[str, Callable[[], Any]] = {
        "row-security": _measure_row_security,
        "fleet": lambda: _measure_fleet(options.stores),
        "branch": _measure_branch,
        "invoice": _measure_invoice,
    }
    if options.only in alone:
        return [table.lines_table(alone[options.only]())]
    lines = [] if options.only or options.work else _measure_platform()
    return [*_measure_storefront(options, lines)]


def _measure_platform() -> list[Any]:
    """Opening and finding stores, row level security."""
    from apps.tenancy.context import system_scope
    from benchmarks import invoices, measures, row_security

    with system_scope("benchmark"):
        _say("Opening and finding stores, row level security")
        return [
            *measures.measure_opening(),
            *measures.measure_finding(),
            *row_security.measure_row_security(),
            *invoices.measure_invoice(),
        ]


def _measure_storefront(options: argparse.Namespace, lines: list[Any]) -> list[str]:
    from django.db import connections

    from benchmarks import limits, table
    from benchmarks.storefront import measure_storefront

    with connections["platform"].cursor() as cursor:
        cursor.execute(limits.TABLES)
    results, more = measure_storefront(
        seconds=options.seconds,
        products=options.products,
        carts=options.carts,
        against=options.against,
        peer=options.peer,
        only=options.work,
        say=_say,
    )
    names = {"older": options.against, "oscar": "django-oscar", "with few": "the small store"}
    parts = [table.compared_table(results, names)] if results else []
    if lines or more:
        parts.append(table.lines_table([*lines, *more]))
    return parts


def _measure_row_security() -> Any:
    from benchmarks.row_security import measure_row_security

    return measure_row_security()


def _measure_invoice() -> Any:
    from apps.tenancy.context import system_scope
    from benchmarks.invoices import measure_invoice

    with system_scope("benchmark"):
        return measure_invoice()


def _measure_branch() -> Any:
    """A live store copied into a sandbox."""
    from apps.tenancy.context import system_scope
    from benchmarks.branch import measure_branch

    with system_scope("benchmark"):
        return measure_branch()


def _measure_fleet(stores: int) -> Any:
    """Opens so many stores, and drops them."""
    from benchmarks.fleet import measure_fleet

    return measure_fleet(stores, tell=_say)


def _say(text: str) -> None:
    sys.stderr.write(f"  {text}\n")


if __name__ == "__main__":
    sys.exit(main())
