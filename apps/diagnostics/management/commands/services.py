"""`manage.py services up|down|status`: the embedded PostgreSQL, documents server and Valkey.

It runs before the settings can be read (they want the addresses it makes), so nothing of Django's but the
command's frame may be used here. `manage.py` hands over to it directly.
"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from config import embedded
from config.embedded.paths import find_local
from config.embedded.supervisor import ServiceStatus

ACTIONS = {"up": embedded.up, "down": embedded.down, "status": embedded.status}
COLOURS = {"running": "green", "silent": "red", "stopped": "yellow", "replaced": "cyan"}
MEANINGS = {
    "silent": "runs but does not answer: `services down`, then `services up`",
    "stopped": "`services up` starts it",
}


class Command(BaseCommand):
    help = "Start, stop or show the embedded services of this checkout."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=list(ACTIONS))
        parser.add_argument("--json", action="store_true", help="for programs")

    def run_from_argv(self, argv: list[str]) -> None:
        """Django's own reads the settings to close connections; this command opens none."""
        parser = self.create_parser(argv[0], argv[1])
        try:
            self.handle(**vars(parser.parse_args(argv[2:])))
        except CommandError as error:
            self.stderr.write(str(error))
            raise SystemExit(error.returncode) from None

    def handle(self, *, action: str, **options: Any) -> None:
        """Exit code 1 when `up` fails, or when `status` finds something that should run and does not answer."""
        try:
            services = ACTIONS[action]()
        except embedded.ServiceError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename or find_local().root}") from None
        if options["json"]:
            self.stdout.write(json.dumps([asdict(service) for service in services], indent=2))
        else:
            self._show(services)
        if action == "status" and any(service.state in MEANINGS for service in services):
            raise SystemExit(1)

    def _show(self, services: list[ServiceStatus]) -> None:
        table = Table(box=None, pad_edge=False)
        for heading in ("Service", "State", "Pid", "Address"):
            table.add_column(heading)
        for service in services:
            state = "started" if service.started else service.state
            address = (
                f"127.0.0.1:{service.port}" if service.pid else MEANINGS.get(service.state, "")
            )
            if service.state == "replaced":
                address = f"{service.variable} names another server"
            colour = COLOURS[service.state]
            table.add_row(service.title, f"[{colour}]{state}[/]", str(service.pid or ""), address)
        console = Console(soft_wrap=True)
        console.print(table)
        console.print(
            f"State folder: {find_local().root}", style="dim", markup=False, highlight=False
        )
