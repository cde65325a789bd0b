"""`manage.py check_ledger`: whether stock, money, coupons and documents of stores agree with one another."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.platform import selectors
from apps.platform.ledgers import LedgerDifference, check_ledgers
from apps.tenancy.context import ActiveStore, system_scope, use_store


class Command(OperatorCommand):
    help = (
        "List what does not agree, in all stores or those named: stock and payments with their movements, gift cards, "
        "store credit and coupons with orders, invoices with what orders come to. Exit code 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="store", help="Short names (default: all).")

    def work(self, options: dict[str, Any]) -> None:
        named = [selectors.get_store(slug).active_store for slug in options["slugs"]]
        self.outcome = {"stores": 0, "findings": []}
        for store in named or selectors.list_active_stores():
            self.outcome["stores"] += 1
            for found in _look_at(store):
                facts = _facts_of(found) if isinstance(found, LedgerDifference) else {}
                self.outcome["findings"].append(
                    {"store": store.slug, "finding": str(found), **facts}
                )
                self.say(f"[red]{store.slug}[/]: {found}")
        if many := len(self.outcome["findings"]):
            raise CommandError(f"{many} lines to look at.")
        stores = self.outcome["stores"]
        self.say(
            f"[green]All stock and money adds up[/], in {stores} {'store' if stores == 1 else 'stores'}."
        )


def _facts_of(found: LedgerDifference) -> dict[str, Any]:
    return {**asdict(found), "order_id": str(found.order_id) if found.order_id else None}


def _look_at(store: ActiveStore) -> list[LedgerDifference] | list[str]:
    """The differences. A store whose database does not answer does not stop the others."""
    try:
        with system_scope("check_ledger"), use_store(store):
            return check_ledgers()
    except (DomainError, DatabaseError) as error:
        return [f"not looked at ({type(error).__name__})"]
