"""`manage.py change_plan`: put a store on another plan."""

from typing import Any

from django.core.management.base import CommandParser

from apps.platform import services
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store
from apps.platform.services.plans import get_plan


class Command(StoreCommand):
    help = "Put a store on another plan, at its prices and limits of today."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("plan", help="Code of the plan: free, starter, ...")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        before, plan = store.plan, get_plan(options["plan"])
        self.outcome = {"store": store.slug, "before": before.code, "plan": plan.code}
        if options["dry_run"]:
            self.say(f"Would put {store.name} on {plan.name}; it is on {before.name}.")
            return
        services.change_plan(store=store, plan=plan)
        self.say(f"[green]{store.name} is on {plan.name}[/]; it was on {before.name}.")
