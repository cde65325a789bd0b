"""`manage.py subscription`: cancel a store's subscription, keep it after all, begin to bill it; or show it."""

from typing import Any

from django.core.management.base import CommandParser

from apps.billing import services
from apps.billing.selectors import find_subscription, list_invoices
from apps.platform.management.store_command import StoreCommand
from apps.platform.models import Store, Subscription

_STEPS = {
    "cancel": services.cancel_subscription,
    "resume": services.resume_subscription,
    "start": services.start_billing,
}


class Command(StoreCommand):
    help = (
        "Show a store's subscription and its invoices; cancel it with the end of its period, keep it after all (resume), or "
        "begin to bill one that is older than billing (start)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("step", choices=["show", *_STEPS], nargs="?", default="show")

    def work_on(self, store: Store, options: dict[str, Any]) -> None:
        step = options["step"]
        if step != "show" and not options["dry_run"]:
            _STEPS[step](store=store)
        found = find_subscription(store.pk)
        self.outcome = {
            "store": store.slug,
            "subscription": _present(found) if found is not None else None,
            "invoices": [
                {
                    "number": invoice.number,
                    "status": invoice.status,
                    "due": invoice.due_at.isoformat(),
                    "total_minor": invoice.total_minor,
                    "currency": invoice.currency,
                }
                for invoice in list_invoices(store.pk)
            ],
        }
        if found is None:
            self.say(f"{store.name} has no subscription.")
            return
        ends = f", until {found.period_ends_at:%Y-%m-%d}" if found.period_ends_at else ""
        self.say(f"{store.name}: {found.plan.name}, {found.status}{ends}.")
        if found.is_ending:
            self.say("It is cancelled: the shop closes then.")
        for row in self.outcome["invoices"]:
            self.say(f"{row['number']}: {row['status']}, due {row['due'][:10]}.")


def _present(found: Subscription) -> dict[str, Any]:
    return {
        "plan": found.plan.code,
        "status": found.status,
        "interval": found.interval,
        "period_ends_at": found.period_ends_at.isoformat() if found.period_ends_at else None,
        "is_ending": found.is_ending,
        "next_plan": found.next_plan.code if found.next_plan else None,
        "next_step": found.due_at.isoformat() if found.due_at else None,
    }
