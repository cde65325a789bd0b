"""`manage.py check_audit_log`: whether the audit logs are as they were sealed."""

from contextlib import AbstractContextManager
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from apps.common.errors import DomainError
from apps.common.management.command import OperatorCommand
from apps.events import services as events
from apps.platform import selectors
from apps.tenancy.context import outside_store, system_scope, use_store

PLATFORM = "platform"


class Command(OperatorCommand):
    help = (
        "Compare the audit log of the platform and of all stores, or of those named, with its seals: list days with "
        "entries that were changed, removed or added afterwards. Exit code 1 if there is any."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="store", help="Short names (default: all).")

    def work(self, options: dict[str, Any]) -> None:
        self.outcome = {"logs": 0, "findings": []}
        for name, home in _homes(options["slugs"]):
            self.outcome["logs"] += 1
            for found in _look_at(home):
                self.outcome["findings"].append({"log": name, "finding": found})
                self.say(f"[red]{name}[/]: {found}")
        if many := len(self.outcome["findings"]):
            raise CommandError(f"{many} lines to look at.")
        logs = self.outcome["logs"]
        self.say(f"[green]As they were sealed[/]: {logs} audit {'log' if logs == 1 else 'logs'}.")


def _homes(slugs: list[str]) -> list[tuple[str, AbstractContextManager[Any]]]:
    """The platform's log is looked at with those of all stores."""
    if slugs:
        stores = [selectors.get_store(slug).active_store for slug in slugs]
        return [(store.slug, use_store(store)) for store in stores]
    stores = list(selectors.list_active_stores())
    return [(PLATFORM, outside_store()), *((store.slug, use_store(store)) for store in stores)]


def _look_at(home: AbstractContextManager[Any]) -> list[str]:
    """A store whose database does not answer does not stop the others."""
    try:
        with system_scope("check_audit_log"), home:
            return [str(fault) for fault in events.check_seals()]
    except (DomainError, DatabaseError) as error:
        return [f"not looked at ({type(error).__name__})"]
