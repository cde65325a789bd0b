"""`manage.py reinstate_store`: opens a suspended or archived shop again."""

from typing import Any

from django.core.management.base import CommandParser

from apps.operations import store_status
from apps.platform import selectors
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store


class Command(StoreCommand):
    help = "Open a suspended or archived store again. Its owners get a mail."
    has_dry_run = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", help="The message to its owners.")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        store_status.reinstate_store(store=store, reason=options["reason"])
        url = selectors.store_url(store)
        self.outcome = {"store": store.slug, "status": store.status, "url": url}
        hint = "" if store.is_published else " It is not published: buyers see a page that says so."
        self.say(f"[green]{store.name} is open[/]: {url}.{hint}")
