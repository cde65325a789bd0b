"""`manage.py reconcile_payments`: our payments against what their gateways say."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.payments.reconciling import PaymentDifference, reconcile_payments
from apps.platform import selectors
from apps.tenancy.context import ActiveStore, system_scope, use_store


class Command(OperatorCommand):
    help = (
        "List payments of which their gateway says something else, in all stores or those named. "
        "Exit code 1 if any difference is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="store", help="Short names (default: all).")
        parser.add_argument("--fix", action="store_true", help="Book what the gateways say.")
        parser.add_argument(
            "--days",
            type=int,
            default=30,
            help="Payments that changed in so many days, and all open ones (default: 30).",
        )

    def work(self, options: dict[str, Any]) -> None:
        if options["days"] < 0:
            raise CommandError("--days can't be below 0.")
        named = [selectors.get_store(slug).active_store for slug in options["slugs"]]
        self.outcome = {"stores": 0, "findings": []}
        for store in named or selectors.list_active_stores():
            self.outcome["stores"] += 1
            for found in _look_at(store, days=options["days"], fix=options["fix"]):
                self._report(store, found)
        left = [each for each in self.outcome["findings"] if not each["fixed"]]
        if left:
            raise CommandError(f"{len(left)} lines to look at.")
        stores = self.outcome["stores"]
        self.say(
            f"[green]All payments are as their gateways say[/], in {stores} {'store' if stores == 1 else 'stores'}."
        )

    def _report(self, store: ActiveStore, found: PaymentDifference) -> None:
        finding = {
            "store": store.slug,
            "order": found.order,
            "finding": found.sentence,
            "fixed": found.is_fixed,
        }
        self.outcome["findings"].append(finding)
        colour, end = ("green", " (booked)") if found.is_fixed else ("red", "")
        order = f" {found.order}" if found.order else ""
        self.say(f"[{colour}]{store.slug}[/]{order}: {found.sentence}{end}")


def _look_at(store: ActiveStore, *, days: int, fix: bool) -> list[PaymentDifference]:
    """A store whose database does not answer does not stop the others."""
    try:
        with system_scope("reconcile_payments"), use_store(store):
            return list(reconcile_payments(days=days, fix=fix))
    except (DomainError, DatabaseError) as error:
        return [PaymentDifference("", f"not looked at ({type(error).__name__})")]
