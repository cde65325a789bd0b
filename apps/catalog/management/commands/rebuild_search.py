"""`manage.py rebuild_search`: rebuilds the search index of stores from their products, or shows its state."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.catalog.indexing import rebuild_index
from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.common.management.console import explain
from apps.platform import selectors
from apps.search import services as search
from apps.search.selectors import IndexState, index_state
from apps.tenancy.context import ActiveStore, system_scope, use_store


class Command(OperatorCommand):
    help = (
        "Rebuild the search index of all stores, or of those named. Shops stay open: an old entry answers until the "
        "new one stands."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="store", help="Short names (default: all).")
        parser.add_argument(
            "--status", action="store_true", help="Only show who answers, and how many entries."
        )

    def work(self, options: dict[str, Any]) -> None:
        named = [selectors.get_store(slug).active_store for slug in options["slugs"]]
        self.outcome = {"stores": []}
        failed = []
        for store in named or selectors.list_active_stores():
            try:
                with system_scope("rebuild_search"), use_store(store):
                    good = self._show() if options["status"] else self._rebuild(store)
            except (DomainError, DatabaseError, PyMongoError) as error:
                good = False
                self.outcome["stores"].append({"store": store.slug, "error": explain(error)})
                self.say(f"[red]{store.slug}[/]: not rebuilt. {explain(error)}")
            if not good:
                failed.append(store.slug)
        if failed:
            verb = "Not whole" if options["status"] else "Not rebuilt"
            raise CommandError(f"{verb}: {', '.join(failed)}.")

    def _rebuild(self, store: ActiveStore) -> bool:
        count, trouble = rebuild_index(), search.rebuild_copy()
        found: dict[str, Any] = {"store": store.slug, "products": count}
        self.outcome["stores"].append(found)
        products = f"{count} product{'' if count == 1 else 's'}"
        if not trouble:
            self.say(f"[green]{store.slug}[/]: {products}")
            return True
        found["error"] = trouble
        self.say(f"[red]{store.slug}[/]: {products} in SQL, no copy. {trouble}")
        return False

    def _show(self) -> bool:
        state = index_state()
        self.outcome["stores"].append(_facts(state))
        colour = "green" if state.is_whole else "red"
        copied = "" if state.copied is None else f", {state.copied} in {state.backend}"
        waiting = f", {state.waiting} wait to be renewed" if state.waiting else ""
        self.say(
            f"[{colour}]{state.store}[/]: {state.answering} answers; {state.entries} in SQL"
            f"{copied}{waiting}. {state.trouble}".rstrip()
        )
        return state.is_whole


def _facts(state: IndexState) -> dict[str, Any]:
    return {
        "store": state.store,
        "backend": state.backend,
        "answering": state.answering,
        "entries": state.entries,
        "copied": state.copied,
        "waiting": state.waiting,
        **({"error": state.trouble} if state.trouble else {}),
    }
