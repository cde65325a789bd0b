"""`manage.py dead_ends`: what goes no further by itself in stores, and waits for a person."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.platform import selectors
from apps.platform.dead_ends import dead_end, list_dead_ends
from apps.tenancy.context import ActiveStore, system_scope, use_store


class Command(OperatorCommand):
    help = (
        "List what is neither finished nor undone in all stores, or in those named: what, since when, and why. "
        "Exit code 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--store",
            action="append",
            default=[],
            metavar="SLUG",
            help="Short name; may be repeated (default: all stores).",
        )

    def work(self, options: dict[str, Any]) -> None:
        named = [selectors.get_store(slug).active_store for slug in options["store"]]
        self.outcome = {"stores": 0, "dead_ends": []}
        for store in named or selectors.list_active_stores():
            self.outcome["stores"] += 1
            self._report(store)
        if found := len(self.outcome["dead_ends"]):
            raise CommandError(f"{found} lines to look at.")
        stores = self.outcome["stores"]
        self.say(
            f"[green]Nothing waits for a decision[/], in {stores} {'store' if stores == 1 else 'stores'}."
        )

    def _report(self, store: ActiveStore) -> None:
        """A store whose database does not answer does not stop the others."""
        try:
            with system_scope("dead_ends"), use_store(store):
                found = [(kind, row) for kind in dead_end for row in list_dead_ends(kind)]
        except (DomainError, DatabaseError) as error:
            self._add(store, kind="store", what=f"not looked at ({type(error).__name__})")
            return
        for kind, row in found:
            self._add(store, kind=kind.code, what=row.what, since=row.since, why=row.why)

    def _add(self, store: ActiveStore, **facts: Any) -> None:
        self.outcome["dead_ends"].append({"store": store.slug, **facts})
        since = f" since {facts['since']:%Y-%m-%d %H:%M}" if "since" in facts else ""
        why = f": {facts['why']}" if facts.get("why") else ""
        self.say(f"[red]{store.slug}[/] {facts['kind']}: {facts['what']}{since}{why}")
