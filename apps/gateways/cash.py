"""Cash on delivery: no provider, the carrier brings the money."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.gateways.errors import GatewayRefused, MalformedEvent
from apps.gateways.values import (
    CaptureRequest,
    Charge,
    ChargeRequest,
    ChargeStatus,
    GatewayState,
    IncomingEvent,
    RefundReceipt,
    RefundRequest,
)


class CashOnDelivery:
    code = "cash_on_delivery"
    label: StrOrPromise = _("Cash on delivery")
    description: StrOrPromise = _("Pay the courier when your parcel arrives.")
    is_test = False
    pays_on_delivery = True
    can_authorize = False
    can_capture_in_parts = False
    pages: tuple[str, ...] = ()

    def is_enabled(self) -> bool:
        return True

    def open(self, request: ChargeRequest) -> GatewayState:
        return self.fetch(request)

    def fetch(self, charge: Charge) -> GatewayState:
        """No provider knows more than the caller."""
        return GatewayState(ChargeStatus.OPEN, charge.amount)

    def capture(self, request: CaptureRequest) -> GatewayState:
        raise GatewayRefused(gettext("No bank holds the money of cash on delivery."))

    def cancel(self, charge: Charge) -> GatewayState:
        return GatewayState(ChargeStatus.CANCELLED, charge.amount)

    def refund(self, request: RefundRequest) -> RefundReceipt:
        """Cash goes back manually; booking it is all there is to do."""
        return RefundReceipt(f"by-hand-{request.ref}")

    def verify(self, *, body: bytes, headers: Mapping[str, str]) -> IncomingEvent:
        raise MalformedEvent(gettext("Cash on delivery sends no events."))
