"""`manage.py rebuild_figures`: the figures of the business from what is recorded, as the clock computes them."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from apps.common.management.command import OperatorCommand
from apps.insight.rebuilding import rebuild_figures


class Command(OperatorCommand):
    help = "Compute the figures of the business: the last 35 days and those that are missing, or the days that are given."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="2027-01-31")
        parser.add_argument("--until", type=date.fromisoformat, help="Default: today.")

    def work(self, options: dict[str, Any]) -> None:
        done = rebuild_figures(first=options["first"], last=options["until"])
        self.outcome = {
            "from": done.first and done.first.isoformat(),
            "until": done.last.isoformat(),
            "changed": done.changed,
        }
        if done.first is None:
            self.say("There is nothing to compute: no store has opened by then.")
        else:
            self.say(f"{done.first} to {done.last}: {done.changed} rows changed.")
