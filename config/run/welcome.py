"""The addresses and logins for the user."""

import json
import os
from collections.abc import Sequence
from typing import Any

from config.embedded.environment import is_replaced
from config.embedded.paths import Local
from config.run.terminal import console


def show_addresses(local: Local) -> None:
    port = os.environ["PORT"]
    console.print("\n  [bold]Polystore runs.[/] Ctrl-C stops it.\n")
    platform = f"http://localhost:{port}/"
    rows = [("Platform", platform, f"{platform}admin/")]
    stores = _read(local, "addresses.json")
    for store in stores:
        address = f"http://{store['host']}:{port}/"
        rows.append((store["name"], address, f"{address}admin/"))
    _print_columns(rows)
    if logins := _read(local, "demo.json"):
        console.print("\n  Log in as")
        _print_columns([(login["who"], login["email"], login["password"]) for login in logins])
    if office := os.environ.get("DEMO_VENDORS_URL"):
        office = office.replace("127.0.0.1", "localhost")
        console.print(
            f"\n  [dim]EasyEcom and ClickPost of the demo, to move orders and parcels along: {office}/[/]"
        )
    if not is_replaced("MONGODB_URI"):
        console.print(
            "\n  [dim]Documents are kept by SecantusDB: for demos and tests only. Set MONGODB_URI for real use.[/]"
        )
    if not is_replaced("SMTP_HOST"):
        mailboxes = [f"http://{store['host']}:{port}/mailbox/" for store in stores]
        console.print(f"  [dim]Mails: {' '.join(mailboxes)} (files in {local.root / 'mail'})[/]")
    console.print(f"  [dim]Logs: {local.logs}[/]\n")


def _print_columns(rows: Sequence[tuple[str, ...]]) -> None:
    """Never cut to the width of the terminal: addresses are there to be copied."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print(f"  {'   '.join(cells).rstrip()}", markup=False)


def _read(local: Local, name: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads((local.root / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return found
