"""`manage.py check_integrations`: whether what stores exchange with other systems flows, and repairs what can be repaired."""

from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from rich.markup import escape
from rich.table import Table

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.integrations.checking import Limits, Trouble, check_outside
from apps.platform import selectors
from apps.tenancy.context import ActiveStore, system_scope, use_store

_MOST_HOURS = 24 * 365


class Command(OperatorCommand):
    help = (
        "List what is wrong between stores and other systems: messages that wait or were given up, systems that are not heard "
        "of, errors, bookings that were refused. With --repair, handle again what can live. Exit code 1 if something is left; "
        "what is paused and calls with a wrong secret are shown and are no problem."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--store",
            action="append",
            default=[],
            metavar="SLUG",
            help="Short name or id; may be repeated (default: all).",
        )
        parser.add_argument(
            "--repair", action="store_true", help="Replay and wake what can be handled now."
        )
        parser.add_argument(
            "--waiting",
            type=_hours,
            default=1,
            metavar="HOURS",
            help="A message that waits so long is stuck (default: 1).",
        )
        parser.add_argument(
            "--silence",
            type=_hours,
            default=24,
            metavar="HOURS",
            help="A system that is silent so long while orders are open is unheard (default: 24).",
        )

    def work(self, options: dict[str, Any]) -> None:
        named = [selectors.get_store(slug).active_store for slug in options["store"]]
        stores = named or list(selectors.list_active_stores())
        limits = Limits(timedelta(hours=options["waiting"]), timedelta(hours=options["silence"]))
        self.outcome = {"stores": len(stores), "repaired": 0, "findings": []}
        self.table = _new_table()
        with self.watching("check", lines=False) as watch:
            for number, store in enumerate(stores):
                watch(number / len(stores), store.slug)
                self._look_at(store, limits, repairs=options["repair"])
        findings = self.outcome["findings"]
        if findings:
            self.say(self.table)
        if options["repair"]:
            self.say(f"[green]{self.outcome['repaired']}[/] repaired.")
        if bad := sum(found["is_bad"] for found in findings):
            raise CommandError("1 problem." if bad == 1 else f"{bad} problems.")
        self.say(f"[green]Everything flows[/], in {len(stores)} {_stores(len(stores))}.")

    def _look_at(self, store: ActiveStore, limits: Limits, *, repairs: bool) -> None:
        """A store whose database does not answer does not stop the others."""
        try:
            with system_scope("check_integrations"), use_store(store):
                found = check_outside(limits)
                if repairs and any(each.repair for each in found):
                    for each in found:
                        self.outcome["repaired"] += each.repair() if each.repair else 0
                    found = check_outside(limits)
        except (DomainError, DatabaseError) as error:
            words = f"Not looked at ({type(error).__name__})."
            found = [Trouble(system="store", kind="error", what=words)]
        for each in found:
            self._add(store, each)

    def _add(self, store: ActiveStore, found: Trouble) -> None:
        since = found.since.isoformat(timespec="seconds") if found.since else None
        self.outcome["findings"].append(
            {
                "store": store.slug,
                "system": found.system,
                "kind": found.kind,
                "count": found.count,
                "since": since,
                "what": found.what,
                "can_be_repaired": found.repair is not None,
                "is_bad": found.is_bad,
            }
        )
        self.table.add_row(
            store.slug,
            found.system,
            f"[red]{found.kind}[/]" if found.is_bad else found.kind,
            str(found.count),
            f"{timezone.localtime(found.since):%Y-%m-%d %H:%M}" if found.since else "",
            escape(found.what),
        )


def _new_table() -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("Store", "System", "What", "Count", "Since", "Details"):
        table.add_column(title, overflow="fold", justify="right" if title == "Count" else "left")
    return table


def _stores(count: int) -> str:
    return "store" if count == 1 else "stores"


def _hours(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_HOURS:
        raise ArgumentTypeError(f"{text[:20]!r} is not a number of hours from 1 to {_MOST_HOURS}")
    return int(text)
