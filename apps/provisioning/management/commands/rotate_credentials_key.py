"""`manage.py rotate_credentials_key`: encrypts all credentials again under the first of CREDENTIALS_KEYS."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.provisioning.services.rotation import count_sealed, rotate_credentials


class Command(OperatorCommand):
    help = (
        "Encrypt all stored credentials under the first key of CREDENTIALS_KEYS. Repeatable, and safe to stop. "
        "Exit code 1, and nothing changed, when an older key is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--check",
            action="store_true",
            help="Only count the encrypted credentials and check that they can be read.",
        )

    def work(self, options: dict[str, Any]) -> None:
        total, older = count_sealed(), len(settings.CREDENTIALS_KEYS) - 1
        self.outcome = {"credentials": total, "written": 0, "older_keys": older}
        if options["check"]:
            self.say(f"[bold]{total}[/] credentials, all of them readable.")
            return
        with self.watching("credentials") as watch:
            changed = rotate_credentials(watch)
        self.outcome["written"] = changed
        self.say(f"[bold]credentials[/]: {changed} written under the newest key, {total} in all")
        if older:
            self.say(
                f"[green]The {older} older key{'s' if older > 1 else ''} may go from CREDENTIALS_KEYS[/], as soon as "
                "every server runs with the new one in front. Backups made before still need them."
            )
