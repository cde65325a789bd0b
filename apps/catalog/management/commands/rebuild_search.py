"""`manage.py rebuild_search`: rebuilds the search index of stores from their products."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.catalog.indexing import rebuild_index
from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.common.management.console import explain
from apps.platform import selectors
from apps.tenancy.context import system_scope, use_store


class Command(OperatorCommand):
    help = (
        "Rebuild the search index of all stores, or of those named. Shops stay open: an old entry answers until the "
        "new one stands."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="store", help="Short names (default: all).")

    def work(self, options: dict[str, Any]) -> None:
        named = [selectors.get_store(slug).active_store for slug in options["slugs"]]
        self.outcome = {"stores": []}
        failed = []
        for store in named or selectors.list_active_stores():
            try:
                with system_scope("rebuild_search"), use_store(store):
                    count = rebuild_index()
            except (DomainError, DatabaseError, PyMongoError) as error:
                failed.append(store.slug)
                self.outcome["stores"].append({"store": store.slug, "error": explain(error)})
                self.say(f"[red]{store.slug}[/]: not rebuilt. {explain(error)}")
                continue
            self.outcome["stores"].append({"store": store.slug, "products": count})
            self.say(f"[green]{store.slug}[/]: {count} product{'' if count == 1 else 's'}")
        if failed:
            raise CommandError(f"Not rebuilt: {', '.join(failed)}.")
