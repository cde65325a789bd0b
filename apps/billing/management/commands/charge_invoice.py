"""`manage.py charge_invoice`: ask for the money of an invoice online, or what has come of it."""

from typing import Any

from django.core.management.base import CommandParser

from apps.billing import services
from apps.billing.selectors import get_invoice
from apps.common.management.command import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Ask the payment provider for the money of an invoice to a merchant: by the saved payment method, else on a page whose "
        "address is printed. With --look only what is true of it now is asked for, and booked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", help="The invoice's number, such as SUB/25-26/0042.")
        parser.add_argument("--look", action="store_true", help="Ask for no money.")

    def work(self, options: dict[str, Any]) -> None:
        invoice = get_invoice(options["number"])
        url = ""
        if options["look"]:
            services.ask_again(invoice=invoice)
        else:
            url = services.pay_online(invoice=invoice).url
        invoice.refresh_from_db()
        self.outcome = {"invoice": invoice.number, "status": invoice.status, "url": url}
        self.say(f"{invoice.number} of {invoice.store_name}: {invoice.get_status_display()}.")
        if url and invoice.status == "open":
            self.say(f"It is paid here: {url}")
