"""Prepare a shop on services of its own, start the servers, measure, print the table."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
os.environ["POLYSTORE_LOCAL"] = os.environ.get("POLYSTORE_LOCAL", str(ROOT / ".local/bench"))
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--seconds", type=float, default=6.0, help="for each measurement")
    parser.add_argument(
        "--only", choices=["row-security", "fleet", "branch"], help="one measurement alone"
    )
    parser.add_argument("--stores", type=int, default=1_000, help="in the measurement `fleet`")
    options = parser.parse_args()

    from config import embedded

    embedded.up()
    try:
        if options.only == "fleet":
            return _measure_fleet(options.stores)
        if options.only == "branch":
            return _measure_branch()
        return _measure_row_security() if options.only else _measure(options.seconds)
    finally:
        embedded.down()


def _measure_row_security() -> int:
    """One measurement that needs no server."""
    import django

    django.setup()
    from django.core.management import call_command
    from rich.console import Console

    from benchmarks.row_security import measure_row_security

    for command in ("migrate_platform", "migrate_documents", "build_template"):
        call_command(command, verbosity=0)
    _print(Console(), {}, measure_row_security())
    return 0


def _measure_branch() -> int:
    """A live store copied into a sandbox. No server is needed."""
    import django

    django.setup()
    from django.core.management import call_command
    from rich.console import Console

    from apps.tenancy.context import system_scope
    from benchmarks.branch import measure_branch

    for command in ("migrate_platform", "migrate_documents", "build_template", "migrate_stores"):
        call_command(command, verbosity=0)  # the live store may be from an earlier run
    with system_scope("benchmark"):
        _print(Console(), {}, measure_branch())
    return 0


def _measure_fleet(stores: int) -> int:
    """Opens so many stores, and drops them."""
    import django

    django.setup()
    from django.core.management import call_command
    from rich.console import Console

    from benchmarks.fleet import measure_fleet

    call_command("migrate_documents", verbosity=0)
    console = Console()
    with console.status("A fleet of stores") as status:
        tell = status.update if console.is_terminal else console.print
        lines = measure_fleet(stores, tell=tell)
    _print(console, {}, lines)
    return 0


def _measure(seconds: float) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from rich.console import Console

    from apps.tenancy.context import system_scope
    from benchmarks import limits, measures, row_security, shop

    console = Console()
    with system_scope("benchmark"), console.status("Preparing a store with 1,000 products"):
        for command in ("migrate_platform", "migrate_documents", "build_template"):
            call_command(command, verbosity=0)
        things = shop.ensure_shop()
        with connections["platform"].cursor() as cursor:
            cursor.execute(limits.TABLES)
    lines = []
    with console.status("Opening stores"):
        lines += measures.measure_opening()
    with console.status("Finding stores"):
        lines += measures.measure_finding()
    with console.status("Row level security"):
        lines += row_security.measure_row_security()
    with _server(limits_only=True) as port, console.status("The limits"):
        measured = measures.measure_limits(port, seconds)
    with _server(limits_only=False) as port, console.status("Pages, API, orders"):
        lines += measures.measure_pages(port, seconds, measured, things)
        lines += measures.measure_buying(port, seconds, measured, things)
    _print(console, measured, lines)
    return 0


@contextmanager
def _server(*, limits_only: bool) -> Iterator[int]:
    """gunicorn with two workers on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "BENCH_LIMITS": "1" if limits_only else ""}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "2",
    ]
    command += ["-k", "gthread", "--threads", "4", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}/{'constant' if limits_only else 'health'}")
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")


def _print(console: Any, measured: Any, lines: Any) -> None:
    from rich.table import Table

    table = Table(title="Polystore, ratios to limits of the same run")
    for column in ("work", "figure", "limit", "ratio", "goal", ""):
        table.add_column(column)
    for name, result in measured.items():
        table.add_row(name, f"{result.per_second:.0f}/s")
    table.add_section()
    for line in lines:
        mark = "[green]reached[/]" if line.is_reached else "[yellow]not reached[/]"
        table.add_row(line.work, line.figure, line.limit, f"{line.ratio:.2f}", line.goal, mark)
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
