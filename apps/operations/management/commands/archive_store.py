"""`manage.py archive_store`: closes a shop and its admin, and keeps everything."""

from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import add_yes
from apps.operations import store_status
from apps.platform import selectors
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store
from apps.platform.states import StoreStatus


class Command(StoreCommand):
    help = (
        "Archive a store: its shop and its admin close, and no work is done for it. Everything is kept; "
        "reinstate_store opens it again. Its owners get a mail."
    )
    has_dry_run = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", help="The message to its owners.")
        add_yes(parser, "closing the shop")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        if store.status != StoreStatus.ARCHIVED:
            self.confirm(
                f"{store.name} ({selectors.store_url(store)}) closes at once, for buyers and for its staff.",
                word=store.slug,
                is_sure=options["yes"],
                nothing="Nothing was changed.",
            )
        store_status.archive_store(store=store, reason=options["reason"])
        self.outcome = {"store": store.slug, "status": store.status}
        self.say(
            f"[yellow]{store.name} is archived.[/] manage.py reinstate_store {store.slug} opens it."
        )
