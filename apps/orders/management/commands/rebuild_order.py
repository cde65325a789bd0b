"""`manage.py rebuild_order`: orders against the sum of their events."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.common.actor import Actor
from apps.common.management.command import OperatorCommand
from apps.orders.folding import StateDifference, compare_with_events, rewrite_from_events
from apps.orders.models import Order
from apps.orders.selectors import get_order_for
from apps.platform import selectors
from apps.tenancy.context import system_scope, use_store


class Command(OperatorCommand):
    help = "Compare an order of a store, or all of them, with the sum of its events. Exit code 1 if a difference is left."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", metavar="store", help="Short name of the store.")
        parser.add_argument(
            "numbers", nargs="*", metavar="order", help="Order numbers (default: all)."
        )
        parser.add_argument(
            "--fix", action="store_true", help="Write the sum of the events into the order."
        )

    def work(self, options: dict[str, Any]) -> None:
        self.outcome = {"orders": 0, "findings": []}
        with (
            system_scope("rebuild_order"),
            use_store(selectors.get_store(options["slug"]).active_store),
        ):
            for order in _orders(options["numbers"]):
                self.outcome["orders"] += 1
                found = rewrite_from_events(order) if options["fix"] else compare_with_events(order)
                for each in found:
                    self._report(order, each, is_fixed=options["fix"])
        count = len(self.outcome["findings"])
        if count and not options["fix"]:
            raise CommandError(f"{count} lines to look at.")
        if not count:
            orders = self.outcome["orders"]
            self.say(f"[green]All orders are the sum of their events[/], {orders} looked at.")

    def _report(self, order: Order, found: StateDifference, *, is_fixed: bool) -> None:
        self.outcome["findings"].append(
            {
                "order": order.number,
                "name": found.name,
                "stored": found.stored,
                "events": found.summed,
                "fixed": is_fixed,
            }
        )
        colour, end = ("green", " (written)") if is_fixed else ("red", "")
        sentence = f"{found.name} is {found.stored}, its events say {found.summed}"
        self.say(f"[{colour}]{order.number}[/]: {sentence}{end}")


def _orders(numbers: list[str]) -> Iterator[Order]:
    if numbers:
        yield from (get_order_for(actor=Actor.system(), number=number) for number in numbers)
        return
    yield from Order.objects.order_by("id").iterator(chunk_size=500)
