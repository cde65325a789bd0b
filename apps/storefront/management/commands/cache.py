"""`manage.py cache status|clear [STORE]`: the shared cache and the pages in it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.table import Table

from apps.common.management.command import OperatorCommand
from apps.platform import selectors
from apps.platform.models import Store
from apps.storefront.page_cache.inspecting import (
    CachedPages,
    clear_pages,
    count_pages,
    is_cache_there,
)


class Command(OperatorCommand):
    help = "Show the cached pages of stores, or clear them."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("what", choices=["status", "clear"], help="Look, or render again.")
        parser.add_argument("slug", nargs="?", help="A store's short name or id; all stores.")

    def work(self, options: dict[str, Any]) -> None:
        stores = self._stores(options["slug"])
        if not is_cache_there():
            self.outcome = {"answers": False}
            raise CommandError(
                "The shared cache does not answer: every page is made at each request."
            )
        if options["what"] == "clear":
            self._clear(stores)
        else:
            self._show(stores)

    def _stores(self, slug: str | None) -> list[Store]:
        return [selectors.get_store(slug)] if slug else selectors.list_stores()

    def _clear(self, stores: list[Store]) -> None:
        for store in stores:
            if not clear_pages(store):
                raise CommandError(f"The pages of {store.slug} could not be cleared.")
        self.outcome = {"cleared": [store.slug for store in stores]}
        count = len(stores)
        self.say(f"The pages of {count} store{'' if count == 1 else 's'} are rendered again.")

    def _show(self, stores: list[Store]) -> None:
        found = [(store, count_pages(store)) for store in stores]
        self.outcome = {"answers": True, "stores": [_present(*each) for each in found]}
        table = Table(box=None, pad_edge=False)
        for heading in ("Store", "Pages", "Size", "Version"):
            table.add_column(heading, justify="right" if heading in ("Pages", "Size") else "left")
        for store, pages in found:
            table.add_row(
                store.slug, f"{pages.count:,}", f"{pages.size / 1024:,.0f} KB", pages.version
            )
        self.say(table)
        self.say("Each process keeps pages in its own memory as well.")


def _present(store: Store, pages: CachedPages) -> dict[str, Any]:
    return {
        "slug": store.slug,
        "pages": pages.count,
        "bytes": pages.size,
        "version": pages.version,
    }
