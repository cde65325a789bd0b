"""`manage.py grant_limit`: an exception from a limit of a store's plan."""

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.platform import selectors, services
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store
from apps.platform.models.exceptions import grantable


class Command(StoreCommand):
    help = "Allow a store more than its plan does, until a day; --end lets the plan's limit count again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("limit", choices=[code for code, _label in grantable()])
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--value", type=int, help="How many in all.")
        how.add_argument("--unlimited", action="store_true", help="Any number.")
        how.add_argument("--end", action="store_true", help="End the exceptions from this limit.")
        parser.add_argument(
            "--until", type=date.fromisoformat, help="Its last day, such as 2027-01-31."
        )
        parser.add_argument("--reason", default="", help="Kept in the audit log.")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        limit = options["limit"]
        self.outcome = {"store": store.slug, "limit": limit}
        if options["end"]:
            self._end(store, limit, is_dry_run=options["dry_run"])
            return
        if options["until"] is None or not options["reason"]:
            raise CommandError("An exception needs --until and --reason.")
        number = "any number" if options["unlimited"] else options["value"]
        self.outcome |= {"value": options["value"], "until": options["until"].isoformat()}
        if options["dry_run"]:
            self.say(f"Would allow {store.name} {limit}: {number}, until {options['until']}.")
            return
        services.grant_limit(
            store=store,
            limit=limit,
            value=options["value"],
            until=options["until"],
            reason=options["reason"],
        )
        self.say(f"[green]{store.name} has {limit}: {number}[/], until {options['until']}.")

    def _end(self, store: Store, limit: str, *, is_dry_run: bool) -> None:
        grants = selectors.list_grants([store.pk]).filter(limit=limit)
        self.outcome["ended"] = len(grants)
        if is_dry_run:
            self.say(f"Would end {len(grants)} of {store.name}.")
            return
        for grant in grants:
            services.end_grant(grant=grant)
        self.say(f"{len(grants)} ended; the plan of {store.name} counts for {limit}.")
