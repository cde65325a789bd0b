"""`manage.py sync_easyecom --store SLUG`: reads at EasyEcom now."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.common.management.command import OperatorCommand
from apps.easyecom import services as easyecom
from apps.easyecom.models import SyncJob
from apps.easyecom.states import Job
from apps.integrations.selectors import is_connected
from apps.platform import selectors
from apps.tenancy.context import system_scope, use_store

JOBS = ("orders", "stock", "products", "missed")


class Command(OperatorCommand):
    help = (
        "Read at EasyEcom now: orders that changed, levels of stock, products, or orders of the store that were not sent. "
        "Exit code 1 if EasyEcom does not answer or refuses."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--store", required=True, metavar="SLUG", help="Short name or id.")
        parser.add_argument(
            "--job", action="append", choices=JOBS, help="One of them; may be repeated."
        )
        parser.add_argument(
            "--since",
            metavar="DATE",
            help="Read orders again from this day on, such as 2026-11-01.",
        )

    def work(self, options: dict[str, Any]) -> None:
        store = selectors.get_store(options["store"]).active_store
        failed = []
        with system_scope("sync_easyecom"), use_store(store):
            if not is_connected("easyecom"):
                raise CommandError("The store is not connected to EasyEcom, or it is paused.")
            if options["since"]:
                easyecom.read_since(_moment_of(options["since"]))
            self.outcome = {}
            for name in options["job"] or JOBS:
                self.outcome[name] = easyecom.read_due(only=Job(name))
                self.say(f"{name}: {self.outcome[name]} read.")
                error = SyncJob.objects.get(job=name).last_error
                failed += [f"{name}: {error}"] if error else []
        if failed:
            raise CommandError(" ".join(failed))


def _moment_of(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise CommandError(f"{text} is no day; write it like 2026-11-01.") from None
