"""`manage.py change_plan`: put a store on another plan."""

from typing import Any

from django.core.management.base import CommandParser

from apps.billing import services
from apps.billing.selectors import find_subscription
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import BillingInterval, Store
from apps.platform.services.plans import get_plan


class Command(StoreCommand):
    help = "Put a store on another plan: a larger one at once, a smaller one with the end of the period."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("plan", help="Code of the plan: free, starter, ...")
        parser.add_argument(
            "--interval", choices=BillingInterval.values, default="", help="Default: as now."
        )

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        before, plan = store.plan, get_plan(options["plan"])
        self.outcome = {"store": store.slug, "before": before.code, "plan": plan.code}
        if options["dry_run"]:
            self.say(f"Would put {store.name} on {plan.name}; it is on {before.name}.")
            return
        agreed = services.change_plan(store=store, plan=plan, interval=options["interval"])
        self.outcome["counts"] = "at the end" if agreed.next_plan_id else "now"
        if agreed.next_plan_id and agreed.period_ends_at:
            day = f"{agreed.period_ends_at:%Y-%m-%d}"
            self.say(f"[green]{store.name} will be on {plan.name}[/] from {day}.")
            return
        self.say(f"[green]{store.name} is on {plan.name}[/]; it was on {before.name}.")
        found = find_subscription(store.pk)
        if found is not None and found.period_ends_at:
            self.say(f"The period ends on {found.period_ends_at:%Y-%m-%d}.")
