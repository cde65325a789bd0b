"""Billing by hand: the invoice says where the money goes, and staff of the platform mark it paid."""

from typing import Final

from apps.billing.providers.base import BillingProvider, Charge, ChargeEvent, Outcome

BANK_TRANSFER: Final = "bank_transfer"


class ByHand(BillingProvider):
    code = "hand"

    def open(self, charge: Charge) -> ChargeEvent:
        """Nothing is sent: the mail with the invoice asks for the money."""
        return ChargeEvent(charge.id, Outcome.PENDING, method=BANK_TRANSFER)
