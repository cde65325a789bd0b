"""`manage.py bill_stores`: what the clock of subscriptions does every minute, once."""

from typing import Any

from apps.billing import services
from apps.common.management.command import OperatorCommand


class Command(OperatorCommand):
    help = "Take the steps of subscriptions that are due now: reminders, periods with invoices, suspensions. The clock does it every minute."

    def work(self, options: dict[str, Any]) -> None:
        done = services.take_due_steps()
        self.outcome = {"subscriptions": done}
        self.say(f"{done} subscription{'' if done == 1 else 's'} had something due.")
