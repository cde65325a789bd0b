"""Cash on delivery: no provider, the carrier brings the money."""

from collections.abc import Mapping

from apps.payments.errors import MalformedEvent
from apps.payments.gateways.base import (
    ChargeStatus,
    GatewayState,
    IncomingEvent,
    NothingToDo,
    Opened,
)
from apps.payments.models import Payment, Refund


class CashOnDelivery:
    code = "cash_on_delivery"
    label = "Cash on delivery"
    description = "Pay the courier when your parcel arrives."
    is_test = False
    pays_on_delivery = True
    pages: tuple[str, ...] = ()

    def is_enabled(self) -> bool:
        return True

    def open(self, payment: Payment) -> Opened:
        return NothingToDo()

    def fetch(self, payment: Payment) -> GatewayState:
        """There is no external state: our own row is the truth."""
        return GatewayState(ChargeStatus.OPEN, payment.amount_minor, payment.currency)

    def cancel(self, payment: Payment) -> GatewayState:
        return GatewayState(ChargeStatus.CANCELLED, payment.amount_minor, payment.currency)

    def refund(self, refund: Refund) -> str:
        """Cash goes back by hand; booking it is all there is to do."""
        return f"by-hand-{refund.pk}"

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        raise MalformedEvent("Cash on delivery sends no events.")
