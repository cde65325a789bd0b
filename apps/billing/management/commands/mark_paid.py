"""`manage.py mark_paid`: the money of an invoice to a merchant has come."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from apps.billing import services
from apps.billing.selectors import get_invoice
from apps.common.management.command import OperatorCommand


class Command(OperatorCommand):
    help = "Mark an invoice to a merchant as paid by bank transfer; a shop that was suspended because of it opens."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", help="The invoice's number, such as SUB/25-26/0042.")
        parser.add_argument("--reference", required=True, help="As the bank statement has it.")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="The day of the transfer; default: today."
        )

    def work(self, options: dict[str, Any]) -> None:
        invoice = services.mark_paid(
            invoice=get_invoice(options["number"]),
            reference=options["reference"],
            paid_on=options["on"],
        )
        self.outcome = {"invoice": invoice.number, "status": invoice.status}
        self.say(f"[green]{invoice.number} of {invoice.store_name} is paid[/].")
