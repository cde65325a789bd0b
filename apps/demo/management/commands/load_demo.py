"""Loads two demo shops. Repeatable: existing data is not changed."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.common.management.command import OperatorCommand
from apps.demo.services import load_demo
from apps.demo.shops import SHOPS

NEEDED = ("ADMIN_EMAIL", "ADMIN_PASSWORD", "DEMO_PASSWORD")


class Command(OperatorCommand):
    help = (
        "Load two demo stores with products, pictures, stock, customers and orders in every state."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--without-pictures", action="store_true", help="Skip drawing pictures (quicker)."
        )

        slugs = [shop.slug for shop in SHOPS]
        parser.add_argument("--shop", choices=slugs, default="", help="Load this one alone.")

    def work(self, options: dict[str, Any]) -> None:
        missing = [name for name in NEEDED if not os.environ.get(name)]
        if missing:
            raise CommandError(f"Set {', '.join(missing)} in the environment first.")
        with self.watching("demo", lines=False) as watch:
            logins = load_demo(
                watch=watch, pictures=not options["without_pictures"], only=options["shop"]
            )
        kept = self._keep(logins)
        self.outcome = {"logins": [{"who": one.who, "email": one.email} for one in logins]}
        self.outcome["passwords"] = kept
        for login in logins:
            self.say(f"{login.who}: {login.email}")
        self.say(f"Their passwords: {kept}")

    def _keep(self, logins: list[Any]) -> str:
        """For `make run` to show; the file is as private as the keys beside it. Where passwords are found."""
        local = Path(os.environ["POLYSTORE_LOCAL"])
        if not local.is_dir():
            return "ADMIN_PASSWORD and DEMO_PASSWORD of the environment"
        path = local / "demo.json"
        path.touch(mode=0o600, exist_ok=True)
        path.write_text(json.dumps([vars(login) for login in logins]))
        return f"ADMIN_PASSWORD and DEMO_PASSWORD of the environment, kept in {path}"
