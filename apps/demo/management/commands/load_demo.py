"""Two shops that sell, for a look around. Repeatable: what is there is left alone."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from apps.common.errors import DomainError
from apps.demo.services import load_demo

NEEDED = ("ADMIN_EMAIL", "ADMIN_PASSWORD", "DEMO_PASSWORD")


class Command(BaseCommand):
    help = (
        "Load two demo stores with products, pictures, stock, customers and orders in every state."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-pictures", action="store_true", help="Skip drawing pictures (quicker)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [name for name in NEEDED if not os.environ.get(name)]
        if missing:
            raise CommandError(f"Set {', '.join(missing)} in the environment first.")
        bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), transient=True
        )
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        try:
            with bars:
                logins = load_demo(progress=show, pictures=not options["without_pictures"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._keep(logins)
        for login in logins:
            self.stdout.write(f"{login.who}: {login.email}")

    def _keep(self, logins: list[Any]) -> None:
        """For `make run` to show; the file is as private as the keys beside it."""
        local = Path(os.environ["POLYSTORE_LOCAL"])
        if local.is_dir():
            path = local / "demo.json"
            path.touch(mode=0o600, exist_ok=True)
            path.write_text(json.dumps([vars(login) for login in logins]))
