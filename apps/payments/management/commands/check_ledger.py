"""`manage.py check_ledger`: whether the stock and the money of stores add up to their movements."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.giftcards.checking import BalanceDifference, check_balances
from apps.inventory.selectors import LedgerDifference, check_ledger
from apps.payments.checking import MoneyDifference, check_money
from apps.platform import selectors
from apps.tenancy.context import ActiveStore, system_scope, use_store


class Command(OperatorCommand):
    help = (
        "List stock, payments, gift cards and store credit whose counters differ from their ledgers, in all stores or those named. "
        "Exit code 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="store", help="Short names (default: all).")

    def work(self, options: dict[str, Any]) -> None:
        named = [selectors.get_store(slug).active_store for slug in options["slugs"]]
        self.outcome = {"stores": 0, "findings": []}
        for store in named or selectors.list_active_stores():
            self.outcome["stores"] += 1
            for sentence in _look_at(store):
                self.outcome["findings"].append({"store": store.slug, "finding": sentence})
                self.say(f"[red]{store.slug}[/]: {sentence}")
        if found := len(self.outcome["findings"]):
            raise CommandError(f"{found} lines to look at.")
        stores = self.outcome["stores"]
        self.say(
            f"[green]All stock and money adds up[/], in {stores} {'store' if stores == 1 else 'stores'}."
        )


def _look_at(store: ActiveStore) -> list[str]:
    """The differences as sentences. A store whose database does not answer does not stop the others."""
    try:
        with system_scope("check_ledger"), use_store(store):
            stock, money, balances = check_ledger(), check_money(), check_balances()
    except (DomainError, DatabaseError) as error:
        return [f"not looked at ({type(error).__name__})"]
    return [
        *(_sentence(each.sku, each) for each in stock),
        *(_sentence(each.order, each) for each in money),
        *(_sentence(each.name, each) for each in balances),
    ]


def _sentence(name: str, found: LedgerDifference | MoneyDifference | BalanceDifference) -> str:
    return f"{name}: {found.counter} is {found.counted}, the {found.source} say {found.expected}"
