"""`manage.py suspend_store`: closes a shop, with a reason that its staff see."""

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
        "Suspend a store: its shop closes, its staff have read access and see the reason, its owners get a mail. "
        "Nothing is changed or lost; reinstate_store opens it again."
    )
    has_dry_run = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--reason", required=True, help="The reason shown to the store's staff."
        )
        add_yes(parser, "closing the shop")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        if store.status != StoreStatus.SUSPENDED:
            self.confirm(
                f"{store.name} ({selectors.store_url(store)}) closes at once for buyers.",
                word=store.slug,
                is_sure=options["yes"],
                nothing="Nothing was changed.",
            )
        store_status.suspend_store(store=store, reason=options["reason"])
        self.outcome = {"store": store.slug, "status": store.status}
        self.say(
            f"[yellow]{store.name} is suspended.[/] manage.py reinstate_store {store.slug} opens it."
        )
