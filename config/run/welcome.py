"""What one can do now: addresses and logins."""

import json
import os
from typing import Any

from rich.table import Table

from config.embedded.environment import is_replaced
from config.embedded.paths import Local
from config.run.terminal import console


def show_addresses(local: Local) -> None:
    port = os.environ["PORT"]
    console.print("\n  [bold]Polystore runs.[/] Ctrl-C stops it.\n")
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_header=False)
    table.add_row("  Platform", f"http://localhost:{port}/", f"http://localhost:{port}/admin/")
    for store in _read(local, "addresses.json"):
        address = f"http://{store['host']}:{port}/"
        table.add_row(f"  {store['name']}", address, f"{address}admin/")
    console.print(table)
    logins = _read(local, "demo.json")
    if logins:
        console.print("\n  Log in as")
        people = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_header=False)
        for login in logins:
            people.add_row(f"  {login['who']}", login["email"], login["password"])
        console.print(people)
    if not is_replaced("MONGODB_URI"):
        console.print(
            "\n  [dim]Documents are kept by SecantusDB: for demos and tests only. Set MONGODB_URI for real use.[/]"
        )
    console.print(f"  [dim]Logs: {local.logs}[/]\n")


def _read(local: Local, name: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads((local.root / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return found
