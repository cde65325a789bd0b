"""What `publish_store` and `unpublish_store` share."""

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from apps.operations import store_status
from apps.platform import selectors
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store


class PublishingCommand(StoreCommand):
    has_dry_run = False
    is_published: ClassVar[bool]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", help="The message to its owners.")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        store_status.set_published(
            store=store, is_published=self.is_published, reason=options["reason"]
        )
        url = selectors.store_url(store)
        self.outcome = {"store": store.slug, "is_published": store.is_published, "url": url}
        words = "is published" if store.is_published else "is not published any more"
        self.say(f"[green]{store.name} {words}[/]: {url}.")
